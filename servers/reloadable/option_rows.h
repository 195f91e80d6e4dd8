/* What can the server be asked for?  One row per option. */
#ifndef RELOADABLE_OPTION_ROWS_H
#define RELOADABLE_OPTION_ROWS_H

#include "options.h"

#include <stddef.h>

struct option_row {
    const char *name, *argument, *standard, *meaning, *wanted; /* wanted: NULL: a fault */
    /* Into the field at that offset of struct options; -1: not what is wanted.  None: a wish. */
    int (*set)(void *field, const char *text);
    size_t field;
    enum options_wish wish;
};

extern const struct option_row option_rows[];
extern const size_t option_rows_n;

#endif

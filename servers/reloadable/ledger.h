/* Who did which request?  A line for each that was executed and that its client gave a
 * name, before it is answered:
 *
 *     ID PID
 *
 * Whoever named them can count: one that is there twice was done twice.  Each line is one
 * write at the end of the file, so that all generations share it and none is torn but by
 * a full disk. */
#ifndef RELOADABLE_LEDGER_H
#define RELOADABLE_LEDGER_H

#include "err.h"

#include <stdbool.h>

struct ledger {
    int fd; /* -1: none is kept */
    bool failed;
};

/* path NULL: none is kept. */
int ledger_open(struct ledger *ledger, const char *path, struct err *err);
void ledger_note(struct ledger *ledger, const char *id);

#endif

/* Which file is this program?  Found once, at start-up, by the name it was
 * called by: whatever that name leads to later, after a rename over it or a
 * flipped symlink, is what a reload runs. */
#ifndef RELOADABLE_PROGRAM_H
#define RELOADABLE_PROGRAM_H

#include "err.h"

#include <limits.h>

struct program {
    char path[PATH_MAX]; /* absolute */
    char **argv;         /* as it was called; the caller's */
};

int program_find(struct program *p, char **argv, struct err *err);

#endif

/* How does a program start so that nothing of it is missed?  Its process waits
   until the watch knows it, and only then becomes the program. */
#ifndef HUPPROOF_SPAWN_H
#define HUPPROOF_SPAWN_H

#include "core/base.h"

#include <sys/types.h>

struct spawn {
    char **argv;
    char **env;                                /* "NAME=value", added to ours; may be NULL */
    const char *mark;                          /* one more of these */
    const char *dir;                           /* working directory; NULL: ours */
    const char *output;                        /* file that stdout and stderr are appended to */
    void (*before_exec)(void *arg, pid_t pid); /* may be NULL */
    void *arg;
};

/* What is started gets the limit of open files that holds now, though we may
   raise ours afterwards.  Only the first call counts. */
void spawn_keep_file_limit(void);

/* Returns the pid once the program runs, or -1 and why it does not.  The caller
   reaps. */
pid_t spawn_start(const struct spawn *s, struct err *err);

#endif

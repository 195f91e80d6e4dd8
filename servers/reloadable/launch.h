/* How does a new process get what it is meant to have, and nothing else?  Like
 * uv_spawn, but it can be told things that only the new process knows, such as its
 * own pid. */
#ifndef RELOADABLE_LAUNCH_H
#define RELOADABLE_LAUNCH_H

#include "err.h"

#include <stddef.h>
#include <sys/types.h>

enum { LAUNCH_FIRST_FD = 3, LAUNCH_FDS_MAX = 3 };

struct launch {
    const char *path;
    char **argv;
    int fds[LAUNCH_FDS_MAX];           /* become 3, 4 ...; -1: none does */
    void (*prepare)(const void *data); /* in the new process, before the exec */
    const void *data;
};

/* Its pid, once the exec has succeeded; otherwise -1 and a sentence.  All other
   descriptors of ours are close-on-exec. */
pid_t launch_start(const struct launch *s, struct err *err);

#endif

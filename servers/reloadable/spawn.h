/* How does a new process get what it is meant to have, and nothing else?  Like
 * uv_spawn, but it can be told things that only the new process knows, such as its
 * own pid. */
#ifndef RELOADABLE_SPAWN_H
#define RELOADABLE_SPAWN_H

#include "err.h"

#include <stddef.h>
#include <sys/types.h>

enum { SPAWN_FIRST_FD = 3, SPAWN_FDS_MAX = 4 };

struct spawn {
    const char *path;
    char **argv;
    int fds[SPAWN_FDS_MAX];            /* become 3, 4 ...; -1: that one is closed */
    void (*prepare)(const void *data); /* in the new process, before the exec */
    const void *data;
};

/* Its pid, once the exec has succeeded; otherwise -1 and a sentence.  All other
   descriptors of ours are close-on-exec. */
pid_t spawn_start(const struct spawn *s, struct err *err);

#endif

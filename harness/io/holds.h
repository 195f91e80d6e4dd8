/* Does a process hold one of the listening sockets, and does it wait for connections? */
#ifndef HUPPROOF_HOLDS_H
#define HUPPROOF_HOLDS_H

#include "core/history.h"
#include "io/listening.h"

struct holds {
    enum listener_hold how;
    uint32_t n;     /* how many of them it holds */
    uint64_t ino;   /* the first of these */
    uint64_t which; /* a bit for each of set->all that it holds */
};

/* -1 with errno: ENOENT or ESRCH when the process is gone; what else it is, *h does not
   say.  A process with very many descriptors is looked at in part: what is not found
   there is not known (EOVERFLOW). */
int holds_find(pid_t pid, const struct listening_set *set, struct holds *h);

#endif

/* Which sockets listen where the server should, and how full are their queues?
   Asked of the kernel (sock_diag(7)) or read from /proc, for the network namespace that
   hupproof is in. */
#ifndef HUPPROOF_LISTENING_H
#define HUPPROOF_LISTENING_H

#include "io/address.h"

#include <sys/types.h>

#define MOST_LISTENING 64

/* One socket: two processes that bound the same port have one each. */
struct listening {
    uint64_t ino;          /* its inode, as /proc/PID/fd names it */
    uint32_t queue, limit; /* connections that wait to be accepted; more than limit are dropped;
                              limit 0: not known */
    bool exact; /* bound to that very address: those bound to all get nothing beside it */
};

struct listening_set {
    struct listening all[MOST_LISTENING]; /* by inode */
    size_t n;
};

struct listening_at {
    int fd; /* -1: refused, with this error */
    int refused;
    union any_address address;
    const char *unix_path;             /* NULL: TCP */
    uint64_t seen[4 * MOST_LISTENING]; /* of a unix socket, whose path may go to another */
    size_t n_seen;
};

void listening_open(struct listening_at *l, const struct server *server);

/* Those that listen now.  -1 with errno: the kernel does not tell. */
int listening_find(struct listening_at *l, struct listening_set *found);

void listening_close(struct listening_at *l);

const struct listening *listening_by_ino(const struct listening_set *set, uint64_t ino);

#endif

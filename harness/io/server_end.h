/* Which socket stands at the server's end of one of our connections?  An exact lookup by
   inet_diag (sock_diag(7)), which takes a microsecond, whoever asks, and however many
   connections there are.  A socket that nobody has accepted yet has no inode, and of one that
   is gone the kernel names the listener instead: neither is taken for an answer. */
#ifndef HUPPROOF_SERVER_END_H
#define HUPPROOF_SERVER_END_H

#include "io/address.h"

enum server_end_state {
    END_ACCEPTED, /* it has an inode: by that a process holds it */
    END_QUEUED,   /* nobody has accepted it yet */
    END_DEFERRED, /* nobody can, before the request comes (TCP_DEFER_ACCEPT) */
    END_CLOSING,  /* the server has ended its side, or all of it */
    END_NOT_KNOWN /* the kernel does not tell */
};

struct server_end {
    union any_address server, ours;
};

/* Of a connected TCP socket of ours.  -1: it is none. */
int server_end_of(int fd, struct server_end *e);

struct server_ends {
    int diag;        /* sock_diag.h */
    uint32_t number; /* of the latest question */
};

enum server_end_state server_end_find(struct server_ends *ask, const struct server_end *e,
                                      uint64_t *ino);

#endif

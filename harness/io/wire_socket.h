/* How is a connection begun that tells all that becomes of it? */
#ifndef HUPPROOF_WIRE_SOCKET_H
#define HUPPROOF_WIRE_SOCKET_H

#include "io/address.h"
#include "io/sources.h"

struct wire_socket_plan {
    union any_address address;
    socklen_t address_size;
    bool no_delay;           /* more than one write may follow on it; not of a unix socket */
    int receive_buffer;      /* bytes; 0: as many as the kernel likes */
    struct sources *sources; /* NULL: the kernel picks */
    bool names_senders;      /* of a unix socket: who sent what came */
};

/* Non-blocking, and on its way or there already.  Returns an errno, or 0; *fd is to be closed
   by the caller in either case, or -1. */
int wire_socket_open(const struct wire_socket_plan *p, int *fd);

/* As recv(2).  *sender, where the plan asks for it: who sent it; -1 once that is not known, or
   others sent what came before. */
ssize_t wire_socket_receive(const struct wire_socket_plan *p, int fd, void *data, size_t n,
                            pid_t *sender);

#endif

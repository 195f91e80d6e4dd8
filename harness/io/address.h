/* Where does the server listen, and does anybody there? */
#ifndef HUPPROOF_ADDRESS_H
#define HUPPROOF_ADDRESS_H

#include "core/scenario.h"

#include <netinet/in.h>
#include <sys/un.h>

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

/* Where its requests go; the size of what is in *a. */
socklen_t address_of(const struct server *server, union any_address *a);

/* "127.0.0.1:8080" or "/run/s.sock". */
void address_text(const struct server *server, char *text, size_t size);

/* A connection is accepted there (by the kernel at least). */
bool address_accepts(const struct server *server);

/* A TCP port that is free now, outside the range that clients' own ports come
   from, and that no other hupproof has been given; `reserved` (a descriptor to
   close) keeps it from those until then. */
int address_pick_port(int *port, int *reserved, struct err *err);

#endif

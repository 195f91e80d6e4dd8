/* Where does the server listen?  On a TCP port, IPv4 or IPv6, or at a path. */
#ifndef RELOADABLE_ADDRESS_H
#define RELOADABLE_ADDRESS_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { ADDRESS_NAME_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) + 8 };

struct address {
    int family;                  /* AF_INET, AF_INET6 or AF_UNIX */
    uint16_t port;               /* 0: it has none */
    char name[ADDRESS_NAME_MAX]; /* "127.0.0.1:8080", "[::1]:8080", "unix:/run/s" */
    dev_t dev;                   /* which file the path named when we looked ... */
    ino_t ino;                   /* ... 0: none */
};

/* A bound socket, not listening yet; -1 and a sentence.  path: NULL for TCP.  The
   path of a socket whose server is gone is taken over, that of a living one is
   in use.  shared: others may bind the same port, and so must they. */
int address_bind(const char *host, uint16_t port, const char *path, bool shared, struct err *err);

/* What a socket that somebody bound is bound to. */
int address_of(struct address *a, int fd, struct err *err);

/* Takes the path away, if it still names the socket that it did. */
void address_unlink(const struct address *a);

#endif

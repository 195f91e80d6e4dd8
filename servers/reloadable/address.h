/* Where does the server listen?  On a TCP port, IPv4 or IPv6, or at a path. */
#ifndef RELOADABLE_ADDRESS_H
#define RELOADABLE_ADDRESS_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { ADDRESS_NAME_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) + 8 };
enum { ADDRESS_LAST_CALL_MS = 50 };

struct address {
    int family;                  /* AF_INET, AF_INET6 or AF_UNIX */
    uint16_t port;               /* 0: it has none */
    char name[ADDRESS_NAME_MAX]; /* "127.0.0.1:8080", "[::1]:8080", "unix:/run/s" */
    dev_t dev;                   /* which file the path named when we looked ... */
    ino_t ino;                   /* ... 0: none */
};

/* A bound socket, not listening yet; -1 and a sentence.  path: NULL for TCP.  The
   path of a socket whose server is gone is taken over, that of a living one is
   in use.  shared: another may be bound beside it, to the same port, for which
   both must say so, or by address_bind_beside. */
int address_bind(const char *host, uint16_t port, const char *path, bool shared, struct err *err);

/* A unix socket beside the one that `path` names, for its `generation`-th server:
   clients find it once address_move_here has moved it there. */
int address_bind_beside(const char *path, int generation, struct err *err);

/* Where a socket bound beside it will be found, whatever it is called until then. */
void address_will_be(struct address *a, const char *path);

/* `a` names from now on the socket that was bound beside it: at no time nobody. */
int address_move_here(const struct address *a, int generation, struct err *err);
void address_remove_beside(const struct address *a, int generation);

/* What a socket that somebody bound is bound to. */
int address_of(struct address *a, int fd, struct err *err);

/* Takes the path away, if it still names the socket that it did. */
void address_unlink(const struct address *a);

/* Lets nobody else begin to connect to the listening `fd`, whoever else holds it.
   Who has begun is in its queue ADDRESS_LAST_CALL_MS later. */
void address_refuse_newcomers(const struct address *a, int fd);

#endif

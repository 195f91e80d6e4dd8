/* Where does the server listen? */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM_BESIDE = 8 }; /* for what the path of a socket bound beside it ends in */

static int set_path(struct sockaddr_un *address, const char *path, size_t room, struct err *err)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) + room >= sizeof(address->sun_path))
        return err_set(err, "unix socket %.40s...: a path of at most %zu characters", path,
                       sizeof(address->sun_path) - 1 - room);
    strcpy(address->sun_path, path);
    return 0;
}

static void set_path_beside(struct sockaddr_un *address, const char *path, int generation)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(address->sun_path, sizeof(address->sun_path), "%s.%d", path, generation % 1000000);
}

static int new_socket(int family, struct err *err)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    return fd < 0 ? err_set(err, "socket: %s", strerror(errno)) : fd;
}

static bool is_socket(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* A socket in its place that refuses belonged to a server that is gone. */
static bool is_in_use(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool used = fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
                            errno == EAGAIN);

    if (fd >= 0)
        close(fd);
    return used;
}

static int bind_unix(const struct sockaddr_un *address, struct err *err)
{
    int fd = new_socket(AF_UNIX, err);

    if (fd < 0)
        return -1;
    if (is_socket(address->sun_path))
        unlink(address->sun_path);
    if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
        return fd;
    err_set(err, "bind unix:%s: %s", address->sun_path, strerror(errno));
    close(fd);
    return -1;
}

static int bind_path(const char *path, bool shared, struct err *err)
{
    struct sockaddr_un address;

    if (set_path(&address, path, shared ? ROOM_BESIDE : 0, err) < 0)
        return -1;
    if (is_in_use(&address))
        return err_set(err, "bind unix:%s: %s", path, strerror(EADDRINUSE));
    return bind_unix(&address, err);
}

int address_bind_beside(const char *path, int generation, struct err *err)
{
    struct sockaddr_un address;

    if (set_path(&address, path, ROOM_BESIDE, err) < 0)
        return -1;
    set_path_beside(&address, path, generation);
    return bind_unix(&address, err);
}

static int bind_port(const char *host, uint16_t port, bool shared, struct err *err)
{
    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found;
    char service[8];
    int fd, status, on = 1;

    snprintf(service, sizeof(service), "%u", port);
    status = getaddrinfo(host, service, &wanted, &found);
    if (status)
        return err_set(err, "host %s: %s", host, gai_strerror(status));
    fd = new_socket(found->ai_family, err);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
                    (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0) ||
                    bind(fd, found->ai_addr, found->ai_addrlen) < 0)) {
        err_set(err, "bind %s:%u: %s", host, port, strerror(errno));
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

int address_bind(const char *host, uint16_t port, const char *path, bool shared, struct err *err)
{
    return path ? bind_path(path, shared, err) : bind_port(host, port, shared, err);
}

static const char *path_of(const struct address *a)
{
    return a->name + strlen("unix:");
}

static void name_path(struct address *a, const struct sockaddr_un *bound)
{
    int len = (int)strnlen(bound->sun_path, sizeof(bound->sun_path));
    struct stat st;

    snprintf(a->name, sizeof(a->name), "unix:%.*s", len, bound->sun_path);
    if (stat(path_of(a), &st) == 0) {
        a->dev = st.st_dev;
        a->ino = st.st_ino;
    }
}

int address_of(struct address *a, int fd, struct err *err)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t len = sizeof(bound);
    char text[INET6_ADDRSTRLEN] = "?";

    *a = (struct address){ 0 };
    if (getsockname(fd, (struct sockaddr *)&bound, &len) < 0)
        return err_set(err, "getsockname: %s", strerror(errno));
    a->family = bound.ss_family;
    if (a->family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&bound;

        a->port = ntohs(in->sin_port);
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
        snprintf(a->name, sizeof(a->name), "%s:%u", text, a->port);
    } else if (a->family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&bound;

        a->port = ntohs(in->sin6_port);
        inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof(text));
        snprintf(a->name, sizeof(a->name), "[%s]:%u", text, a->port);
    } else if (a->family == AF_UNIX) {
        name_path(a, (const struct sockaddr_un *)&bound);
    } else {
        return err_set(err, "neither a TCP nor a unix socket");
    }
    return 0;
}

void address_will_be(struct address *a, const char *path)
{
    snprintf(a->name, sizeof(a->name), "unix:%s", path);
}

int address_move_here(const struct address *a, int generation, struct err *err)
{
    struct sockaddr_un beside;

    set_path_beside(&beside, path_of(a), generation);
    if (rename(beside.sun_path, path_of(a)) < 0)
        return err_set(err, "move %s to %s: %s", beside.sun_path, a->name, strerror(errno));
    return 0;
}

void address_remove_beside(const struct address *a, int generation)
{
    struct sockaddr_un beside;

    set_path_beside(&beside, path_of(a), generation);
    if (is_socket(beside.sun_path))
        unlink(beside.sun_path);
}

void address_unlink(const struct address *a)
{
    struct stat st;

    if (a->family == AF_UNIX && a->ino && stat(path_of(a), &st) == 0 && st.st_dev == a->dev &&
        st.st_ino == a->ino)
        unlink(path_of(a));
}

/* Bound to an interface that does not exist the listener is found by no new SYN, and
   the client is refused.  Handshakes half done still complete.  Needs no privilege
   since Linux 5.7.  A unix socket's path is taken away to the same end.

   What remains: a client whose handshake takes longer than ADDRESS_LAST_CALL_MS. */
void address_refuse_newcomers(const struct address *a, int fd)
{
    const int nowhere = INT_MAX;

    /* Without it we are merely a little less careful. */
    (void)setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nowhere, sizeof(nowhere));
    address_unlink(a);
}

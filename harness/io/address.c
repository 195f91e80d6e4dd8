/* Where does the server listen, and does anybody there? */
#include "io/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ACCEPT_WITHIN_MS = 1000,
    LOWEST_PORT = 10000,
    HIGHEST_PORT = 32767,
    UNPRIVILEGED_PORT = 1024,
    TRIES = 4000
};

/* Of a url the scenario reader has accepted: http[s]://HOST[:PORT][/]. */
static void split(const char *url, char *host, size_t size, int *port)
{
    const char *from = strstr(url, "://"), *end;

    from = from ? from + 3 : url;
    if (*from == '[') {
        from++;
        end = strchr(from, ']');
        end = end ? end : from + strlen(from);
    } else {
        end = from + strcspn(from, ":/");
    }
    snprintf(host, size, "%.*s", (int)(end - from), from);
    end += *end == ']';
    *port = *end == ':' ? atoi(end + 1) : strncmp(url, "https:", 6) == 0 ? 443 : 80;
}

socklen_t address_of(const struct server *server, union any_address *a)
{
    char host[64];
    int port;

    memset(a, 0, sizeof *a);
    if (server->unix_path) {
        a->local.sun_family = AF_UNIX;
        snprintf(a->local.sun_path, sizeof a->local.sun_path, "%s", server->unix_path);
        return sizeof a->local;
    }
    split(server->url, host, sizeof host, &port);
    if (inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1) {
        a->v6.sin6_family = AF_INET6;
        a->v6.sin6_port = htons((uint16_t)port);
        return sizeof a->v6;
    }
    a->v4.sin_family = AF_INET;
    a->v4.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host, &a->v4.sin_addr) != 1)
        a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* localhost */
    return sizeof a->v4;
}

void address_text(const struct server *server, char *text, size_t size)
{
    char host[64];
    int port;

    if (server->unix_path) {
        snprintf(text, size, "%s", server->unix_path);
        return;
    }
    split(server->url, host, sizeof host, &port);
    snprintf(text, size, "%s:%d", host, port);
}

bool address_accepts(const struct server *server)
{
    union any_address a;
    socklen_t size = address_of(server, &a);
    int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
    socklen_t error_size = sizeof error;

    if (fd < 0)
        return false;
    if (connect(fd, &a.any, size) != 0)
        error = errno;
    if (error == EINPROGRESS) {
        if (poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, ACCEPT_WITHIN_MS) != 1 ||
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0)
            error = ETIMEDOUT;
    }
    close(fd);
    return error == 0 || error == EAGAIN; /* EAGAIN: a unix listener whose queue is full */
}

static bool is_free(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;

    if (fd >= 0)
        close(fd);
    return bound;
}

/* An abstract unix socket is a lock that dies with its holder. */
static int reserve(int port)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int n = snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "hupproof/port/%d", port);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&a,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Within the clients' range a client could connect to itself while the server
   is away, and call that an answer. */
static void read_clients_range(int *low, int *high)
{
    FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

    if (!f || fscanf(f, "%d %d", low, high) != 2) {
        *low = HIGHEST_PORT + 1;
        *high = UINT16_MAX;
    }
    if (f)
        fclose(f);
}

int address_pick_port(int *port, int *reserved, struct err *err)
{
    int low, high;

    read_clients_range(&low, &high);
    for (int i = 0; i < TRIES; i++) {
        uint16_t random = 0;

        if (getrandom(&random, sizeof random, 0) < 0)
            break;
        *port = LOWEST_PORT + random % (HIGHEST_PORT - LOWEST_PORT + 1);
        if (i >= TRIES / 2 && random >= UNPRIVILEGED_PORT)
            *port = random;
        if (*port >= low && *port <= high)
            continue;
        *reserved = reserve(*port);
        if (*reserved >= 0 && is_free(*port))
            return 0;
        if (*reserved >= 0)
            close(*reserved);
    }
    *reserved = -1;
    return err_set(
        err,
        "no free port outside the range of clients' own ports, %d to %d; make it smaller "
        "(sysctl net.ipv4.ip_local_port_range) or give the server a port in its url",
        low, high);
}

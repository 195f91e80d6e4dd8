/* Who is let in? */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* SPARE_FDS: for the loop itself, starting a child, the pidfile. */
enum { SPARE_FDS = 64, LAST_CALL_MS = 50 };

static size_t most_connections(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 512;
    return limit.rlim_cur > 2 * SPARE_FDS ? limit.rlim_cur - SPARE_FDS : limit.rlim_cur / 2;
}

static int open_fd(struct listener *l, uv_loop_t *loop, int fd, struct err *err)
{
    struct sockaddr_in address = { 0 };
    socklen_t len = sizeof(address);
    char text[INET_ADDRSTRLEN] = "?";
    int status;

    uv_tcp_init(loop, &l->tcp);
    uv_timer_init(loop, &l->last_call);
    l->tcp.data = l->last_call.data = l;
    l->is_open = true;
    l->most = most_connections();
    status = uv_tcp_open(&l->tcp, fd);
    if (status < 0) {
        close(fd);
        return err_set(err, "listener: %s", uv_strerror(status));
    }
    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        return err_set(err, "getsockname: %s", strerror(errno));
    inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
    l->port = ntohs(address.sin_port);
    snprintf(l->name, sizeof(l->name), "%s:%u", text, l->port);
    return 0;
}

int listener_bind(struct listener *l, uv_loop_t *loop, const char *host, uint16_t port,
                  struct err *err)
{
    const struct addrinfo wanted = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    int fd, status, on = 1;

    status = getaddrinfo(host, NULL, &wanted, &found);
    if (status)
        return err_set(err, "host %s: %s", host, gai_strerror(status));
    ((struct sockaddr_in *)found->ai_addr)->sin_port = htons(port);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        err_set(err, "socket: %s", strerror(errno));
    } else if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
               bind(fd, found->ai_addr, found->ai_addrlen) < 0) {
        err_set(err, "bind %s:%u: %s", host, port, strerror(errno));
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd < 0 ? -1 : open_fd(l, loop, fd, err);
}

int listener_inherit(struct listener *l, uv_loop_t *loop, int fd, struct err *err)
{
    int listens = 0;
    socklen_t len = sizeof(listens);

    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0)
        return err_set(err, "inherited descriptor %d: %s", fd, strerror(errno));
    if (!listens)
        return err_set(err, "inherited descriptor %d is not a listening socket", fd);
    return open_fd(l, loop, fd, err);
}

/* Every connection libuv announces is taken at once, so none is lost when the
   listener closes: except for one, kept waiting while descriptors are short.
   That also stops libuv from accepting more; out of descriptors it would accept
   and drop the whole queue. */
static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *l = stream->data;

    if (status < 0)
        return;
    if (l->conns->n >= l->most)
        l->holds_one = true;
    else
        conns_accept(l->conns, stream);
}

int listener_listen(struct listener *l, int backlog, struct conns *conns, struct err *err)
{
    int status;

    l->conns = conns;
    status = uv_listen((uv_stream_t *)&l->tcp, backlog, on_connection);
    if (status < 0)
        return err_set(err, "bind %s: %s", l->name, uv_strerror(status));
    return 0;
}

int listener_fd(const struct listener *l)
{
    uv_os_fd_t fd = -1;

    uv_fileno((const uv_handle_t *)&l->tcp, &fd);
    return fd;
}

static void accept_held(struct listener *l)
{
    l->holds_one = false;
    conns_accept(l->conns, (uv_stream_t *)&l->tcp);
}

void listener_make_room(struct listener *l)
{
    if (l->is_open && l->holds_one && l->conns->n < l->most)
        accept_held(l);
}

void listener_close(struct listener *l)
{
    if (!l->is_open)
        return;
    l->is_open = false;
    if (l->holds_one)
        accept_held(l);
    uv_close((uv_handle_t *)&l->tcp, NULL);
    uv_close((uv_handle_t *)&l->last_call, NULL);
}

/* Closing a listener resets whoever is in its queue, and so does shutdown(2):
   Linux takes that for the end of listening, not of arriving.  So let nobody
   else begin to arrive: bound to an interface that does not exist the listener is
   found by no new SYN, and the client is refused.  Handshakes half done still
   complete, for which we wait a moment before we empty the queue for the last time
   and close.  Needs no privilege since Linux 5.7.

   What remains: a client whose handshake takes longer than LAST_CALL_MS. */
static void refuse_newcomers(int fd)
{
    const int nowhere = INT_MAX;

    /* Without it we are merely a little less careful. */
    (void)setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nowhere, sizeof(nowhere));
}

static void on_last_call(uv_timer_t *timer)
{
    struct listener *l = timer->data;
    int fd;

    if (!l->is_open)
        return;
    do {
        fd = accept4(listener_fd(l), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            conns_adopt(l->conns, fd);
    } while (fd >= 0 || errno == EINTR || errno == ECONNABORTED);
    listener_close(l);
    l->on_closed(l->data);
}

void listener_close_last(struct listener *l, void (*on_closed)(void *data), void *data)
{
    l->on_closed = on_closed;
    l->data = data;
    refuse_newcomers(listener_fd(l));
    uv_timer_start(&l->last_call, on_last_call, LAST_CALL_MS, 0);
}

/* Who is let in? */
#include "listener.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* SPARE_FDS: for the loop itself, starting a child, the pidfile. */
enum { SPARE_FDS = 64 };

static size_t most_connections(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 512;
    return limit.rlim_cur > 2 * SPARE_FDS ? limit.rlim_cur - SPARE_FDS : limit.rlim_cur / 2;
}

int listener_open(struct listener *l, uv_loop_t *loop, int fd, struct err *err)
{
    int status;

    if (address_of(&l->address, fd, err) < 0) {
        close(fd);
        return -1;
    }
    stream_init(&l->stream, loop, l->address.family);
    uv_timer_init(loop, &l->last_call);
    l->stream.handle.data = l->last_call.data = l;
    l->is_open = true;
    l->most = most_connections();
    status = stream_open(&l->stream, fd);
    if (status < 0) {
        close(fd);
        return err_set(err, "listener: %s", uv_strerror(status));
    }
    return 0;
}

int listener_inherit(struct listener *l, uv_loop_t *loop, int fd, struct err *err)
{
    int listens = 0;
    socklen_t len = sizeof(listens);

    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0)
        return err_set(err, "inherited descriptor %d: %s", fd, strerror(errno));
    if (!listens)
        return err_set(err, "inherited descriptor %d is not a listening socket", fd);
    return listener_open(l, loop, fd, err);
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
    conns->family = l->address.family;
    status = uv_listen(&l->stream.any, backlog, on_connection);
    if (status < 0)
        return err_set(err, "bind %s: %s", l->address.name, uv_strerror(status));
    return 0;
}

int listener_fd(const struct listener *l)
{
    return stream_fd(&l->stream);
}

static void accept_held(struct listener *l)
{
    l->holds_one = false;
    conns_accept(l->conns, &l->stream.any);
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
    uv_close(&l->stream.handle, NULL);
    uv_close((uv_handle_t *)&l->last_call, NULL);
}

void listener_empty(struct listener *l)
{
    int fd;

    do {
        fd = accept4(listener_fd(l), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            conns_adopt(l->conns, fd);
    } while (fd >= 0 || errno == EINTR || errno == ECONNABORTED);
}

static void on_last_call(uv_timer_t *timer)
{
    struct listener *l = timer->data;

    listener_empty(l);
    listener_close(l);
    l->on_closed(l->data);
}

void listener_close_last(struct listener *l, void (*on_closed)(void *data), void *data)
{
    l->on_closed = on_closed;
    l->data = data;
    /* Closing it resets whoever is in its queue, and so does shutdown(2): Linux takes
       that for the end of listening, not of arriving. */
    address_refuse_newcomers(&l->address, listener_fd(l));
    uv_timer_start(&l->last_call, on_last_call, ADDRESS_LAST_CALL_MS, 0);
}

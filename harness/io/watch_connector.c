/* What does the kernel say of forks, execs and exits?  The proc connector:
   linux/cn_proc.h, Documentation/driver-api/connector.rst.  Its timestamps are
   CLOCK_MONOTONIC, like ours. */
#include "io/watch.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_WITHIN_MS = 500, ROOM_FOR_EVENTS = 8 << 20 };

static int subscribe(int fd)
{
    enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
    _Alignas(struct nlmsghdr) char message[NLMSG_SPACE(sizeof(struct cn_msg) + sizeof op)] = { 0 };
    struct nlmsghdr *header = (struct nlmsghdr *)message;
    struct cn_msg *connector = NLMSG_DATA(header);

    header->nlmsg_len = NLMSG_LENGTH(sizeof *connector + sizeof op);
    header->nlmsg_type = NLMSG_DONE;
    connector->id = (struct cb_id){ CN_IDX_PROC, CN_VAL_PROC };
    connector->len = sizeof op;
    memcpy(connector->data, &op, sizeof op);
    return send(fd, message, header->nlmsg_len, 0) == (ssize_t)header->nlmsg_len ? 0 : -1;
}

/* Calls on_event for each that waits; -1: the kernel had to drop some, which were
   younger than those that waited when it said so. */
static int each_event(int fd, void (*on_event)(void *arg, const struct proc_event *e), void *arg)
{
    _Alignas(struct nlmsghdr) char buffer[16384];
    int lost = 0;
    ssize_t n;

    while ((n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0 || (n < 0 && errno == ENOBUFS)) {
        struct nlmsghdr *h = (struct nlmsghdr *)buffer;
        unsigned left = n < 0 ? 0 : (unsigned)n;

        lost |= n < 0 ? -1 : 0;
        for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
            const struct cn_msg *c = NLMSG_DATA(h);
            struct proc_event e;

            if (c->id.idx != CN_IDX_PROC || c->id.val != CN_VAL_PROC)
                continue;
            memcpy(&e, c->data, sizeof e < c->len ? sizeof e : c->len);
            on_event(arg, &e);
        }
    }
    return lost;
}

static void on_event(void *arg, const struct proc_event *e)
{
    struct watch *w = arg;
    int64_t at = (int64_t)e->timestamp_ns - w->record->zero;
    struct watched *p;

    switch ((unsigned)e->what) {
    case PROC_EVENT_FORK:
        if (e->event_data.fork.child_pid == e->event_data.fork.child_tgid &&
            watch_in_tree(w, e->event_data.fork.parent_tgid))
            watch_born(w, e->event_data.fork.child_pid, e->event_data.fork.parent_tgid, at);
        break;
    case PROC_EVENT_EXEC:
        p = watch_find(w, e->event_data.exec.process_tgid);
        if (p && p->alive)
            watch_execd(w, p, at);
        break;
    case PROC_EVENT_EXIT:
        p = watch_find(w, e->event_data.exit.process_tgid);
        if (!p || !p->alive || e->event_data.exit.process_pid != e->event_data.exit.process_tgid)
            break;
        /* The first thread of a program may end before the others: only the
           pidfd knows when all have. */
        if (p->pidfd >= 0 && poll(&(struct pollfd){ .fd = p->pidfd, .events = POLLIN }, 1, 0) == 0)
            break;
        watch_exited(w, p, at, (int)e->event_data.exit.exit_code);
        break;
    }
}

void watch_connector_read(struct watch *w)
{
    if (each_event(w->connector_fd, on_event, w) != 0) {
        w->holes = true;
        watch_rescan(w);
    }
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    watch_connector_read(handle->data);
}

static void on_answer(void *arg, const struct proc_event *e)
{
    bool *answered = arg;

    if ((unsigned)e->what == PROC_EVENT_NONE && e->event_data.ack.err == 0)
        *answered = true;
}

int watch_connector_start(struct watch *w)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    int room = ROOM_FOR_EVENTS;
    bool answered = false;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || subscribe(fd) != 0)
        goto fail;
    /* Inside other namespaces the kernel takes the subscription and stays silent. */
    while (!answered) {
        if (poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, ANSWER_WITHIN_MS) <= 0)
            goto fail;
        each_event(fd, on_answer, &answered);
    }
    w->connector_fd = fd;
    uv_poll_init(w->loop, &w->connector, fd);
    w->connector.data = w;
    uv_poll_start(&w->connector, UV_READABLE, on_readable);
    uv_unref((uv_handle_t *)&w->connector);
    return 0;
fail:
    close(fd);
    return -1;
}

void watch_connector_stop(struct watch *w)
{
    uv_close((uv_handle_t *)&w->connector, NULL);
    close(w->connector_fd);
}

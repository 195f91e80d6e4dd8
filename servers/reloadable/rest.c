/* How does a process stop serving for a while? */
#include "rest.h"

#include "faults.h"
#include "server.h"
#include "strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void on_rested(uv_timer_t *timer)
{
    struct server *server = timer->data;

    server->options->strategy->rested(server);
}

/* Not 0: a timer that is started anew by its own callback might fire again before
   the loop has looked at anything else. */
void rest_is_over(struct server *server)
{
    uv_timer_start(&server->timer, on_rested, 1, 0);
}

int rest_begin(struct server *server, struct err *err)
{
    struct listener *next;

    server->resting_fd = fcntl(listener_fd(server->listener), F_DUPFD_CLOEXEC, 0);
    if (server->resting_fd < 0)
        return err_set(err, "dup of the listener: %s", strerror(errno));
    listener_close(server->listener);
    next = &server->listeners[server->listener == server->listeners];
    next->address = server->listener->address;
    server->listener = next;
    conns_drain(&server->conns);
    fault_at(server, FAULT_AT_DRAIN);
    uv_timer_start(&server->timer, on_rested, server->conns.n ? server->options->drain_timeout : 0,
                   0);
    return 0;
}

int rest_end(struct server *server, struct err *err)
{
    int fd = server->resting_fd;

    if (fd < 0)
        return 0;
    server->resting_fd = -1;
    uv_timer_stop(&server->timer);
    server->conns.draining = false;
    if (listener_inherit(server->listener, &server->loop, fd, err) < 0)
        return -1;
    return listener_listen(server->listener, (int)server->options->backlog, &server->conns, err);
}

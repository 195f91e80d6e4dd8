/* When may this process go? */
#include "drain.h"

#include "faults.h"
#include "log.h"
#include "rest.h"
#include "server.h"

void drain_leave(struct server *server, int exit_code)
{
    /* The loop ends its round first, and must not let in somebody whom nobody
       will answer. */
    listener_close(server->listener);
    server->phase = SERVER_GONE;
    server->exit_code = exit_code;
    uv_stop(&server->loop);
}

void drain_cut(struct server *server, const char *why)
{
    size_t n = conns_count_unanswered(&server->conns);

    if (n)
        log_line("%s, cut %zu requests", why, n);
    else
        log_line("%s, no request was cut", why);
    drain_leave(server, n ? 1 : 0);
}

void drain_check(struct server *server)
{
    bool child_unsettled = server->child && server->stopped;

    if (server->phase == SERVER_SERVING && server->resting_fd >= 0 && !server->conns.n)
        rest_is_over(server);
    if (server->phase != SERVER_DRAINING || server->conns.n || server->listener->is_open ||
        child_unsettled || fault_at(server, FAULT_AT_DRAINED))
        return;
    log_line("drained");
    drain_leave(server, 0);
}

static void on_drain_timeout(uv_timer_t *timer)
{
    drain_cut(timer->data, "drain timeout");
}

void drain_begin(struct server *server)
{
    server->phase = SERVER_DRAINING;
    log_line("draining %zu connections", server->conns.n);
    conns_drain(&server->conns);
    fault_at(server, FAULT_AT_DRAIN);
    uv_timer_start(&server->timer, on_drain_timeout, server->options->drain_timeout, 0);
    drain_check(server);
}

static void on_listener_closed(void *data)
{
    drain_check(data);
}

void drain_close_listener(struct server *server)
{
    listener_close_last(server->listener, on_listener_closed, server);
}

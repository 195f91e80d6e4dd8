/* In what phase of its life is this process? */
#include "server.h"

#include "child.h"
#include "drain.h"
#include "faults.h"
#include "faults/later.h"
#include "log.h"
#include "pidfile.h"
#include "startup.h"
#include "strategy.h"

#include <assert.h>
#include <signal.h>

static void on_hup(struct server *server);
static void on_term(struct server *server);
static void on_quit(struct server *server);
static void on_int(struct server *server);
static void on_usr2(struct server *server);

static const struct row {
    int number;
    void (*act)(struct server *server);
} rows[] = {
    { .number = SIGHUP, .act = on_hup },   { .number = SIGTERM, .act = on_term },
    { .number = SIGQUIT, .act = on_quit }, { .number = SIGINT, .act = on_int },
    { .number = SIGUSR2, .act = on_usr2 },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

void server_block_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

void server_unblock_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void server_hand_over(struct server *server, pid_t successor)
{
    if (server->phase != SERVER_SERVING)
        return;
    log_line("successor %d is ready", (int)successor);
    if (fault_at(server, FAULT_AT_HAND_OVER))
        return;
    pass_close(&server->pass);
    server->owns_address = false;
    if (server->options->strategy->retire)
        server->options->strategy->retire(server);
    else
        listener_close(server->listener);
    drain_begin(server);
}

void server_claim_pidfile(struct server *server)
{
    struct err err;

    if (pidfile_write(server->options->pidfile, &err) < 0)
        log_line("%s", err.text);
}

bool server_is_held(const struct server *server)
{
    return server->handover.kept || server->handover.activated;
}

static void stop_accepting(struct server *server)
{
    if (!server_is_held(server)) {
        drain_close_listener(server);
        return;
    }
    listener_empty(server->listener); /* who holds it may have nobody else for them soon */
    listener_close(server->listener);
}

static void on_hup(struct server *server)
{
    if (server_is_held(server)) {
        log_line("SIGHUP ignored: it is for the process that holds the listener");
        return;
    }
    if (server->phase == SERVER_STARTING) {
        log_line("SIGHUP before being ready, remembered");
        server->reload_again = true;
        return;
    }
    if (!fault_at(server, FAULT_AT_RELOAD))
        server->options->strategy->reload(server);
}

static void stop(struct server *server)
{
    if (server->phase == SERVER_STARTING) {
        drain_leave(server, 0);
        return;
    }
    if (fault_at(server, FAULT_AT_TERM))
        return;
    server->stopped = true;
    if (server->options->strategy->call_off)
        server->options->strategy->call_off(server);
    pass_close(&server->pass);
    stop_accepting(server);
    drain_begin(server);
}

static void told_to_leave(struct server *server, const char *how)
{
    if (server->phase == SERVER_DRAINING) {
        log_line("%s: draining already", how);
        return;
    }
    log_line("%s", how);
    stop(server);
}

static void on_term(struct server *server)
{
    told_to_leave(server, "SIGTERM");
}

static void on_quit(struct server *server)
{
    told_to_leave(server, "SIGQUIT");
}

static void on_parent_gone(void *data)
{
    struct server *server = data;

    if (server->phase == SERVER_GONE || server->phase == SERVER_DRAINING)
        return;
    log_line("who started us is gone: leaving");
    stop(server);
}

static void on_int(struct server *server)
{
    /* A child that is not ready must not come up behind our back. */
    if (server->child && !child_is_ready(server->child))
        child_signal(server->child, SIGKILL);
    drain_cut(server, "SIGINT");
}

static void on_usr2(struct server *server)
{
    (void)server;
    log_line("SIGUSR2 ignored");
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;

    for (size_t i = 0; i < N_ROWS && server->phase != SERVER_GONE; i++) {
        if (rows[i].number == number)
            rows[i].act(server);
    }
}

static void on_connection_closed(void *data)
{
    struct server *server = data;

    listener_make_room(server->listener);
    drain_check(server);
}

static bool on_answer(void *data, struct conn *conn)
{
    return fault_answers(data, conn);
}

static void open_loop(struct server *server)
{
    uv_loop_init(&server->loop);
    uv_timer_init(&server->loop, &server->timer);
    server->timer.data = server;
    for (size_t i = 0; i < N_ROWS; i++) {
        uv_signal_init(&server->loop, &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, rows[i].number);
    }
    server_unblock_signals();
    server->conns.loop = &server->loop;
    server->conns.identity = &server->identity;
    server->conns.ledger = &server->ledger;
    server->conns.idle_grace = server->options->idle_grace;
    server->conns.on_one_closed = on_connection_closed;
    server->conns.answer_otherwise = server->options->faults.n ? on_answer : NULL;
    server->conns.data = server;
}

static void close_loop(struct server *server)
{
    int busy;

    /* One that comes while we leave must not find its deadly default again and
       spoil the exit status. */
    server_block_signals();
    server->phase = SERVER_GONE;
    parent_close(&server->parent);
    pass_close(&server->pass);
    listener_close(server->listener);
    conns_close_all(&server->conns);
    if (server->child)
        child_forget(server->child);
    fault_nothing_later();
    uv_close((uv_handle_t *)&server->timer, NULL);
    for (size_t i = 0; i < N_ROWS; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    busy = uv_loop_close(&server->loop);
    assert(!busy); /* a handle was forgotten */
    (void)busy;
}

int server_run(struct server *server, struct err *err)
{
    int failed;

    server->listener = server->listeners;
    server->resting_fd = -1;
    /* Handlers first: a signal must not find its deadly default. */
    open_loop(server);
    parent_open(&server->parent, &server->loop, server->handover.parent_fd, on_parent_gone, server);
    failed = startup_begin(server, err);
    if (!failed)
        uv_run(&server->loop, UV_RUN_DEFAULT);
    if (!fault_at(server, FAULT_AT_END)) {
        pidfile_remove(server->options->pidfile);
        if (server->owns_address)
            address_unlink(&server->listener->address);
    }
    close_loop(server);
    return failed ? -1 : server->exit_code;
}

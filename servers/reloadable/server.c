/* In what phase of its life is this process? */
#include "server.h"

#include "child.h"
#include "faults.h"
#include "log.h"
#include "pidfile.h"
#include "strategy.h"
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static void leave(struct server *server, int exit_code)
{
    /* The loop ends its round first, and must not let in somebody whom nobody
       will answer. */
    listener_close(server->listener);
    server->phase = SERVER_GONE;
    server->exit_code = exit_code;
    uv_stop(&server->loop);
}

static void leave_with_cuts(struct server *server, const char *why)
{
    size_t n = conns_count_unanswered(&server->conns);

    if (n)
        log_line("%s, cut %zu requests", why, n);
    else
        log_line("%s, no request was cut", why);
    leave(server, n ? 1 : 0);
}

static void on_rested(uv_timer_t *timer)
{
    struct server *server = timer->data;

    server->options->strategy->rested(server);
}

/* Not 0: a timer that is started anew by its own callback might fire again before
   the loop has looked at anything else. */
void server_call_rested(struct server *server)
{
    uv_timer_start(&server->timer, on_rested, 1, 0);
}

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

int server_rest(struct server *server, struct err *err)
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
    uv_timer_start(&server->timer, on_rested, server->conns.n ? server->options->drain_timeout : 0,
                   0);
    return 0;
}

int server_resume(struct server *server, struct err *err)
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

void server_finish_if_drained(struct server *server)
{
    bool child_unsettled = server->child && server->stopped;

    if (server->phase == SERVER_SERVING && server->resting_fd >= 0 && !server->conns.n)
        server_call_rested(server);
    if (server->phase != SERVER_DRAINING || server->conns.n || server->listener->is_open ||
        child_unsettled || fault_at(server, FAULT_AT_DRAINED))
        return;
    log_line("drained");
    leave(server, 0);
}

static void on_drain_timeout(uv_timer_t *timer)
{
    leave_with_cuts(timer->data, "drain timeout");
}

static void drain(struct server *server)
{
    server->phase = SERVER_DRAINING;
    log_line("draining %zu connections", server->conns.n);
    conns_drain(&server->conns);
    uv_timer_start(&server->timer, on_drain_timeout, server->options->drain_timeout, 0);
    server_finish_if_drained(server);
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
    drain(server);
}

void server_claim_pidfile(struct server *server)
{
    struct err err;

    if (pidfile_write(server->options->pidfile, &err) < 0)
        log_line("%s", err.text);
}

static void on_listener_closed(void *data)
{
    server_finish_if_drained(data);
}

void server_close_listener_last(struct server *server)
{
    listener_close_last(server->listener, on_listener_closed, server);
}

/* Somebody else holds the listener as well: its queue and its path are his. */
static bool is_held(const struct server *server)
{
    return server->handover.kept || server->handover.activated;
}

static void stop_accepting(struct server *server)
{
    if (!is_held(server)) {
        server_close_listener_last(server);
        return;
    }
    listener_empty(server->listener); /* who holds it may have nobody else for them soon */
    listener_close(server->listener);
}

static void on_hup(struct server *server)
{
    if (is_held(server)) {
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
        leave(server, 0);
        return;
    }
    if (fault_at(server, FAULT_AT_TERM))
        return;
    server->stopped = true;
    if (server->options->strategy->call_off)
        server->options->strategy->call_off(server);
    pass_close(&server->pass);
    stop_accepting(server);
    drain(server);
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
    leave_with_cuts(server, "SIGINT");
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
    server_finish_if_drained(server);
}

static bool on_answer(void *data, struct conn *conn)
{
    return fault_answers(data, conn);
}

static void on_taken_over(void *data, pid_t asker)
{
    server_hand_over(data, asker);
}

static int open_pass(struct server *server, struct err *err)
{
    const struct pass_events events = { .on_ready = on_taken_over, .data = server };

    return pass_open(&server->pass, &server->loop, server->options->handover_path,
                     listener_fd(server->listener), server->identity.generation, &events, err);
}

/* Its predecessor has the path until it hands over. */
static bool is_beside(const struct server *server)
{
    const struct options *o = server->options;

    return o->strategy->shares_address && o->unix_path && server->handover.generation > 1;
}

/* Nobody is left who could move our socket to where clients look for it. */
static void succeed_nobody(struct server *server)
{
    struct err err;

    log_line("whom we succeed is gone already");
    if (is_beside(server) &&
        address_move_here(&server->listener->address, server->handover.generation, &err) < 0)
        log_line("%s", err.text);
}

static int become_ready(struct server *server, struct err *err)
{
    const struct options *o = server->options;

    fault_at(server, FAULT_AT_LOADED);
    if (listener_listen(server->listener, (int)o->backlog, &server->conns, err) < 0 ||
        (!server->handover.kept && !fault_at(server, FAULT_AT_PIDFILE) &&
         pidfile_write(o->pidfile, err) < 0) ||
        (o->strategy->passes && open_pass(server, err) < 0))
        return -1;
    server->phase = SERVER_SERVING;
    server->owns_address = !is_held(server);
    log_line("%s on %s", server->handover.kept ? "accepting" : "listening",
             server->listener->address.name);
    if (o->port == 0 && !o->unix_path && !is_held(server) && server->handover.generation == 1) {
        printf("port %u\n", server->listener->address.port);
        fflush(stdout);
    }
    if (!handover_say_ready(&server->handover))
        succeed_nobody(server);
    fault_at(server, FAULT_AT_SERVE);
    if (server->reload_again) {
        server->reload_again = false;
        o->strategy->reload(server);
    }
    return 0;
}

static void on_startup_end(uv_timer_t *timer)
{
    struct server *server = timer->data;
    struct err err;

    if (become_ready(server, &err) < 0) {
        log_line("%s", err.text);
        leave(server, 1);
    }
}

static int bind_own(const struct server *server, struct err *err)
{
    const struct options *o = server->options;
    uint16_t port = (uint16_t)(server->handover.port ? server->handover.port : (int)o->port);

    if (is_beside(server))
        return address_bind_beside(o->unix_path, server->handover.generation, err);
    return address_bind(o->host, port, o->unix_path, o->strategy->shares_address, err);
}

static int configure(struct server *server, struct err *err)
{
    const char *file = server->options->version_file;

    if (!file)
        return 0;
    server->identity.version_tag = server->version_tag;
    return version_read(server->version_tag, file, err) < 0 && !fault_at(server, FAULT_AT_CONFIGURE)
               ? -1
               : 0;
}

static int start(struct server *server, struct err *err)
{
    const struct options *o = server->options;
    int fd;

    if (o->strategy->passes) {
        if (!o->handover_path)
            return err_set(err, "strategy %s needs --handover", o->strategy->name);
        if (pass_ask(o->handover_path, &server->handover, err) < 0)
            return -1;
        server->identity.generation = server->handover.generation;
        log_open((unsigned)server->handover.generation);
    }
    if (configure(server, err) < 0)
        return -1;
    if (fault_at(server, FAULT_AT_START))
        return 0;
    fd = server->handover.listen_fd;
    if (fd >= 0) {
        if (listener_inherit(server->listener, &server->loop, fd, err) < 0)
            return -1;
    } else {
        fault_at(server, FAULT_AT_BIND);
        fd = bind_own(server, err);
        if (fd < 0 || listener_open(server->listener, &server->loop, fd, err) < 0)
            return -1;
        if (is_beside(server))
            address_will_be(&server->listener->address, o->unix_path);
    }
    fault_at(server, FAULT_AT_BOUND);
    if (o->startup_delay == 0)
        return become_ready(server, err);
    uv_timer_start(&server->timer, on_startup_end, o->startup_delay, 0);
    return 0;
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
    uv_close((uv_handle_t *)&server->timer, NULL);
    for (size_t i = 0; i < N_ROWS; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
}

int server_run(struct server *server, struct err *err)
{
    int failed;

    server->listener = server->listeners;
    server->resting_fd = -1;
    /* Handlers first: a signal must not find its deadly default. */
    open_loop(server);
    parent_open(&server->parent, &server->loop, server->handover.parent_fd, on_parent_gone, server);
    failed = start(server, err);
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

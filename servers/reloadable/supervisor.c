/* What does a process do that holds the listener and serves nobody itself? */
#include "supervisor.h"

#include "log.h"
#include "pidfile.h"
#include "strategy.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct supervision *how(const struct supervisor *s)
{
    return s->options->strategy->supervision;
}

static bool is_shared(const struct supervisor *s)
{
    return parent_lives(&s->parent) || (how(s)->shares && how(s)->shares(s));
}

static void finish_if_over(struct supervisor *s)
{
    if (s->phase == SUPERVISOR_LEAVING && !uv_is_active((uv_handle_t *)&s->last_call) &&
        how(s)->is_over(s))
        uv_stop(&s->loop);
}

static void on_last_call(uv_timer_t *timer)
{
    struct supervisor *s = timer->data;

    how(s)->drain(s);
    finish_if_over(s);
}

/* The children go on accepting until all are in who have begun to connect; not if
   another supervisor's children serve from the same socket. */
static void leave(struct supervisor *s)
{
    bool alone = s->phase == SUPERVISOR_SERVING && !is_shared(s);

    s->phase = SUPERVISOR_LEAVING;
    if (alone) {
        address_refuse_newcomers(&s->address, s->listen_fd);
        uv_timer_start(&s->last_call, on_last_call, ADDRESS_LAST_CALL_MS, 0);
        return;
    }
    how(s)->drain(s);
    finish_if_over(s);
}

static void on_leave(struct supervisor *s, const char *signal)
{
    if (s->phase == SUPERVISOR_LEAVING) {
        log_line("%s: leaving already", signal);
        return;
    }
    log_line("%s", signal);
    leave(s);
}

static void on_term(struct supervisor *s)
{
    on_leave(s, "SIGTERM");
}

static void on_quit(struct supervisor *s)
{
    on_leave(s, "SIGQUIT");
}

static void on_int(struct supervisor *s)
{
    log_line("SIGINT");
    s->phase = SUPERVISOR_LEAVING;
    uv_timer_stop(&s->last_call);
    how(s)->cut(s);
    finish_if_over(s);
}

static void on_hup(struct supervisor *s)
{
    if (s->phase == SUPERVISOR_STARTING) {
        log_line("SIGHUP before being ready, remembered");
        s->reload_again = true;
    } else if (s->phase == SUPERVISOR_SERVING) {
        if (!fault_at_supervisor_reload(s))
            how(s)->reload(s);
    } else {
        log_line("SIGHUP ignored: leaving");
    }
}

static void on_usr2(struct supervisor *s)
{
    if (s->phase == SUPERVISOR_SERVING && how(s)->upgrade)
        how(s)->upgrade(s);
    else
        log_line("SIGUSR2 ignored");
}

/* A terminal sends one to whom it shows whenever its window changes. */
static bool is_of_a_window(void)
{
    return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void on_winch(struct supervisor *s)
{
    if (s->phase == SUPERVISOR_SERVING && how(s)->release && !is_of_a_window())
        how(s)->release(s);
    else
        log_line("SIGWINCH ignored");
}

static const struct row {
    int number;
    void (*act)(struct supervisor *s);
} rows[] = {
    { .number = SIGHUP, .act = on_hup },   { .number = SIGTERM, .act = on_term },
    { .number = SIGQUIT, .act = on_quit }, { .number = SIGINT, .act = on_int },
    { .number = SIGUSR2, .act = on_usr2 }, { .number = SIGWINCH, .act = on_winch },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static void on_signal(uv_signal_t *handle, int number)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].number == number)
            rows[i].act(handle->data);
    }
}

struct child *supervisor_start_child(struct supervisor *s, const struct program *program, bool kept,
                                     int generation, const struct child_events *events)
{
    const struct handover handover = {
        .listen_fd = s->listen_fd,
        .parent_fd = s->life[0],
        .kept = kept,
        .activated = kept && s->options->strategy->activates,
        .generation = generation,
    };
    struct err err;
    struct child *child =
        child_start(&s->loop, program, &handover, s->options->ready_timeout, events, &err);

    if (!child)
        log_line("%s", err.text);
    return child;
}

void supervisor_child_ended(struct supervisor *s, const struct child *child)
{
    if (s->phase == SUPERVISOR_LEAVING && child_is_ready(child) && !child_ended_well(child))
        s->exit_code = 1;
    finish_if_over(s);
}

void supervisor_give_up(struct supervisor *s)
{
    s->exit_code = 1;
    leave(s);
}

void supervisor_say_ready(struct supervisor *s)
{
    const struct options *o = s->options;
    struct err err;

    s->phase = SUPERVISOR_SERVING;
    if (parent_lives(&s->parent) && pidfile_write(o->pidfile, &err) < 0) {
        log_line("%s", err.text);
        supervisor_give_up(s);
        return;
    }
    log_line("listening on %s", s->address.name);
    if (o->port == 0 && !o->unix_path && s->handover.generation == 1) {
        printf("port %u\n", s->address.port);
        fflush(stdout);
    }
    (void)handover_say_ready(&s->handover);
    if (s->reload_again) {
        s->reload_again = false;
        how(s)->reload(s);
    }
}

static void on_parent_gone(void *data)
{
    (void)data;
    log_line("the one that started us is gone, the listener is ours alone");
}

static int take_listener(struct supervisor *s, struct err *err)
{
    const struct options *o = s->options;
    int listens = 0;
    socklen_t len = sizeof(listens);

    s->listen_fd = s->handover.listen_fd;
    if (s->listen_fd < 0) {
        s->listen_fd = address_bind(o->host, (uint16_t)o->port, o->unix_path, false, err);
        if (s->listen_fd < 0)
            return -1;
        if (listen(s->listen_fd, (int)o->backlog) < 0)
            return err_set(err, "listen: %s", strerror(errno));
    } else if (getsockopt(s->listen_fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0 ||
               !listens) {
        return err_set(err, "inherited descriptor %d is not a listening socket", s->listen_fd);
    }
    if (pipe2(s->life, O_CLOEXEC) < 0)
        return err_set(err, "pipe: %s", strerror(errno));
    return address_of(&s->address, s->listen_fd, err);
}

static void open_loop(struct supervisor *s)
{
    uv_loop_init(&s->loop);
    uv_timer_init(&s->loop, &s->last_call);
    s->last_call.data = s;
    for (size_t i = 0; i < N_ROWS; i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, rows[i].number);
    }
    parent_open(&s->parent, &s->loop, s->handover.parent_fd, on_parent_gone, s);
}

static void close_loop(struct supervisor *s)
{
    sigset_t all;
    int busy;

    sigfillset(&all); /* none is to find its deadly default again while we leave */
    sigprocmask(SIG_SETMASK, &all, NULL);
    parent_close(&s->parent);
    uv_close((uv_handle_t *)&s->last_call, NULL);
    for (size_t i = 0; i < N_ROWS; i++)
        uv_close((uv_handle_t *)&s->signals[i], NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    busy = uv_loop_close(&s->loop);
    assert(!busy); /* a handle was forgotten */
    (void)busy;
}

int supervisor_run(struct supervisor *s, struct err *err)
{
    int failed;

    s->generation = s->handover.generation;
    open_loop(s);
    failed = take_listener(s, err);
    /* Before anybody is served; a successor's, only when it is one. */
    if (!failed && !parent_lives(&s->parent))
        failed = pidfile_write(s->options->pidfile, err);
    if (!failed) {
        how(s)->open(s);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        if (!is_shared(s))
            address_unlink(&s->address);
        how(s)->close(s);
    }
    pidfile_remove(s->options->pidfile);
    close_loop(s);
    return failed ? -1 : s->exit_code;
}

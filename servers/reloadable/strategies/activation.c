/* How is a service restarted while its socket stays?  A holder has the listener and
 * gives it to the service as systemd does (activated.h).  On SIGHUP the service is
 * told to drain, and when it has gone another is started from the program file on
 * disk: who connects meanwhile waits in the queue, which is the holder's.  One that
 * ends by itself is replaced likewise.
 *
 * The price is the wait: as long as the drain takes, or, if the new program fails,
 * until there is one that does not.  There is no old one any more to fall back on.
 *
 * The path of a unix socket is the holder's: it bound it, and it takes it away.  Under
 * systemd or its systemd-socket-activate the service is started with LISTEN_FDS set, and
 * there is no holder of ours; the path is theirs then, and so is the queue. */
#include "backoff.h"
#include "log.h"
#include "strategy.h"
#include "supervisor.h"

static struct activation {
    struct supervisor *s;
    struct child *service;
    uint64_t ready_at;
    struct backoff backoff;
    uv_timer_t again;
    bool restarts; /* the service was told to go, for the next one */
    bool reload_again;
} a;

static void start_service(void);

static void restart_service(void)
{
    log_line("stopping service %d", (int)child_pid(a.service));
    a.restarts = true;
    child_drain(a.service, a.s->options->drain_timeout);
}

static void on_again(uv_timer_t *timer)
{
    (void)timer;
    start_service();
}

static void start_later(uint64_t served)
{
    backoff_next(&a.backoff, served);
    log_line("the service is started again in %d ms", (int)a.backoff.wait);
    uv_timer_start(&a.again, on_again, a.backoff.wait, 0);
}

static void on_ready(void *data)
{
    (void)data;
    a.ready_at = uv_now(&a.s->loop);
    log_line("service %d is ready", (int)child_pid(a.service));
    if (a.s->phase == SUPERVISOR_STARTING) {
        supervisor_say_ready(a.s);
    } else if (a.reload_again) {
        restart_service();
    }
}

static void on_gone(void *data, bool was_ready, const char *how)
{
    struct child *service = a.service;

    (void)data;
    a.service = NULL;
    log_line("%s %d %s", was_ready ? "service" : "start failed: service", (int)child_pid(service),
             how);
    if (a.s->phase == SUPERVISOR_STARTING) {
        supervisor_give_up(a.s);
    } else if (a.s->phase == SUPERVISOR_SERVING && (a.restarts || a.reload_again)) {
        a.reload_again = false;
        a.backoff.wait = 0;
        start_service();
    } else if (a.s->phase == SUPERVISOR_SERVING) {
        start_later(was_ready ? uv_now(&a.s->loop) - a.ready_at : 0);
    }
    supervisor_child_ended(a.s, service);
}

static void start_service(void)
{
    const struct child_events events = { .on_ready = on_ready, .on_gone = on_gone };
    int generation = a.s->generation++;

    a.restarts = false;
    log_open((unsigned)generation);
    a.service = supervisor_start_child(a.s, &a.s->program, true, generation, &events);
    if (a.service)
        log_line("started %d from %s, the service", (int)child_pid(a.service), a.s->program.path);
    else if (a.s->phase == SUPERVISOR_STARTING)
        supervisor_give_up(a.s);
    else
        start_later(0);
}

static void reload(struct supervisor *s)
{
    (void)s;
    if (!a.service) {
        log_line("SIGHUP: starting the service now");
        uv_timer_stop(&a.again);
        a.backoff.wait = 0;
        start_service();
    } else if (a.restarts) {
        log_line("SIGHUP during a reload: what is on disk then is started");
    } else if (!child_is_ready(a.service)) {
        log_line("SIGHUP while the service starts, remembered");
        a.reload_again = true;
    } else {
        log_line("SIGHUP");
        restart_service();
    }
}

static void drain(struct supervisor *s)
{
    uv_timer_stop(&a.again);
    if (a.service)
        child_drain(a.service, s->options->drain_timeout);
}

static void cut(struct supervisor *s)
{
    (void)s;
    uv_timer_stop(&a.again);
    if (a.service)
        child_cut(a.service);
}

static bool is_over(const struct supervisor *s)
{
    (void)s;
    return !a.service;
}

static void open_activation(struct supervisor *s)
{
    a = (struct activation){ .s = s };
    uv_timer_init(&s->loop, &a.again);
    start_service();
}

static void close_activation(struct supervisor *s)
{
    (void)s;
    uv_close((uv_handle_t *)&a.again, NULL);
}

const struct supervision activation = {
    .open = open_activation,
    .reload = reload,
    .drain = drain,
    .cut = cut,
    .is_over = is_over,
    .close = close_activation,
};

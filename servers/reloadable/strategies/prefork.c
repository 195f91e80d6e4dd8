/* How does a master replace its workers, and how is it replaced itself?  As nginx
 * does (nginx.org, "Controlling nginx"):
 *
 *   SIGHUP    a new set of workers is started; when all of them are ready the old ones
 *             drain.  If one of them fails the whole set goes and the old ones stay.
 *   SIGUSR2   a new master, with workers of its own, is started beside us; both serve.
 *             Our pidfile is renamed to FILE.oldbin until it is gone.
 *   SIGWINCH  our workers drain and go; SIGHUP brings some back: the way back.
 *   SIGQUIT   a master drains its workers and goes.
 *
 * One thing differs.  nginx forks its workers, so that they run the master's code
 * whatever is on disk; ours are the program file, started anew, so that SIGHUP deploys
 * it too.  But while a new master runs, what is on disk is its program: then SIGHUP
 * is the way back, and brings workers that run what we ourselves run.  So it is too
 * if the new master ends while we have no workers, who then come back by themselves.
 *
 * The listener is held by every master and worker, so nobody in its queue is lost
 * while any of them lives and accepts. */
#include "backoff.h"
#include "log.h"
#include "pidfile.h"
#include "strategy.h"
#include "workers.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct set {
    int generation; /* 0: none */
    bool is_ours;   /* runs what we run, not what is on disk */
};

static struct prefork {
    struct supervisor *s;
    struct workers workers;
    struct set now, next; /* those who serve; those who are to, once all are ready */
    struct child *master; /* the new one beside us */
    struct program ours;
    struct backoff backoff;
    uv_timer_t replace;
    bool released; /* by SIGWINCH: no workers */
    bool reload_again;
    char oldbin[PATH_MAX];
} p;

static size_t wanted(void)
{
    return (size_t)p.s->options->workers;
}

static int start_one(const struct set *set)
{
    return workers_start(&p.workers, set->is_ours ? &p.ours : &p.s->program, set->generation);
}

static const char *what(void)
{
    return p.s->phase == SUPERVISOR_STARTING ? "start" : "reload";
}

static void begin_reload(bool is_ours);

static void replace_later(uint64_t served);

/* The set that was to serve fails.  Where there are no others to go on, as after a
   SIGWINCH, it is better than none. */
static void drop_next(void)
{
    struct set failed = p.next;

    p.next.generation = 0;
    if (p.s->phase == SUPERVISOR_SERVING && !p.reload_again &&
        workers_count_staying(&p.workers, p.now.generation) == 0) {
        p.now = failed;
        replace_later(0);
        return;
    }
    workers_drain(&p.workers, failed.generation);
    if (p.s->phase == SUPERVISOR_STARTING) {
        supervisor_give_up(p.s);
    } else if (p.reload_again) {
        p.reload_again = false;
        begin_reload(p.master != NULL);
    }
}

static void begin_reload(bool is_ours)
{
    p.released = false;
    p.next = (struct set){ .generation = p.s->generation++, .is_ours = is_ours };
    for (size_t i = 0; i < wanted(); i++) {
        if (start_one(&p.next) < 0) {
            log_line("%s failed", what());
            drop_next();
            return;
        }
    }
}

static void hand_over_to_next(void)
{
    log_line("the workers of generation %d are ready", p.next.generation);
    log_open((unsigned)p.next.generation);
    p.now = p.next;
    p.next.generation = 0;
    p.backoff.wait = 0;
    uv_timer_stop(&p.replace);
    workers_drain_before(&p.workers, p.now.generation);
    if (p.s->phase == SUPERVISOR_STARTING) {
        supervisor_say_ready(p.s);
    } else if (p.reload_again) {
        p.reload_again = false;
        begin_reload(p.master != NULL);
    }
}

static void on_worker_ready(struct workers *ws, struct worker *w)
{
    if (w->generation == p.next.generation && workers_count_ready(ws, w->generation) == wanted())
        hand_over_to_next();
}

static void on_replace(uv_timer_t *timer)
{
    (void)timer;
    for (size_t n = workers_count_staying(&p.workers, p.now.generation); n < wanted(); n++) {
        if (start_one(&p.now) < 0) {
            replace_later(0);
            return;
        }
    }
}

/* served: by the one that is gone, in milliseconds */
static void replace_later(uint64_t served)
{
    if (uv_is_active((uv_handle_t *)&p.replace))
        return; /* it is one of several, who come together */
    backoff_next(&p.backoff, served);
    log_line("another worker in %d ms", (int)p.backoff.wait);
    uv_timer_start(&p.replace, on_replace, p.backoff.wait, 0);
}

static void on_worker_gone(struct workers *ws, struct worker *w, const char *how)
{
    (void)ws;
    if (p.s->phase == SUPERVISOR_LEAVING)
        return;
    if (w->generation == p.next.generation) {
        log_line("%s failed: worker %d %s", what(), (int)child_pid(w->child), how);
        drop_next();
    } else if (w->generation == p.now.generation && !p.released) {
        replace_later(w->ready_at ? uv_now(&p.s->loop) - w->ready_at : 0);
    }
}

static void reload(struct supervisor *s)
{
    (void)s;
    if (p.next.generation) {
        log_line("SIGHUP during a reload, remembered");
        p.reload_again = true;
        return;
    }
    log_line("SIGHUP: %s", p.master ? "workers of our own again" : "new workers");
    begin_reload(p.master != NULL);
}

static void release(struct supervisor *s)
{
    (void)s;
    log_line("SIGWINCH: letting %zu workers go", workers_count(&p.workers));
    p.released = true;
    p.reload_again = false;
    p.next.generation = 0;
    uv_timer_stop(&p.replace);
    workers_drain_all(&p.workers);
}

static void on_master_ready(void *data)
{
    (void)data;
    log_line("new master %d is ready, beside us", (int)child_pid(p.master));
}

static void on_master_gone(void *data, bool was_ready, const char *how)
{
    struct child *master = p.master;

    (void)data;
    p.master = NULL;
    pidfile_move(p.oldbin, p.s->options->pidfile);
    log_line("%s %d %s", was_ready ? "new master" : "upgrade failed: new master",
             (int)child_pid(master), how);
    if (p.released && p.s->phase == SUPERVISOR_SERVING)
        begin_reload(true);
    supervisor_child_ended(p.s, master);
}

static void upgrade(struct supervisor *s)
{
    const struct child_events events = { .on_ready = on_master_ready, .on_gone = on_master_gone };

    if (p.master || parent_lives(&s->parent)) {
        log_line("SIGUSR2 ignored: there are two masters already");
        return;
    }
    if (s->options->pidfile)
        pidfile_move(s->options->pidfile, p.oldbin);
    p.master = supervisor_start_child(s, &s->program, false, s->generation, &events);
    if (p.master) {
        log_line("SIGUSR2: started %d from %s, a new master", (int)child_pid(p.master),
                 s->program.path);
        return;
    }
    log_line("upgrade failed");
    pidfile_move(p.oldbin, s->options->pidfile);
}

/* A new master that is not ready must not come up when nobody knows of it. */
static bool is_half_a_master(void)
{
    return p.master && !child_is_ready(p.master);
}

static void drain(struct supervisor *s)
{
    (void)s;
    uv_timer_stop(&p.replace);
    workers_drain_all(&p.workers);
    if (is_half_a_master())
        child_stop(p.master);
}

static void cut(struct supervisor *s)
{
    (void)s;
    uv_timer_stop(&p.replace);
    workers_cut(&p.workers);
    if (is_half_a_master())
        child_cut(p.master);
}

static bool is_over(const struct supervisor *s)
{
    (void)s;
    return workers_count(&p.workers) == 0 && !is_half_a_master();
}

static bool shares(const struct supervisor *s)
{
    (void)s;
    return p.master && child_is_ready(p.master);
}

static void open_prefork(struct supervisor *s)
{
    p = (struct prefork){
        .s = s,
        .workers = { .supervisor = s, .on_ready = on_worker_ready, .on_gone = on_worker_gone },
        .ours = { .path = "/proc/self/exe", .argv = s->program.argv },
    };
    if (s->options->pidfile)
        snprintf(p.oldbin, sizeof(p.oldbin), "%s.oldbin", s->options->pidfile);
    uv_timer_init(&s->loop, &p.replace);
    begin_reload(false);
}

static void close_prefork(struct supervisor *s)
{
    (void)s;
    if (p.master)
        child_forget(p.master);
    uv_close((uv_handle_t *)&p.replace, NULL);
    pidfile_remove(p.oldbin);
}

const struct supervision prefork = {
    .open = open_prefork,
    .reload = reload,
    .upgrade = upgrade,
    .release = release,
    .drain = drain,
    .cut = cut,
    .is_over = is_over,
    .shares = shares,
    .close = close_prefork,
};

/* And where the proc connector is silent, as in a network namespace of its own?
   There the kernel tells by perf events of whoever we fork, but not of a server that
   ran before: that one is polled. */
#include "io/perf_rings.h"
#include "io/proc.h"
#include "io/watch.h"

#include <poll.h>
#include <stdlib.h>

struct watch_perf {
    struct watch *watch;
    struct perf_rings *rings;
    bool blind; /* somebody is no longer ours to see */
    uv_poll_t readable;
    uv_prepare_t before_wait;
    int n_handles;
};

/* It is told just before the end, which the pidfd or reaping tells.  Of a program
   with more rights than its caller (set-user-id) we are told the same when it begins,
   and then nothing more. */
static void on_exit_told(struct watch_perf *p, struct watched *process, const struct told *t,
                         int64_t at)
{
    struct proc_stat st;

    if (process->pidfd < 0) {
        if (t->tid == t->pid)
            watch_exited(p->watch, process, at, -1);
        return;
    }
    if (process->more_threads-- > 0)
        return;
    if (poll(&(struct pollfd){ .fd = process->pidfd, .events = POLLIN }, 1, 0) == 0 &&
        proc_stat(process->pid, &st) == 0 && !st.exiting)
        p->blind = true;
    else
        process->ended = at;
}

static void note(struct watch_perf *p, const struct told *t)
{
    struct watch *w = p->watch;
    int64_t at = t->at - w->record->zero;
    struct watched *process;

    if (t->kind == TOLD_FORK && t->pid == t->tid) {
        if (watch_in_tree(w, t->parent))
            watch_born(w, t->pid, t->parent, at);
        return;
    }
    process = watch_find(w, t->pid);
    if (!process || !process->alive)
        return;
    switch (t->kind) {
    case TOLD_FORK:
        process->more_threads++;
        break;
    case TOLD_EXEC:
        process->more_threads = 0;
        watch_execd(w, process, at);
        break;
    case TOLD_EXIT:
        on_exit_told(p, process, t, at);
        break;
    }
}

/* What is noted may make somebody read again: then nothing is left for us. */
void watch_perf_read(struct watch *w)
{
    struct watch_perf *p = w->perf;
    struct told t;

    perf_rings_read(p->rings);
    while (perf_rings_next(p->rings, &t))
        note(p, &t);
    if (perf_rings_have_lost(p->rings)) {
        w->holes = true;
        watch_rescan(w);
    }
}

static void read_or_give_up(struct watch_perf *p)
{
    watch_perf_read(p->watch);
    if (p->blind)
        watch_by_polling(p->watch);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    read_or_give_up(handle->data);
}

/* The rings say only once that there is something, and that may be lost on libuv
   while it only begins to listen. */
static void on_before_wait(uv_prepare_t *handle)
{
    read_or_give_up(handle->data);
}

int watch_perf_start(struct watch *w)
{
    struct perf_rings *rings = perf_rings_open();
    struct watch_perf *p;

    if (!rings)
        return -1;
    p = w->perf = mem_new(1, sizeof *p);
    *p = (struct watch_perf){ .watch = w, .rings = rings, .n_handles = 2 };
    p->readable.data = p->before_wait.data = p;
    uv_poll_init(w->loop, &p->readable, perf_rings_fd(rings));
    uv_poll_start(&p->readable, UV_READABLE, on_readable);
    uv_unref((uv_handle_t *)&p->readable);
    uv_prepare_init(w->loop, &p->before_wait);
    uv_prepare_start(&p->before_wait, on_before_wait);
    uv_unref((uv_handle_t *)&p->before_wait);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct watch_perf *p = handle->data;

    if (--p->n_handles > 0)
        return;
    perf_rings_close(p->rings);
    free(p);
}

void watch_perf_stop(struct watch *w)
{
    uv_close((uv_handle_t *)&w->perf->readable, on_closed);
    uv_close((uv_handle_t *)&w->perf->before_wait, on_closed);
}

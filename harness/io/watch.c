/* Which processes does the server consist of, and what becomes of each? */
#include "io/watch.h"
#include "io/proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct source {
    const char *option, *text;
    int (*start)(struct watch *w); /* -1: not to be had here */
    void (*read)(struct watch *w);
    void (*stop)(struct watch *w);
} sources[N_WATCH_HOWS] = {
    [WATCH_CONNECTOR] = { "events", "kernel events", watch_connector_start, watch_connector_read,
                          watch_connector_stop },
    [WATCH_PERF] = { "perf", "kernel events (perf)", watch_perf_start, watch_perf_read,
                     watch_perf_stop },
    [WATCH_POLLING] = { "polling", "polling", watch_polling_start, watch_polling_look,
                        watch_polling_stop },
};

void watch_hear(struct watch *w)
{
    if (w->how != WATCH_POLLING)
        sources[w->how].read(w);
}

static void changed(struct watch *w)
{
    if (w->on_change)
        w->on_change(w->arg);
}

void watch_event(struct watch *w, const struct watched *p, enum event_kind kind, int64_t at,
                 int64_t value)
{
    if (p->unnoted && kind != EVENT_PROC_LEFT_OVER)
        return;
    history_add_event(w->record->h,
                      &(struct event){ .at = at,
                                       .kind = kind,
                                       .pid = p->pid,
                                       .start = p->start,
                                       .value = value,
                                       .dev = p->dev,
                                       .ino = p->ino,
                                       .text = history_text(w->record->h, p->exe ? p->exe : "") });
}

static void look_at_program(struct watched *p)
{
    char path[4096];

    if (proc_exe(p->pid, path, &p->dev, &p->ino) != 0)
        return;
    free(p->exe);
    p->exe = mem_text(path);
}

/* Attached: orphans that come to us may be the server's. */
static bool is_ours(const struct watch *w, pid_t parent, const struct watched *mother)
{
    return (parent == getpid() && (w->expecting || !w->attached)) || (mother && mother->ours);
}

struct watched *watch_born(struct watch *w, pid_t pid, pid_t parent, int64_t at)
{
    struct watched *p = watch_make_room(w);
    const struct watched *mother = watch_find(w, parent);
    struct proc_stat st;

    *p = (struct watched){ .pid = pid,
                           .parent = parent,
                           .born = at,
                           .pidfd = -1,
                           .alive = true,
                           .unnoted = watch_has_too_many(w),
                           .ours = is_ours(w, parent, mother),
                           .status = -1,
                           .epoch = w->epoch,
                           .in_vain = w->in_vain,
                           .last_sent = -1,
                           .run_delay = -1,
                           .descriptors = -2,
                           .memory = -2,
                           .holds = HOLDS_NOT_LOOKED,
                           .watch = w };
    if (proc_stat(pid, &st) == 0) {
        p->start = st.start;
        p->stack = st.stack;
        p->stack_moves = w->how == WATCH_POLLING && proc_moves_its_stack(pid);
        watch_wait_for_end(w, p);
    }
    /* What it runs until it execs; if it has done so already, its exec event follows. */
    if (mother && mother->exe) {
        p->exe = mem_text(mother->exe);
        p->dev = mother->dev;
        p->ino = mother->ino;
    }
    pids_set(&w->by_pid, pid, p);
    watch_event(w, p, EVENT_PROC_BORN, at, parent);
    if (!p->exe && mother) {
        /* A daemon's starter was gone before one could see what it ran: its child tells. */
        look_at_program(p);
        if (p->exe)
            watch_event(w, p, EVENT_PROC_EXEC, at, 0);
    }
    if (w->on_born)
        w->on_born(w->arg, p);
    changed(w);
    return p;
}

void watch_execd(struct watch *w, struct watched *p, int64_t at)
{
    struct proc_stat st;

    /* In this order: an exec in between is found by the next look, which sees the stack moved. */
    if (proc_stat(p->pid, &st) == 0)
        p->stack = st.stack;
    look_at_program(p);
    p->stack_moves = w->how == WATCH_POLLING && proc_moves_its_stack(p->pid);
    p->epoch = w->epoch;
    p->in_vain = w->in_vain;
    p->execs++;
    watch_event(w, p, EVENT_PROC_EXEC, at, 0);
    changed(w);
}

void watch_exited(struct watch *w, struct watched *p, int64_t at, int status)
{
    p->alive = false;
    p->status = status;
    if (w->how == WATCH_POLLING)
        watch_polling_look(w); /* its children have just become ours to find */
    watch_event(w, p, EVENT_PROC_EXITED, at, status);
    watch_forget_end(p);
    changed(w);
    watch_put_aside(w, p);
}

void watch_look(struct watch *w)
{
    sources[w->how].read(w);
}

void watch_new_epoch(struct watch *w, bool in_vain)
{
    w->epoch += !in_vain;
    w->in_vain = in_vain;
    w->looked = w->epoch_began = recorder_now(w->record);
}

static enum watched_how_well how_well(const struct watch *w)
{
    if (!w->holes && !watch_has_too_many(w))
        return WATCHED_COMPLETELY;
    return w->how == WATCH_POLLING && !w->misses_execs && !watch_has_too_many(w)
               ? WATCHED_BUT_SHORT_LIVES
               : WATCHED_WITH_HOLES;
}

void watch_record_how(struct watch *w)
{
    const char *text = sources[w->how].text;
    char more[160];

    if (watch_has_too_many(w)) {
        snprintf(more, sizeof more,
                 "%s, but of the first %zu processes only (limits.processes): it starts too many",
                 text, w->most);
        text = more;
    }
    record(w->record, EVENT_WATCH, 0, how_well(w), text);
}

void watch_by_polling(struct watch *w)
{
    sources[w->how].stop(w);
    w->how = WATCH_POLLING;
    watch_polling_start(w);
}

enum watch_how watch_how_named(const char *option)
{
    enum watch_how how = 0;

    while (how < N_WATCH_HOWS && strcmp(sources[how].option, option) != 0)
        how++;
    return how;
}

struct watched *watch_expect(struct watch *w, pid_t pid)
{
    struct watched *p;

    w->expecting = true;
    watch_hear(w);
    p = watch_find(w, pid);
    if (!p || !p->alive)
        p = watch_born(w, pid, getpid(), recorder_now(w->record));
    w->expecting = false;
    return p;
}

int watch_start(struct watch *w, uv_loop_t *loop, struct recorder *r, enum watch_how how,
                struct err *err)
{
    *w = (struct watch){ .loop = loop, .record = r, .how = how, .connector_fd = -1 };
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return err_set(err, "becoming the reaper of orphans: %s", strerror(errno));
    watch_wait_for_children(w);
    while (sources[w->how].start(w) != 0)
        w->how++;
    return 0;
}

void watch_stop(struct watch *w)
{
    if (!w->loop)
        return;
    uv_close((uv_handle_t *)&w->child, NULL);
    sources[w->how].stop(w);
    for (size_t i = 0; i < w->n; i++)
        watch_forget_end(w->all[i]);
    w->loop = NULL;
}

void watch_free(struct watch *w)
{
    for (size_t i = 0; i < w->n; i++) {
        free(w->all[i]->exe);
        free(w->all[i]);
    }
    free(w->all);
    pids_free(&w->by_pid);
    w->all = NULL;
    w->n = 0;
}

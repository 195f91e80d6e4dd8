/* Who belongs to the server, who of them lives, and what do they leave behind? */
#include "io/proc.h"
#include "io/watch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct watched *watch_find(const struct watch *w, pid_t pid)
{
    return pids_find(&w->by_pid, pid);
}

bool watch_has_too_many(const struct watch *w)
{
    return w->most && w->n > w->most;
}

/* Of those that are not noted only the living are kept, for they are to be killed. */
struct watched *watch_make_room(struct watch *w)
{
    struct watched *p = w->spare;

    if (p) {
        w->spare = p->spare;
        if (watch_find(w, p->pid) == p)
            pids_set(&w->by_pid, p->pid, NULL);
        free(p->exe);
        return p;
    }
    if (w->n == w->room) {
        w->room = w->room ? 2 * w->room : 32;
        w->all = mem_grow(w->all, w->room, sizeof *w->all);
    }
    return w->all[w->n++] = mem_new(1, sizeof *p);
}

void watch_put_aside(struct watch *w, struct watched *p)
{
    if (!p->unnoted || p->answers)
        return;
    p->spare = w->spare;
    w->spare = p;
}

bool watch_in_tree(const struct watch *w, pid_t pid)
{
    const struct watched *p = watch_find(w, pid);

    return pid == getpid() || (p && p->alive);
}

bool watch_has(const struct watch *w, pid_t pid, int64_t start)
{
    const struct watched *p = watch_find(w, pid);

    return p && p->alive && p->start == start;
}

static struct watched *adopt_at(struct watch *w, pid_t pid, const struct proc_stat *st, int64_t at)
{
    struct watched *p = watch_born(w, pid, st->parent, at);

    watch_execd(w, p, p->born);
    return p;
}

static void adopt(struct watch *w, pid_t pid)
{
    struct proc_stat st;
    const struct watched *p = watch_find(w, pid);

    if ((p && p->alive) || proc_stat(pid, &st) != 0 || st.state == 'Z')
        return;
    adopt_at(w, pid, &st, recorder_now(w->record));
}

/* Not ourselves, nor whom we started: we may well be a descendant of what we watch. */
static void adopt_with_children(void *arg, pid_t pid)
{
    const struct watch *w = arg;

    if (pid == getpid() || pid == w->except)
        return;
    adopt(arg, pid);
    proc_children(pid, adopt_with_children, arg);
}

void watch_rescan(struct watch *w)
{
    size_t n = w->n;

    for (size_t i = 0; i < n; i++) {
        struct watched *p = w->all[i];
        struct proc_stat st;

        /* Nothing but a lost event would have told of its end. */
        if (p->alive && p->pidfd < 0 && (proc_stat(p->pid, &st) != 0 || st.start != p->start))
            watch_exited(w, p, recorder_now(w->record), -1);
        if (p->alive)
            proc_children(p->pid, adopt_with_children, w);
    }
    proc_children(getpid(), adopt_with_children, w); /* orphans come to us */
}

int watch_adopt(struct watch *w, pid_t pid, struct err *err)
{
    struct proc_stat st;

    if (proc_stat(pid, &st) != 0 || st.state == 'Z')
        return err_set(err, "pid %d: no such process%s", pid,
                       st.state == 'Z' ? " any more (a zombie)" : "");
    if (w->how == WATCH_PERF)
        watch_by_polling(w); /* nobody inherits our perf events who is there already */
    adopt_with_children(w, pid);
    return 0;
}

/* Its own account of when it began is that of the kernel's ticks: what may have been after the
   upgrade began was. */
static void adopt_heir(void *arg, pid_t pid)
{
    struct watch *w = arg;
    struct proc_stat st;
    struct watched *p;
    int64_t began;

    if (pid == getpid() || pid == w->except || proc_stat(pid, &st) != 0 || st.state == 'Z' ||
        watch_has(w, pid, st.start))
        return;
    began = proc_began(st.start) - w->record->zero;
    if (began + proc_tick() > w->epoch_began && began < w->epoch_began)
        began = w->epoch_began;
    p = adopt_at(w, pid, &st, began);
    if (began < w->epoch_began && p->epoch > 0)
        p->epoch--;
    proc_children(pid, adopt_heir, w);
}

void watch_adopt_heir(struct watch *w, pid_t pid)
{
    struct proc_stat st;

    if (pid <= 1 || w->n == 0 || proc_stat(pid, &st) != 0 || st.start < w->all[0]->start)
        return;
    adopt_heir(w, pid);
}

size_t watch_count_alive(const struct watch *w, bool ours_only)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        n += w->all[i]->alive && (w->all[i]->ours || !ours_only);
    return n;
}

static bool is_watched(const struct watch *w, pid_t pid)
{
    const struct watched *p = watch_find(w, pid);

    return p && p->alive;
}

size_t watch_find_zombies(struct watch *w, bool record_them)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++) {
        const struct watched *p = w->all[i];
        struct proc_stat st;

        if (p->alive || !p->start || proc_stat(p->pid, &st) != 0 || st.start != p->start ||
            st.state != 'Z' || !is_watched(w, st.parent))
            continue;
        n++;
        if (record_them)
            watch_event(w, p, EVENT_PROC_ZOMBIE, recorder_now(w->record), st.parent);
    }
    return n;
}

void watch_record_files(struct watch *w)
{
    for (size_t i = 0; i < w->n; i++) {
        bool first = w->all[i]->exe != NULL;

        for (size_t j = 0; first && j < i; j++)
            first = !w->all[j]->exe || strcmp(w->all[j]->exe, w->all[i]->exe) != 0;
        if (first)
            record_file_on_disk(w->record, w->all[i]->exe);
    }
}

void watch_release(struct watch *w)
{
    for (size_t i = 0; w->attached && i < w->n; i++)
        w->all[i]->ours = false;
}

static bool serves(const struct watched *p)
{
    return p->alive && (p->answers || p->holds >= HOLDS);
}

/* It, or one that descends from it. */
static bool brings_forth_who_serves(const struct watch *w, const struct watched *p)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct watched *q = serves(w->all[i]) ? w->all[i] : NULL;

        for (size_t steps = 0; q && q != p && steps < w->n; steps++)
            q = q->parent == q->pid ? NULL : watch_find(w, q->parent);
        if (q == p)
            return true;
    }
    return false;
}

void watch_kill_ours(struct watch *w, bool left_over)
{
    for (size_t i = 0; w->attached && i < w->n; i++)
        if (w->all[i]->alive && w->all[i]->ours && brings_forth_who_serves(w, w->all[i]))
            w->all[i]->ours = false;
    for (size_t i = 0; i < w->n; i++) {
        struct watched *p = w->all[i];

        if (!p->alive || !p->ours)
            continue;
        if (left_over)
            watch_event(w, p, EVENT_PROC_LEFT_OVER, recorder_now(w->record), 0);
        if (p->pidfd >= 0)
            proc_signal(p->pidfd, SIGKILL);
    }
}

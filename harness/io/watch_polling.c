/* And where the kernel will not tell?  Look every few milliseconds; a process
   that lives shorter than that is missed, and the history says so. */
#include "io/watch.h"
#include "io/proc.h"

#include <unistd.h>

enum { EVERY_MS = 5 };

/* It was not there when the latest look was over, so that is how early it may have
   been born; by now it may have answered. */
static void on_child_found(void *arg, pid_t pid)
{
    struct watch *w = arg;
    struct watched *p = watch_find(w, pid), *mother;
    struct proc_stat st;

    if (pid == w->except || proc_stat(pid, &st) != 0 || (p && p->start == st.start) ||
        (st.state == 'Z' && st.parent == getpid()))
        return;
    mother = watch_find(w, st.parent);
    p = watch_born(w, pid, st.parent,
                   mother && mother->born > w->looked ? mother->born : w->looked);
    if (st.state == 'Z')
        watch_exited(w, p, p->born, -1);
    else
        watch_execd(w, p, p->born);
}

/* An exec is seen by the stack that moves.  Who is just dying has none, for as long as that takes;
   should another thread of it exec, it dies no more. */
static void look_at_stack(struct watch *w, struct watched *p, const struct proc_stat *st)
{
    if (st->state == 'Z' || st->state == 'X' || st->exiting)
        return;
    if (st->stack && p->stack && st->stack != p->stack)
        watch_execd(w, p, recorder_now(w->record));
    w->misses_execs |= st->stack ? !p->stack_moves : p->stackless;
    p->stackless = !st->stack;
    if (st->stack)
        p->stack = st->stack;
}

void watch_polling_look(struct watch *w)
{
    size_t n = w->n;

    for (size_t i = 0; i < n; i++) {
        struct watched *p = w->all[i];
        struct proc_stat st;
        bool is_there = p->alive && proc_stat(p->pid, &st) == 0 && st.start == p->start;

        /* It was gone before there was a pidfd to tell of that; our own children are reaped. */
        if (p->alive && p->pidfd < 0 && (!is_there || (st.state == 'Z' && st.parent != getpid())))
            watch_exited(w, p, recorder_now(w->record), -1);
        if (!p->alive || !is_there)
            continue;
        look_at_stack(w, p, &st);
        proc_children(p->pid, on_child_found, w);
    }
    proc_children(getpid(), on_child_found, w);
    w->looked = recorder_now(w->record);
}

static void on_time(uv_timer_t *timer)
{
    watch_polling_look(timer->data);
}

/* The kernel told of it until now: of an exec before the new stack is made, so none
   that we know is good for comparing; and its latest exec may not have come to us. */
static void take_over(struct watch *w, struct watched *p)
{
    struct proc_stat st;
    char path[4096];
    uint64_t dev, ino;

    if (proc_stat(p->pid, &st) == 0)
        p->stack = st.stack;
    if (proc_exe(p->pid, path, &dev, &ino) == 0 && (dev != p->dev || ino != p->ino))
        watch_execd(w, p, recorder_now(w->record));
}

int watch_polling_start(struct watch *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->all[i]->alive)
            take_over(w, w->all[i]);
    w->holes = true;
    w->looked = recorder_now(w->record);
    uv_timer_init(w->loop, &w->poll);
    w->poll.data = w;
    uv_timer_start(&w->poll, on_time, 0, EVERY_MS);
    uv_unref((uv_handle_t *)&w->poll);
    return 0;
}

void watch_polling_stop(struct watch *w)
{
    uv_close((uv_handle_t *)&w->poll, NULL);
}

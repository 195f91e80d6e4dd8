/* And where the kernel will not tell?  Look every few milliseconds; a process
   that lives shorter than that is missed, and the history says so. */
#include "io/watch.h"
#include "io/proc.h"

#include <unistd.h>

enum { EVERY_MS = 5 };

static void on_child_found(void *arg, pid_t pid)
{
    struct watch *w = arg;
    struct watched *p = watch_find(w, pid);
    struct proc_stat st;

    if (pid == w->except || proc_stat(pid, &st) != 0 || (p && p->start == st.start) || st.state == 'Z')
        return;
    p = watch_born(w, pid, st.parent, recorder_now(w->record));
    watch_execd(w, p, p->born);
}

static void on_time(uv_timer_t *timer)
{
    struct watch *w = timer->data;
    size_t n = w->n;

    for (size_t i = 0; i < n; i++) {
        struct watched *p = w->all[i];
        struct proc_stat st;

        if (!p->alive || proc_stat(p->pid, &st) != 0 || st.start != p->start)
            continue;
        if (st.stack != p->stack)
            watch_execd(w, p, recorder_now(w->record));
        proc_children(p->pid, on_child_found, w);
    }
    proc_children(getpid(), on_child_found, w);
}

void watch_polling_start(struct watch *w)
{
    w->holes = true;
    uv_timer_init(w->loop, &w->poll);
    w->poll.data = w;
    uv_timer_start(&w->poll, on_time, 0, EVERY_MS);
    uv_unref((uv_handle_t *)&w->poll);
}

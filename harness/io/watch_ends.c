/* How is it heard of that a process has ended, and how it did? */
#include "io/proc.h"
#include "io/watch.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* libuv closes late, so the handle outlives what it watched. */
struct exit_poll {
    uv_poll_t handle;
    struct watched *process;
};

static void on_pidfd_closed(uv_handle_t *handle)
{
    struct exit_poll *poll = handle->data;

    free(poll);
}

void watch_forget_end(struct watched *p)
{
    if (p->poll) {
        uv_close((uv_handle_t *)&p->poll->handle, on_pidfd_closed);
        p->poll = NULL;
    }
    if (p->pidfd >= 0)
        close(p->pidfd);
    p->pidfd = -1;
}

static int64_t end_of(const struct watched *p)
{
    return p->ended ? p->ended : recorder_now(p->watch->record);
}

static void reap(struct watch *w)
{
    siginfo_t info;

    for (;;) {
        struct watched *p;
        int status;

        info.si_pid = 0;
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
            return;
        watch_hear(w);
        p = watch_find(w, info.si_pid);
        if (waitpid(info.si_pid, &status, WNOHANG) <= 0)
            return;
        if (p && p->alive)
            watch_exited(w, p, end_of(p), status);
        else if (p && p->status < 0)
            p->status = status;
    }
}

static void on_child(uv_signal_t *handle, int signal)
{
    (void)signal;
    reap(handle->data);
}

static void on_pidfd(uv_poll_t *handle, int status, int events)
{
    struct exit_poll *poll = handle->data;
    struct watched *p = poll->process;
    struct watch *w = p->watch;

    (void)status, (void)events;
    reap(w);
    if (p->poll == poll)
        watch_hear(w);
    if (p->poll == poll)
        watch_exited(w, p, end_of(p), proc_status(p->pid, p->start, p->pidfd));
}

void watch_wait_for_end(struct watch *w, struct watched *p)
{
    p->pidfd = proc_open(p->pid, p->start);
    if (p->pidfd < 0)
        return;
    p->poll = mem_new(1, sizeof *p->poll);
    p->poll->process = p;
    p->poll->handle.data = p->poll;
    if (uv_poll_init(w->loop, &p->poll->handle, p->pidfd) != 0) {
        free(p->poll);
        p->poll = NULL;
        return;
    }
    uv_poll_start(&p->poll->handle, UV_READABLE, on_pidfd);
    uv_unref((uv_handle_t *)&p->poll->handle);
}

void watch_wait_for_children(struct watch *w)
{
    uv_signal_init(w->loop, &w->child);
    w->child.data = w;
    uv_signal_start(&w->child, on_child, SIGCHLD);
    uv_unref((uv_handle_t *)&w->child);
}

/* Has the new process become ready? */
#include "child.h"

#include "activated.h"
#include "launch.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_LISTEN_FD = 3, CHILD_READY_FD = 4, CHILD_PARENT_FD = 5, CHILD_STOP_MS = 1000 };

struct child {
    uv_signal_t reaper; /* SIGCHLD */
    uv_pipe_t pipe;
    uv_timer_t timer; /* first until it must be ready, then until SIGKILL */
    struct child_events events;
    char said[sizeof(HANDOVER_READY)];
    size_t n_said;
    int open_handles;
    pid_t pid;
    bool ready, stopping, gone, ended_well;
};

static void on_handle_closed(uv_handle_t *handle)
{
    struct child *c = handle->data;

    if (--c->open_handles == 0)
        free(c);
}

void child_forget(struct child *c)
{
    uv_handle_t *const handles[] = { (uv_handle_t *)&c->reaper, (uv_handle_t *)&c->pipe,
                                     (uv_handle_t *)&c->timer };

    c->gone = true;
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
        if (!uv_is_closing(handles[i]))
            uv_close(handles[i], on_handle_closed);
    }
}

/* A child that said ready and died before we read it counts as not ready: the
   old process still accepts and can carry on. */
static void on_sigchld(uv_signal_t *signal, int number)
{
    struct child *c = signal->data;
    char how[80];
    int status;

    (void)number;
    if (waitpid(c->pid, &status, WNOHANG) != c->pid)
        return; /* another's */
    if (WIFSIGNALED(status))
        snprintf(how, sizeof(how), "was killed by signal %d", WTERMSIG(status));
    else
        snprintf(how, sizeof(how), "exited with status %d", WEXITSTATUS(status));
    c->ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    child_forget(c);
    c->events.on_gone(c->events.data, c->ready, how);
}

static void on_stop_timeout(uv_timer_t *timer)
{
    log_line("child %d did not end when told to, killing it",
             (int)((struct child *)timer->data)->pid);
    child_signal(timer->data, SIGKILL);
}

static void end(struct child *c, int number, uint64_t within)
{
    c->stopping = true;
    /* A stopped process would otherwise not even see the other.  First, for it undoes a
       SIGSTOP that has not arrived: whoever traces a process that ends (a leak checker)
       would wait for ever. */
    child_signal(c, SIGCONT);
    child_signal(c, number);
    uv_timer_start(&c->timer, on_stop_timeout, within, 0);
}

void child_stop(struct child *c)
{
    child_drain(c, 0);
}

void child_drain(struct child *c, uint64_t within)
{
    if (c->stopping)
        return;
    end(c, SIGTERM, (c->ready ? within : 0) + CHILD_STOP_MS);
    if (c->ready && !within)
        uv_timer_stop(&c->timer);
}

void child_cut(struct child *c)
{
    end(c, SIGINT, CHILD_STOP_MS);
}

static void on_ready_timeout(uv_timer_t *timer)
{
    struct child *c = timer->data;

    log_line("child %d was not ready in time, stopping it", (int)c->pid);
    child_stop(c);
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct child *c = handle->data;

    (void)wanted;
    *buf = uv_buf_init(c->said + c->n_said, (unsigned)(sizeof(c->said) - c->n_said));
}

static void on_said(uv_stream_t *pipe, ssize_t n, const uv_buf_t *buf)
{
    struct child *c = pipe->data;

    (void)buf;
    if (n > 0)
        c->n_said += (size_t)n;
    if (c->n_said == sizeof(HANDOVER_READY) - 1 &&
        memcmp(c->said, HANDOVER_READY, c->n_said) == 0) {
        uv_read_stop(pipe);
        uv_timer_stop(&c->timer);
        c->ready = true;
        /* Ready just when it was told to stop: it drains what it took. */
        if (!c->stopping)
            c->events.on_ready(c->events.data);
        return;
    }
    /* End of file is how a crash is seen first; on_child_exit then says why. */
    if (n < 0 || c->n_said >= sizeof(HANDOVER_READY) - 1) {
        uv_read_stop(pipe);
        child_stop(c);
    }
}

static void prepare(const void *data)
{
    const struct handover *given = data;
    struct handover seen = *given;

    seen.listen_fd = given->listen_fd >= 0 && !given->activated ? CHILD_LISTEN_FD : -1;
    seen.ready_fd = CHILD_READY_FD;
    seen.parent_fd = given->parent_fd >= 0 ? CHILD_PARENT_FD : -1;
    handover_put_into_environment(&seen);
    if (given->activated)
        activated_put();
}

struct child *child_start(uv_loop_t *loop, const struct program *program,
                          const struct handover *handover, uint64_t timeout,
                          const struct child_events *events, struct err *err)
{
    struct launch launch = { .path = program->path,
                             .argv = program->argv,
                             .fds = { handover->listen_fd, -1, handover->parent_fd },
                             .prepare = prepare,
                             .data = handover };
    struct child *c;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0) {
        err_set(err, "ready pipe: %s", strerror(errno));
        return NULL;
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    c->events = *events;
    c->open_handles = 3;
    c->reaper.data = c->pipe.data = c->timer.data = c;
    uv_signal_init(loop, &c->reaper);
    uv_timer_init(loop, &c->timer);
    uv_pipe_init(loop, &c->pipe, 0);
    uv_pipe_open(&c->pipe, fds[0]);
    /* Before it starts, lest it end unseen. */
    uv_signal_start(&c->reaper, on_sigchld, SIGCHLD);
    launch.fds[CHILD_READY_FD - LAUNCH_FIRST_FD] = fds[1];
    c->pid = launch_start(&launch, err);
    close(fds[1]);
    if (c->pid < 0) {
        child_forget(c);
        return NULL;
    }
    uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_said);
    /* The loop's clock stood still while exec ran. */
    uv_update_time(loop);
    uv_timer_start(&c->timer, on_ready_timeout, timeout, 0);
    return c;
}

void child_signal(struct child *c, int number)
{
    /* Not reaped yet, so the pid is still its own. */
    if (!c->gone)
        kill(c->pid, number);
}

bool child_ended_well(const struct child *c)
{
    return c->ended_well;
}

bool child_is_stopping(const struct child *c)
{
    return c->stopping;
}

pid_t child_pid(const struct child *c)
{
    return c->pid;
}

bool child_is_ready(const struct child *c)
{
    return c->ready;
}

/* How does a new process get what it is meant to have, and nothing else? */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUT_OF_THE_WAY = 64 };

static int move_away(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
}

/* First all out of the way of each other, then each to its place. */
static int place_fds(const struct launch *s)
{
    int away[LAUNCH_FDS_MAX];

    for (int i = 0; i < LAUNCH_FDS_MAX; i++) {
        away[i] = move_away(s->fds[i]);
        if (away[i] < 0 && s->fds[i] >= 0)
            return -1;
    }
    for (int i = 0; i < LAUNCH_FDS_MAX; i++) {
        if (away[i] >= 0 && dup2(away[i], LAUNCH_FIRST_FD + i) < 0)
            return -1;
    }
    return 0;
}

static void let_signals_in(void)
{
    sigset_t all;

    for (int n = 1; n < NSIG; n++)
        signal(n, SIG_DFL);
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
}

/* Comes back only if it fails. */
static void become(const struct launch *s)
{
    if (place_fds(s) < 0)
        return;
    if (s->prepare)
        s->prepare(s->data);
    let_signals_in();
    execv(s->path, s->argv);
}

/* The pipe's other end is closed by the exec, or says why there was none. */
static int why_no_exec(int fd)
{
    int why = 0;
    ssize_t n;

    do
        n = read(fd, &why, sizeof(why));
    while (n < 0 && errno == EINTR);
    return n == sizeof(why) ? why : 0;
}

pid_t launch_start(const struct launch *s, struct err *err)
{
    sigset_t all, before;
    int pipe_fds[2], why;
    pid_t pid;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return err_set(err, "pipe: %s", strerror(errno));
    /* Between fork and exec our handlers would take its signals for ours. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    if (pid == 0) {
        int said = move_away(pipe_fds[1]);

        become(s);
        why = errno;
        while (write(said, &why, sizeof(why)) < 0 && errno == EINTR)
            continue;
        _exit(127);
    }
    why = pid < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(pipe_fds[1]);
    if (pid > 0 && (why = why_no_exec(pipe_fds[0])) != 0)
        waitpid(pid, NULL, 0);
    close(pipe_fds[0]);
    if (why)
        return err_set(err, "start %s: %s", s->path, strerror(why));
    return pid;
}

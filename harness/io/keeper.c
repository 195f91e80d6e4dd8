/* Who stops the server when hupproof itself is killed? */
#include "io/keeper.h"
#include "io/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200, BETWEEN_ROUNDS_MS = 10 };

struct known {
    pid_t pid;
    int64_t start;
};

struct victims {
    struct known *all;
    size_t n, room;
    const char *mark;
    size_t alive;
};

static void add(struct victims *v, pid_t pid, int64_t start)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->all[i].pid == pid && v->all[i].start == start)
            return;
    if (v->n == v->room) {
        v->room = v->room ? 2 * v->room : 64;
        v->all = mem_grow(v->all, v->room, sizeof *v->all);
    }
    v->all[v->n++] = (struct known){ pid, start };
}

static void add_living(void *arg, pid_t pid)
{
    struct proc_stat st;

    if (proc_stat(pid, &st) == 0 && st.state != 'Z')
        add(arg, pid, st.start);
}

static bool is_marked(pid_t pid, const char *mark)
{
    static char text[1 << 17];
    char path[32];
    ssize_t n, length = 0;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while ((n = read(fd, text + length, sizeof text - 1 - (size_t)length)) > 0)
        length += n;
    close(fd);
    text[length] = '\0';
    for (const char *p = text; p < text + length; p += strlen(p) + 1)
        if (strcmp(p, mark) == 0)
            return true;
    return false;
}

static void add_if_marked(void *arg, pid_t pid)
{
    struct victims *v = arg;

    if (pid != getpid() && is_marked(pid, v->mark))
        add_living(v, pid);
}

static void kill_once(struct victims *v)
{
    proc_all(add_if_marked, v);
    v->alive = 0;
    for (size_t i = 0; i < v->n; i++) { /* grows while we look: children of children */
        struct proc_stat st;
        int fd = proc_open(v->all[i].pid, v->all[i].start);

        if (fd < 0)
            continue;
        if (proc_stat(v->all[i].pid, &st) == 0 && st.state != 'Z') {
            proc_children(v->all[i].pid, add_living, v);
            v->alive += proc_signal(fd, SIGKILL) == 0;
        }
        close(fd);
    }
}

static void keep(int pipe, const char *mark)
{
    struct victims v = { .mark = mark };
    struct known k;

    while (read(pipe, &k, sizeof k) == (ssize_t)sizeof k) {
        if (k.pid == 0)
            return;
        add(&v, k.pid, k.start);
    }
    for (int round = 0; round < ROUNDS; round++) {
        kill_once(&v);
        if (v.alive == 0)
            return;
        nanosleep(&(struct timespec){ .tv_nsec = BETWEEN_ROUNDS_MS * NS_PER_MS }, NULL);
    }
}

int keeper_start(struct keeper *k, struct err *err)
{
    struct proc_stat self = { 0 };
    int ends[2];

    proc_stat(getpid(), &self);
    snprintf(k->mark, sizeof k->mark, KEEPER_MARK "=%d.%lld.%d", getpid(), (long long)self.start,
             rand());
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set(err, "pipe to the keeper: %s", strerror(errno));
    k->pid = fork();
    if (k->pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_set(err, "starting the keeper: %s", strerror(errno));
    }
    if (k->pid == 0) {
        sigset_t all;

        /* A terminal's ^C and a closed terminal are hupproof's to handle. */
        setsid();
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        prctl(PR_SET_NAME, "hupproof-keeper");
        /* Nothing but the pipe stays open: whoever reads our output must see
           its end when hupproof's is over. */
        if (ends[0] != 0)
            dup2(ends[0], 0);
        syscall(SYS_close_range, 1U, ~0U, 0U);
        keep(0, k->mark);
        _exit(0);
    }
    close(ends[0]);
    k->pipe = ends[1];
    return 0;
}

void keeper_tell(struct keeper *k, pid_t pid, int64_t start)
{
    struct known message = { pid, start };

    /* A keeper that is gone can keep nothing; the run goes on without it. */
    if (k->pipe >= 0 && write(k->pipe, &message, sizeof message) != (ssize_t)sizeof message) {
        close(k->pipe);
        k->pipe = -1;
    }
}

void keeper_stop(struct keeper *k)
{
    keeper_tell(k, 0, 0);
    if (k->pipe >= 0)
        close(k->pipe);
    k->pipe = -1;
    waitpid(k->pid, NULL, 0);
}

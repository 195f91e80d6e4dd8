/* How does a program start so that nothing of it is missed? */
#include "io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What we were given before we took more for ourselves; select() and loops over
   all descriptors make some servers depend on it. */
static struct rlimit files;

void spawn_keep_file_limit(void)
{
    if (files.rlim_max == 0 && getrlimit(RLIMIT_NOFILE, &files) != 0)
        files.rlim_max = 0;
}

/* PATH is the child's own, so that a scenario's env can set it. */
static void become(const struct spawn *s, int go, int failed)
{
    sigset_t none;
    char byte;
    int null, out;

    if (read(go, &byte, 1) != 1)
        _exit(127); /* hupproof is gone: never start */
    setsid();
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (files.rlim_max)
        setrlimit(RLIMIT_NOFILE, &files);
    /* libcurl opens the sockets that wake it up without telling us. */
    close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    null = open("/dev/null", O_RDONLY);
    out = open(s->output, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (null >= 0 && out >= 0 && (!s->dir || chdir(s->dir) == 0)) {
        dup2(null, 0);
        dup2(out, 1);
        dup2(out, 2);
        close(null);
        close(out);
        if (s->mark)
            putenv((char *)(uintptr_t)s->mark);
        for (char **e = s->env; e && *e; e++)
            putenv(*e);
        execvp(s->argv[0], s->argv);
    }
    if (write(failed, &errno, sizeof errno) < 0)
        _exit(126);
    _exit(127);
}

pid_t spawn_start(const struct spawn *s, struct err *err)
{
    int go[2] = { -1, -1 }, failed[2] = { -1, -1 }, why = 0;
    pid_t pid = -1;

    if (pipe2(go, O_CLOEXEC) != 0 || pipe2(failed, O_CLOEXEC) != 0 || (pid = fork()) < 0) {
        err_set(err, "starting %s: %s", s->argv[0], strerror(errno));
        goto done;
    }
    if (pid == 0) {
        close(go[1]);
        close(failed[0]);
        become(s, go[0], failed[1]);
    }
    close(failed[1]);
    failed[1] = -1;
    if (s->before_exec)
        s->before_exec(s->arg, pid);
    if (write(go[1], "", 1) != 1)
        why = errno;
    if (read(failed[0], &why, sizeof why) > 0 || why) {
        err_set(err, "starting %s: %s", s->argv[0], strerror(why));
        pid = -1;
    }
done:
    for (int i = 0; i < 2; i++) {
        if (go[i] >= 0)
            close(go[i]);
        if (failed[i] >= 0)
            close(failed[i]);
    }
    return pid;
}

/* Which process is it that already runs? */
#include "io/attach.h"
#include "io/pidfile.h"
#include "io/proc.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HIDDEN                                                                                     \
    "pid %d runs, but /proc does not show it to us (hidepid); run hupproof as its user or as root"

static enum attached adopt(struct target *t, pid_t pid, struct err *err)
{
    pid_t process = proc_of_thread(pid);

    if (process && process != pid) {
        err_set(err, "%d is a thread of process %d: attach to that", pid, process);
        return ATTACH_NEVER;
    }
    if (watch_adopt(t->watch, pid, err) != 0)
        return ATTACH_NEVER;
    t->started = pid;
    return ATTACHED;
}

/* It is there, but /proc hides it (hidepid of proc(5)). */
static bool is_hidden(pid_t pid)
{
    struct proc_stat st;
    int fd = proc_open(pid, 0);

    if (fd < 0)
        return false;
    close(fd);
    return proc_stat(pid, &st) != 0 && access("/proc/self/stat", R_OK) == 0;
}

static enum attached no_pid(const char *path, char *text, struct err *err)
{
    for (char *p = text; *p; p++)
        if (!isprint((unsigned char)*p))
            *p = '?';
    if (*text)
        err_set(err, "pidfile %s: holds no pid, but \"%s\"", path, text);
    else
        err_set(err, "pidfile %s: holds no pid: it is empty", path);
    return ATTACH_LATER;
}

/* A server that is about to start may find its predecessor's. */
static enum attached attach_by_file(struct target *t, const char *path, struct err *err)
{
    char text[PIDFILE_TEXT];
    pid_t pid = pidfile_read(path, text);
    struct proc_stat st;

    if (pid < 0 && errno != ENOENT && errno != ENOTDIR) {
        err_set(err, "pidfile %s: %s%s", path, strerror(errno),
                errno == EACCES ? "; run hupproof as a user who may read it, or attach by pid"
                                : "");
        return ATTACH_NEVER;
    }
    if (pid < 0) {
        err_set(err, "pidfile %s: %s", path, strerror(errno));
        return ATTACH_LATER;
    }
    if (pid == 0)
        return no_pid(path, text, err);
    if (proc_stat(pid, &st) == 0 && st.state != 'Z')
        return adopt(t, pid, err);
    if (is_hidden(pid)) {
        err_set(err, "pidfile %s: " HIDDEN, path, pid);
        return ATTACH_NEVER;
    }
    err_set(err, "pidfile %s: stale: it names pid %d, and there is no such process%s", path, pid,
            st.state == 'Z' ? " any more (a zombie)" : "");
    return ATTACH_LATER;
}

enum attached attach(struct target *t, struct err *err)
{
    pid_t pid = t->plan->attach_pid;

    if (t->started)
        return ATTACHED;
    if (t->plan->attach == ATTACH_PIDFILE)
        return attach_by_file(t, t->plan->attach_pidfile, err);
    if (is_hidden(pid)) {
        err_set(err, HIDDEN, pid);
        return ATTACH_NEVER;
    }
    return adopt(t, pid, err);
}

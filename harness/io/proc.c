/* What does /proc say of a process?  Sources: proc(5), pidfd_open(2). */
#include "io/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static ssize_t slurp(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return -1;
    n = read(fd, text, size - 1);
    close(fd);
    if (n >= 0)
        text[n] = '\0';
    return n;
}

int proc_stat(pid_t pid, struct proc_stat *st)
{
    char path[32], text[1024], *p;
    int field = 3;

    *st = (struct proc_stat){ 0 };
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (slurp(path, text, sizeof text) <= 0)
        return -1;
    p = strrchr(text, ')'); /* the name before it may hold anything */
    if (!p || !p[1])
        return -1;
    for (p = strtok(p + 2, " "); p; p = strtok(NULL, " "), field++) {
        switch (field) {
        case 3:
            st->state = *p;
            break;
        case 4:
            st->parent = (pid_t)strtol(p, NULL, 10);
            break;
        case 9:
            st->exiting = strtoul(p, NULL, 10) & 0x4; /* PF_EXITING of the kernel's sched.h */
            break;
        case 22:
            st->start = strtoll(p, NULL, 10);
            break;
        case 28:
            st->stack = strtoull(p, NULL, 10);
            break;
        case 52:
            st->status = (int)strtol(p, NULL, 10);
            break;
        }
    }
    return field > 28 ? 0 : -1;
}

const char *proc_name(pid_t pid, char name[PROC_NAME])
{
    char path[32], text[PROC_NAME + 1]; /* and a newline */

    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    if (slurp(path, text, sizeof text) <= 0)
        snprintf(text, sizeof text, "?");
    text[strcspn(text, "\n")] = '\0';
    for (char *p = text; *p; p++)
        if (!isprint((unsigned char)*p))
            *p = '?';
    snprintf(name, PROC_NAME, "%.*s", PROC_NAME - 1, text);
    return name;
}

/* Source: PR_SET_DUMPABLE(2const). */
int64_t proc_user(pid_t pid, bool *has_changed)
{
    char path[32], text[4096];
    const char *line;
    unsigned uid;
    struct stat st;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    if (slurp(path, text, sizeof text) <= 0 || !(line = strstr(text, "\nUid:")) ||
        sscanf(line, "\nUid: %*u %u", &uid) != 1)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    *has_changed = stat(path, &st) == 0 && st.st_uid != uid;
    return uid;
}

pid_t proc_of_thread(pid_t tid)
{
    char path[32], text[4096];
    const char *line;
    int pid;

    snprintf(path, sizeof path, "/proc/%d/status", tid);
    if (slurp(path, text, sizeof text) <= 0 || !(line = strstr(text, "\nTgid:")) ||
        sscanf(line, "\nTgid: %d", &pid) != 1)
        return 0;
    return pid;
}

/* Sources: personality(2), randomize_va_space in proc_sys_kernel(5). */
bool proc_moves_its_stack(pid_t pid)
{
    char path[40], text[32];

    snprintf(path, sizeof path, "/proc/%d/personality", pid);
    if (slurp(path, text, sizeof text) <= 0 || strtoul(text, NULL, 16) & ADDR_NO_RANDOMIZE)
        return false;
    return slurp("/proc/sys/kernel/randomize_va_space", text, sizeof text) > 0 && text[0] != '0';
}

int proc_exe(pid_t pid, char path[4096], uint64_t *dev, uint64_t *ino)
{
    static const char deleted[] = " (deleted)";
    const size_t tail = sizeof deleted - 1;
    char link[32];
    struct stat st;
    ssize_t n;

    snprintf(link, sizeof link, "/proc/%d/exe", pid);
    n = readlink(link, path, 4095);
    if (n < 0 || stat(link, &st) != 0)
        return -1;
    path[n] = '\0';
    if ((size_t)n > tail && strcmp(path + n - tail, deleted) == 0)
        path[(size_t)n - tail] = '\0';
    *dev = st.st_dev;
    *ino = st.st_ino;
    return 0;
}

int64_t proc_run_delay(pid_t pid)
{
    char path[32], text[128];
    long long on_cpu, waiting;

    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    if (slurp(path, text, sizeof text) <= 0 || sscanf(text, "%lld %lld", &on_cpu, &waiting) != 2)
        return -1;
    return waiting;
}

/* Source: proc_pid_statm(5): resident less shared is RssAnon of status, for a tenth
   of the time. */
int64_t proc_memory(pid_t pid)
{
    char path[32], text[128];
    long long resident, shared;

    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    if (slurp(path, text, sizeof text) <= 0 ||
        sscanf(text, "%*d %lld %lld", &resident, &shared) != 2)
        return -1;
    return (resident > shared ? resident - shared : 0) * sysconf(_SC_PAGESIZE);
}

static void each_number(const char *dir, void (*found)(void *arg, pid_t n), void *arg)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    if (!d)
        return;
    while ((e = readdir(d)))
        if (isdigit((unsigned char)e->d_name[0]))
            found(arg, (pid_t)strtol(e->d_name, NULL, 10));
    closedir(d);
}

struct children_of {
    pid_t pid;
    void (*found)(void *arg, pid_t child);
    void *arg;
};

static void children_of_thread(void *arg, pid_t tid)
{
    struct children_of *c = arg;
    char path[64], text[16384], *p, *end;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", c->pid, tid);
    if (slurp(path, text, sizeof text) <= 0)
        return;
    for (p = text; (end = strchr(p, ' ')); p = end + 1)
        c->found(c->arg, (pid_t)strtol(p, NULL, 10));
}

void proc_children(pid_t pid, void (*found)(void *arg, pid_t child), void *arg)
{
    struct children_of c = { pid, found, arg };
    char dir[32];

    snprintf(dir, sizeof dir, "/proc/%d/task", pid);
    each_number(dir, children_of_thread, &c);
}

void proc_all(void (*found)(void *arg, pid_t pid), void *arg)
{
    each_number("/proc", found, arg);
}

int proc_open(pid_t pid, int64_t start)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct proc_stat st;

    /* Looked at only after the open: if it is the right one now, the pidfd is its. */
    if (fd >= 0 && start && (proc_stat(pid, &st) != 0 || st.start != start)) {
        close(fd);
        errno = ESRCH;
        return -1;
    }
    return fd;
}

int proc_signal(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

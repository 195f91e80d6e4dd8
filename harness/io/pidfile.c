/* What does the server's pidfile say, and is that one of its processes? */
#include "io/pidfile.h"
#include "io/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SELDOM_MS = 250,     /* of a file whose directory tells of its changes */
    OFTEN_MS = 20,       /* of any other */
    MOST_CHANGES = 10000 /* of more we hear no longer: it means no pidfile */
};

static ssize_t slurp(const char *path, char text[PIDFILE_TEXT])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), error;
    ssize_t n;

    if (fd < 0)
        return -1;
    n = read(fd, text, PIDFILE_TEXT - 1);
    error = errno;
    close(fd);
    errno = error;
    text[n > 0 ? n : 0] = '\0';
    return n;
}

/* The pid of its first line, or 0. */
static pid_t pid_in(const char *text)
{
    char *end;
    long n;

    errno = 0;
    n = strtol(text, &end, 10);
    return errno || end == text || n <= 0 || n > INT32_MAX || !strchr(" \t\r\n", *end) ? 0
                                                                                       : (pid_t)n;
}

pid_t pidfile_read(const char *path, char text[PIDFILE_TEXT])
{
    pid_t pid;

    if (slurp(path, text) < 0)
        return -1;
    pid = pid_in(text);
    text[strcspn(text, "\r\n")] = '\0';
    return pid;
}

/* Whoever was born this very moment may not have been noted yet. */
static struct watched *find(struct pidfile *p, pid_t pid)
{
    struct watched *w = watch_find(p->watch, pid);

    if (!w || !w->alive) {
        watch_look(p->watch);
        w = watch_find(p->watch, pid);
    }
    return w && w->alive ? w : NULL;
}

static void read_it(struct pidfile *p, struct event *e)
{
    struct history *h = p->record->h;
    const struct watched *w;
    struct proc_stat st;
    char text[PIDFILE_TEXT];

    e->pid = pidfile_read(p->path, text);
    if (e->pid < 0) {
        bool absent = errno == ENOENT || errno == ENOTDIR;

        e->pid = 0;
        e->value = absent ? PIDFILE_ABSENT : PIDFILE_NOT_KNOWN;
        e->text = history_text(h, absent ? "" : strerror(errno));
        return;
    }
    if (!e->pid) {
        e->value = PIDFILE_NO_PID;
        e->text = history_text(h, text);
        return;
    }
    w = find(p, e->pid);
    if (w) {
        e->start = w->start;
        e->value = PIDFILE_OURS;
    } else {
        e->value =
            proc_stat(e->pid, &st) == 0 && st.state != 'Z' ? PIDFILE_STRANGER : PIDFILE_NOBODY;
    }
}

void pidfile_look(struct pidfile *p)
{
    struct event e = { .kind = EVENT_PIDFILE };

    if (!p->watch || p->n_changes >= MOST_CHANGES)
        return;
    e.at = recorder_now(p->record);
    read_it(p, &e);
    if (p->said && p->last.value == e.value && p->last.pid == e.pid && p->last.start == e.start &&
        p->last.text == e.text)
        return;
    p->said = true;
    p->last = e;
    p->n_changes++;
    history_add_event(p->record->h, &e);
}

static void on_time(uv_timer_t *timer)
{
    pidfile_look(timer->data);
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void on_change(uv_fs_event_t *changes, const char *name, int events, int status)
{
    struct pidfile *p = changes->data;

    (void)events;
    if (status == 0 && (!name || strcmp(name, name_in(p->path)) == 0))
        pidfile_look(p);
}

/* Its directory is what is watched: the file itself is replaced. */
static bool hear(struct pidfile *p)
{
    size_t n = (size_t)(name_in(p->path) - p->path);
    char *directory = n ? mem_text(p->path) : mem_text(".");
    int error;

    if (n)
        directory[n > 1 ? n - 1 : n] = '\0';
    error = uv_fs_event_start(&p->changes, on_change, directory, 0);
    free(directory);
    uv_unref((uv_handle_t *)&p->changes);
    return error == 0;
}

void pidfile_start(struct pidfile *p, uv_loop_t *loop, const char *path, struct watch *w,
                   struct recorder *r)
{
    *p = (struct pidfile){ .path = path, .record = r };
    if (!path)
        return;
    p->watch = w;
    uv_fs_event_init(loop, &p->changes);
    uv_timer_init(loop, &p->timer);
    p->changes.data = p->timer.data = p;
    uv_timer_start(&p->timer, on_time, 0, hear(p) ? SELDOM_MS : OFTEN_MS);
    uv_unref((uv_handle_t *)&p->timer);
    pidfile_look(p);
}

void pidfile_stop(struct pidfile *p)
{
    if (!p->watch)
        return;
    uv_close((uv_handle_t *)&p->changes, NULL);
    uv_close((uv_handle_t *)&p->timer, NULL);
    p->watch = NULL;
}

/* Which process of the server is it that commands go to? */
#include "io/pidfile.h"
#include "io/target.h"

#include <errno.h>
#include <string.h>

struct watched *target_from_pidfile(const struct target *t, const char *path, struct err *err)
{
    struct watched *w;
    char text[PIDFILE_TEXT];
    pid_t pid = pidfile_read(path, text);

    if (pid <= 0) {
        if (pid < 0)
            err_set(err, "pidfile %s: %s", path, strerror(errno));
        else
            err_set(err, "pidfile %s: holds no pid", path);
        return NULL;
    }
    watch_look(t->watch); /* whoever was born this very moment */
    w = watch_find(t->watch, pid);
    if (!w || !w->alive) {
        err_set(err, "pidfile %s: stale: pid %d is no living process of this server", path, pid);
        return NULL;
    }
    return w;
}

/* After a handover the leader is the one who serves now, or, when its parent
   never answers anything, that parent: the master of its workers. */
static struct watched *leader_by_descent(const struct target *t)
{
    struct watched *started = watch_find(t->watch, t->started), *serving = NULL, *parent;

    if (started && started->alive && started->answers == 0)
        return started;
    for (size_t i = 0; i < t->watch->n; i++) {
        struct watched *w = t->watch->all[i];

        if (w->alive && w->answers &&
            (!serving || w->epoch > serving->epoch ||
             (w->epoch == serving->epoch && w->last_sent > serving->last_sent)))
            serving = w;
    }
    if (!serving)
        return started && started->alive ? started : NULL;
    parent = watch_find(t->watch, serving->parent);
    return parent && parent->alive && parent->answers == 0 ? parent : serving;
}

/* A daemon's starter is gone before anybody answered: then the eldest that
   lives stands for all. */
static struct watched *eldest(const struct target *t)
{
    for (size_t i = 0; i < t->watch->n; i++)
        if (t->watch->all[i]->alive)
            return t->watch->all[i];
    return NULL;
}

struct watched *target_leader(const struct target *t, struct err *err)
{
    struct watched *w;

    if (t->plan->pidfile)
        return target_from_pidfile(t, t->plan->pidfile, err);
    w = leader_by_descent(t);
    if (!w)
        w = eldest(t);
    if (!w)
        err_set(err, "no process of the server is alive");
    return w;
}

/* Which workers are there? */
#include "workers.h"

#include "log.h"

#include <limits.h>
#include <stdlib.h>

static void on_ready(void *data)
{
    struct worker *w = data;

    w->ready_at = uv_now(&w->all->supervisor->loop);
    w->all->on_ready(w->all, w);
}

static void on_gone(void *data, bool was_ready, const char *how)
{
    struct worker *w = data, **at = &w->all->first;

    (void)was_ready;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    log_line("worker %d %s", (int)child_pid(w->child), how);
    w->all->on_gone(w->all, w, how);
    supervisor_child_ended(w->all->supervisor, w->child);
    free(w);
}

int workers_start(struct workers *ws, const struct program *program, int generation)
{
    struct worker *w = calloc(1, sizeof(*w));
    const struct child_events events = { .on_ready = on_ready, .on_gone = on_gone, .data = w };

    if (!w)
        abort();
    w->all = ws;
    w->generation = generation;
    w->child = supervisor_start_child(ws->supervisor, program, true, generation, &events);
    if (!w->child) {
        free(w);
        return -1;
    }
    w->next = ws->first;
    ws->first = w;
    log_line("started %d from %s, a worker of generation %d", (int)child_pid(w->child),
             program->path, generation);
    return 0;
}

size_t workers_count(const struct workers *ws)
{
    size_t n = 0;

    for (const struct worker *w = ws->first; w; w = w->next)
        n++;
    return n;
}

size_t workers_count_ready(const struct workers *ws, int generation)
{
    size_t n = 0;

    for (const struct worker *w = ws->first; w; w = w->next)
        n += w->generation == generation && w->ready_at;
    return n;
}

size_t workers_count_staying(const struct workers *ws, int generation)
{
    size_t n = 0;

    for (const struct worker *w = ws->first; w; w = w->next)
        n += w->generation == generation && !child_is_stopping(w->child);
    return n;
}

static void drain_range(struct workers *ws, int from, int to)
{
    for (struct worker *w = ws->first; w; w = w->next) {
        if (w->generation >= from && w->generation <= to)
            child_drain(w->child, ws->supervisor->options->drain_timeout);
    }
}

void workers_drain(struct workers *ws, int generation)
{
    drain_range(ws, generation, generation);
}

void workers_drain_before(struct workers *ws, int generation)
{
    drain_range(ws, 0, generation - 1);
}

void workers_drain_all(struct workers *ws)
{
    drain_range(ws, 0, INT_MAX);
}

void workers_cut(struct workers *ws)
{
    for (struct worker *w = ws->first; w; w = w->next)
        child_cut(w->child);
}

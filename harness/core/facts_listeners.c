/* Who held a listening socket, and when?  A child shares its parent's until it execs:
   what was seen before that counts only for who had served by then. */
#include "core/facts_parts.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x > y) - (x < y); /* events are in order of time */
}

static size_t first_of(const struct event *const *rows, size_t n, pid_t pid)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows[middle]->pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int64_t since(const struct process *p)
{
    bool served = p->first_answer >= 0 && p->first_answer <= p->execd;

    return p->execd >= 0 && !served ? p->execd : p->born;
}

static int64_t end_of(const struct process *p)
{
    return p->execd_away >= 0 ? p->execd_away : p->exited;
}

static void note(int64_t span[2], bool is_so, bool was_so, int64_t at)
{
    if (is_so && span[0] < 0)
        span[0] = at;
    if (was_so && !is_so)
        span[1] = at;
}

static void look_at(struct process *p, const struct event *const *rows, size_t n)
{
    int64_t held[2] = { -1, -1 }, polled[2] = { -1, -1 };
    enum listener_hold before = HOLDS_NOT;
    struct holding *h = &p->listener;
    int64_t end = end_of(p);

    for (size_t i = first_of(rows, n, p->pid); i < n && rows[i]->pid == p->pid; i++) {
        const struct event *e = rows[i];
        enum listener_hold now = (enum listener_hold)e->value;

        if ((p->start && e->start && p->start != e->start) || e->at < since(p) ||
            (end >= 0 && e->at > end))
            continue;
        note(held, now >= HOLDS, before >= HOLDS, e->at);
        note(polled, now == HOLDS_AND_POLLS, before == HOLDS_AND_POLLS, e->at);
        h->not_known |= now == HOLDS_NOT_KNOWN;
        h->polls_known |= now > HOLDS;
        if (now >= HOLDS && !h->ino)
            h->ino = e->ino;
        if (now >= HOLDS && e->index > 0 && (uint32_t)e->index > h->sockets)
            h->sockets = (uint32_t)e->index;
        before = now;
    }
    h->held_from = held[0];
    h->held_until = before >= HOLDS ? end : held[1];
    h->polled_from = polled[0];
    h->polled_until = before == HOLDS_AND_POLLS ? end : polled[1];
}

void facts_find_listeners(struct facts *f)
{
    const struct event **rows = mem_new(f->h->n_events, sizeof(const struct event *));
    size_t n = 0;

    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == EVENT_LISTENER)
            rows[n++] = &f->h->events[i];
    qsort(rows, n, sizeof(rows[0]), compare);
    for (size_t i = 0; i < f->n_processes; i++)
        look_at(&f->processes[i], rows, n);
    free(rows);
}

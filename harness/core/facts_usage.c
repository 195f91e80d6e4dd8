/* What did each process hold, and when? */
#include "core/facts_parts.h"

#include <stdlib.h>

static int compare_owners(const struct usage_row *x, enum event_kind kind, pid_t pid)
{
    if (x->kind != kind)
        return x->kind < kind ? -1 : 1;
    return (x->pid > pid) - (x->pid < pid);
}

static int compare(const void *a, const void *b)
{
    const struct usage_row *x = a, *y = b;
    int order = compare_owners(x, y->kind, y->pid);

    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* One past the last row of a kind and pid until a time. */
static size_t end_of_rows(const struct facts *f, enum event_kind kind, pid_t pid, int64_t to)
{
    size_t low = 0, high = f->n_usage;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct usage_row *row = &f->usage[middle];
        int order = compare_owners(row, kind, pid);

        if (order < 0 || (order == 0 && row->at <= to))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A pid may have been another process's before. */
static bool is_of(const struct usage_row *row, enum event_kind kind, const struct process *p)
{
    return compare_owners(row, kind, p->pid) == 0 &&
           (row->start == p->start || row->start == 0 || p->start == 0);
}

/* Whoever answers a request that came on a connection of its own has that open, too:
   it is our doing, not the server's.  What is kept is left in: when either side
   closed it is not known. */
static void leave_out_our_connections(struct facts *f)
{
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct process *p = facts_who(f, i);
        const struct lane *lane = facts_lane(f, s);

        if (!p || !lane || lane->connection != CONNECTION_NEW || s->connected < 0)
            continue;
        for (size_t k = end_of_rows(f, EVENT_DESCRIPTORS, p->pid, s->done); k-- > 0;) {
            struct usage_row *row = &f->usage[k];

            if (!is_of(row, EVENT_DESCRIPTORS, p) || row->at < s->connected)
                break;
            if (row->value > 0)
                row->value--;
        }
    }
}

void facts_find_usage(struct facts *f)
{
    f->usage = mem_new(f->h->n_events, sizeof(f->usage[0]));
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_DESCRIPTORS || e->kind == EVENT_MEMORY)
            f->usage[f->n_usage++] =
                (struct usage_row){ e->kind, e->pid, e->start, e->at, e->value };
    }
    qsort(f->usage, f->n_usage, sizeof(f->usage[0]), compare);
    if (f->n_usage)
        leave_out_our_connections(f);
}

const struct usage_row *facts_usage_rows(const struct facts *f, enum event_kind kind,
                                         const struct process *p, size_t *n)
{
    int64_t end = p->execd_away >= 0 ? p->execd_away : p->exited;
    size_t first = end_of_rows(f, kind, p->pid, p->born - 1);

    *n = end_of_rows(f, kind, p->pid, end >= 0 ? end : TIME_MAX) - first;
    return &f->usage[first];
}

bool facts_usage(const struct facts *f, enum event_kind kind, const struct process *p, int64_t from,
                 int64_t to, int64_t *last, int64_t *least)
{
    size_t i = end_of_rows(f, kind, p->pid, to);

    if (i == 0 || !is_of(&f->usage[i - 1], kind, p) || f->usage[i - 1].value < 0)
        return false;
    *last = *least = f->usage[i - 1].value;
    for (; i > 0 && f->usage[i - 1].at >= from && is_of(&f->usage[i - 1], kind, p); i--)
        if (f->usage[i - 1].value >= 0 && f->usage[i - 1].value < *least)
            *least = f->usage[i - 1].value;
    return true;
}

/* What do the kernel's counters and queues say of each upgrade? */
#include "core/facts_parts.h"

#include <stdlib.h>

enum { MOST_LISTENING = 256 };

struct listening_now {
    uint64_t ino;
    uint32_t queue, limit;
    size_t row; /* of the upgrade under way */
};

struct walk {
    struct facts *f;
    struct listening_now now[MOST_LISTENING];
    size_t n, room, upgrade;
};

static void begin_row(struct walk *w, struct listening_now *l)
{
    struct facts *f = w->f;

    if (f->n_queues == w->room) {
        w->room = w->room ? 2 * w->room : 64;
        f->queues = mem_grow(f->queues, w->room, sizeof(f->queues[0]));
    }
    l->row = f->n_queues;
    f->queues[f->n_queues++] = (struct queue_row){ .upgrade = w->upgrade,
                                                   .ino = l->ino,
                                                   .most = l->queue,
                                                   .limit = l->limit,
                                                   .last = l->queue,
                                                   .closed = -1,
                                                   .seen = -1 };
}

static struct listening_now *find(struct walk *w, uint64_t ino)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->now[i].ino == ino)
            return &w->now[i];
    if (w->n == MOST_LISTENING)
        return NULL;
    w->now[w->n] = (struct listening_now){ .ino = ino };
    begin_row(w, &w->now[w->n]);
    return &w->now[w->n++];
}

static void on_queue(struct walk *w, const struct event *e)
{
    struct listening_now *l = find(w, e->ino);
    struct queue_row *row;

    if (!l || e->value < 0 || e->value > UINT32_MAX || e->index < 0)
        return;
    row = &w->f->queues[l->row];
    l->queue = row->last = (uint32_t)e->value;
    l->limit = row->limit = (uint32_t)e->index;
    if (row->most < l->queue)
        row->most = l->queue;
}

static void on_closed(struct walk *w, const struct event *e)
{
    struct listening_now *l = find(w, e->ino);
    struct queue_row *row;

    if (!l)
        return;
    row = &w->f->queues[l->row];
    row->closed = e->at;
    row->seen = e->at - e->index * NS_PER_US;
    row->beside = w->n > 1;
    *l = w->now[--w->n];
}

void facts_find_queues(struct facts *f)
{
    const struct event *stop = facts_first(f, EVENT_STOP_BEGAN);
    struct walk w = { .f = f };

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        size_t upgrade = facts_upgrades_by(f, e->at);

        if (stop && e->at > stop->at)
            break; /* that they close then is no upgrade's doing */
        if (upgrade != w.upgrade) {
            w.upgrade = upgrade;
            for (size_t k = 0; k < w.n; k++)
                begin_row(&w, &w.now[k]);
        }
        if (e->kind == EVENT_LISTEN_QUEUE)
            on_queue(&w, e);
        else if (e->kind == EVENT_LISTENING && e->ino && e->value)
            find(&w, e->ino);
        else if (e->kind == EVENT_LISTENING && e->ino)
            on_closed(&w, e);
    }
}

size_t facts_first_queue(const struct facts *f, size_t upgrade)
{
    size_t low = 0, high = f->n_queues;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (f->queues[middle].upgrade < upgrade + 1)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void facts_find_net(struct facts *f)
{
    for (size_t k = 0; k < f->n_upgrades; k++)
        for (size_t i = 0; i < N_NET_COUNTERS; i++)
            f->upgrades[k].net[i] = -1;
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        size_t upgrade = e->kind == EVENT_NET_COUNTER ? facts_upgrades_by(f, e->at) : 0;

        if (upgrade && e->index >= 0 && e->index < N_NET_COUNTERS && e->value >= 0)
            f->upgrades[upgrade - 1].net[e->index] = e->value;
    }
}

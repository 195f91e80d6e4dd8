/* What does each process of the server hold? */
#include "io/usage.h"
#include "io/proc.h"

#include <errno.h>

/* The eldest living, so that whoever was looked at once always is. */
enum { EVERY_MS = 250, MOST_AT_ONCE = 256 };

static bool is_gone(int64_t value)
{
    return value < 0 && (errno == ENOENT || errno == ESRCH);
}

static void note(struct usage *u, const struct watched *p, enum event_kind kind, int64_t *known,
                 int64_t value)
{
    if (*known == value)
        return;
    *known = value;
    history_add_event(u->record->h, &(struct event){ .at = recorder_now(u->record),
                                                     .kind = kind,
                                                     .pid = p->pid,
                                                     .start = p->start,
                                                     .value = value });
}

/* Who exits gives up its memory before its descriptors: none of either is news. */
static void look_at(struct usage *u, struct watched *p)
{
    int64_t descriptors, memory;

    descriptors = proc_descriptors(p->pid);
    if (is_gone(descriptors))
        return;
    memory = proc_memory(p->pid);
    if (memory == 0 || is_gone(memory))
        return;
    note(u, p, EVENT_DESCRIPTORS, &p->descriptors, descriptors);
    note(u, p, EVENT_MEMORY, &p->memory, memory);
}

void usage_look(struct usage *u)
{
    size_t looked = 0;

    for (size_t i = 0; u->watch && i < u->watch->n && looked < MOST_AT_ONCE; i++) {
        if (!u->watch->all[i]->alive || u->watch->all[i]->unnoted)
            continue;
        look_at(u, u->watch->all[i]);
        looked++;
    }
}

static void on_time(uv_timer_t *timer)
{
    usage_look(timer->data);
}

void usage_start(struct usage *u, uv_loop_t *loop, struct watch *w, struct recorder *r)
{
    *u = (struct usage){ .watch = w, .record = r };
    uv_timer_init(loop, &u->timer);
    u->timer.data = u;
    uv_timer_start(&u->timer, on_time, 0, EVERY_MS);
    uv_unref((uv_handle_t *)&u->timer);
}

void usage_stop(struct usage *u)
{
    if (u->watch)
        uv_close((uv_handle_t *)&u->timer, NULL);
    u->watch = NULL;
}

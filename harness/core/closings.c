/* What was lost as a listener closed? */
#include "core/closings.h"

#include <inttypes.h>
#include <stdio.h>

/* A client hears of a reset when it next looks. */
#define HEARD_WITHIN (100 * NS_PER_MS)

/* On a connection that it opened itself. */
static bool is_of_its_own(const struct sample *s)
{
    return s->connected > s->sent || (s->connected < 0 && s->phase == PHASE_CONNECT);
}

static uint64_t count_reset(const struct facts *f, const struct queue_row *row)
{
    uint64_t n = 0;

    /* Whoever waited longer than that has its timeout for a reason. */
    for (size_t i = facts_first_sent(f, row->seen - 10 * NS_PER_S); i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (s->sent > row->closed)
            break;
        n += (s->outcome == OUTCOME_RESET || s->outcome == OUTCOME_EMPTY) && is_of_its_own(s) &&
             s->done >= row->seen && s->done <= row->closed + HEARD_WITHIN;
    }
    return n;
}

static uint64_t count_come(const struct facts *f, const struct queue_row *row)
{
    uint64_t n = 0;

    for (size_t i = facts_first_sent(f, row->seen - NS_PER_MS); i < f->h->n_samples; i++) {
        if (f->h->samples[i].sent > row->closed)
            break;
        n += is_of_its_own(&f->h->samples[i]);
    }
    return n;
}

static const struct process *holder_of(const struct facts *f, uint64_t ino)
{
    for (size_t i = f->n_processes; i-- > 0;)
        if (f->processes[i].listener.ino == ino)
            return &f->processes[i];
    return NULL;
}

static bool closed_under_load(const struct facts *f, const struct queue_row *row)
{
    return row->closed >= 0 && row->closed <= f->load_ended && row->beside;
}

struct closings closings_find(const struct facts *f)
{
    struct closings c = { .first_at = -1 };

    for (size_t i = 0; i < f->n_queues && f->all.lost; i++) {
        const struct queue_row *row = &f->queues[i];
        uint64_t reset = closed_under_load(f, row) ? count_reset(f, row) : 0;

        if (reset == 0 || reset > row->last + count_come(f, row))
            continue;
        if (c.n++ == 0) {
            c.first_at = row->closed;
            c.first_holder = holder_of(f, row->ino);
        }
        c.reset += reset;
        c.queued += row->last;
        if (row->closed - row->seen > c.longest_ago)
            c.longest_ago = row->closed - row->seen;
    }
    return c;
}

void closings_say(const struct facts *f, char *text, size_t size)
{
    struct closings c = closings_find(f);
    char who[96];

    text[0] = '\0';
    if (c.n == 0)
        return;
    if (c.n > 1)
        snprintf(who, sizeof(who), "%zu listeners beside others", c.n);
    else if (c.first_holder)
        snprintf(who, sizeof(who), "the listener of pid %d at %.1f ms, beside another",
                 (int)c.first_holder->pid, ms(c.first_at));
    else
        snprintf(who, sizeof(who), "a listener at %.1f ms, beside another", ms(c.first_at));
    snprintf(text, size,
             "; %" PRIu64 " reset by the close of %s: %" PRIu64
             " waited in %s when last seen, up to %.1f ms before",
             c.reset, who, c.queued, c.n > 1 ? "their queues" : "its queue", ms(c.longest_ago));
}

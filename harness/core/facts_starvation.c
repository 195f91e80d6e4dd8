/* Did the machine have time for us?  Who waited for a CPU, and when. */
#include "core/facts_parts.h"

#include <stdlib.h>

#define OWN_LOOP (-1)
#define LONGEST  (INT64_C(3600) * NS_PER_S)
#define PATIENCE (100 * NS_PER_MS) /* that any server has with who connects and asks nothing */

static int compare(const void *a, const void *b)
{
    const struct starvation *x = a, *y = b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

void facts_find_starvation(struct facts *f)
{
    int64_t sum = 0;

    f->starvation = mem_new(f->h->n_events, sizeof(f->starvation[0]));
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        int64_t value = e->value < LONGEST ? e->value : LONGEST;

        if (value <= 0)
            continue;
        if (e->kind == EVENT_STALLED)
            f->starvation[f->n_starvation++] =
                (struct starvation){ OWN_LOOP, e->at - value, e->at, 0, value };
        if (e->kind == EVENT_STARVED)
            f->starvation[f->n_starvation++] =
                (struct starvation){ e->pid, e->at - e->index * NS_PER_MS, e->at, 0, value };
    }
    qsort(f->starvation, f->n_starvation, sizeof(f->starvation[0]), compare);
    for (size_t i = 0; i < f->n_starvation; i++) {
        f->starvation[i].before = sum;
        sum += f->starvation[i].value;
    }
}

/* One past the last row of the pid that row i is of. */
static size_t end_of_pid(const struct facts *f, size_t i)
{
    size_t low = i, high = f->n_starvation;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (f->starvation[middle].pid <= f->starvation[i].pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* First of rows i to end that ends at or after a time, or begins after it. */
static size_t first_row(const struct facts *f, size_t i, size_t end, int64_t time, bool begins)
{
    while (i < end) {
        size_t middle = i + (end - i) / 2;
        const struct starvation *row = &f->starvation[middle];

        if (begins ? row->from <= time : row->to < time)
            i = middle + 1;
        else
            end = middle;
    }
    return i;
}

int64_t facts_starved(const struct facts *f, int64_t from, int64_t to)
{
    int64_t worst = 0;

    for (size_t i = 0, end; i < f->n_starvation; i = end) {
        size_t first, beyond;

        end = end_of_pid(f, i);
        first = first_row(f, i, end, from, false);
        beyond = first_row(f, first, end, to, true);
        if (beyond > first) {
            const struct starvation *last = &f->starvation[beyond - 1];
            int64_t sum = last->before + last->value - f->starvation[first].before;

            if (sum > worst)
                worst = sum;
        }
    }
    return worst;
}

/* We connected, and had no time to say what we want until the server had given up on us. */
static bool asked_too_late(const struct facts *f, const struct sample *s)
{
    int64_t silent = s->connected - s->sent;

    return (s->outcome == OUTCOME_EMPTY || s->outcome == OUTCOME_RESET) && silent > PATIENCE &&
           facts_starved(f, s->sent, s->connected) > silent / 2;
}

bool facts_is_untold(const struct facts *f, const struct sample *s)
{
    if (s->outcome == OUTCOME_OPEN && f->interrupted)
        return true;
    if (asked_too_late(f, s))
        return true;
    return (s->outcome == OUTCOME_OPEN || s->outcome == OUTCOME_TIMEOUT) && s->done > s->due &&
           facts_starved(f, s->due, s->done) > (s->done - s->due) / 2;
}

const char *facts_why_untold(const struct facts *f)
{
    return f->interrupted ? "the run was interrupted" : "the machine starved us of its CPUs";
}

/* How did each lane fare: what came of its requests, how long did answers
   take, and when did it go without any? */
#include "core/facts_parts.h"
#include "core/stats.h"

#include <stdlib.h>

bool facts_gap(const struct lane_facts *lane, size_t i, struct gap *gap)
{
    *gap = (struct gap){ lane->head, lane->tail };
    if (i > 0)
        gap->from = lane->answers[i - 1];
    if (i < lane->ok)
        gap->to = lane->answers[i];
    if (i == 0 && lane->head < 0)
        return false;
    if (i == lane->ok && lane->tail < 0)
        return false;
    return gap->to > gap->from;
}

/* The first and the last answer of a lane, by when they were complete. */
struct ends {
    const struct sample *first, *last;
};

static void count(struct lane_facts *l, const struct sample *s)
{
    l->by_outcome[s->outcome < N_OUTCOMES ? s->outcome : OUTCOME_OPEN]++;
    l->requests++;
    if (s->outcome == OUTCOME_OK)
        l->ok++;
    else
        l->lost++;
}

static void collect(struct facts *f, struct ends *ends, int64_t **latencies)
{
    size_t *n = mem_new(f->sc->n_lanes, sizeof(*n));

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        struct ends *e = &ends[s->lane];

        if (!facts_lane(f, s) || s->outcome != OUTCOME_OK)
            continue;
        f->lanes[s->lane].answers[n[s->lane]] = s->done;
        latencies[s->lane][n[s->lane]++] = s->done - s->due;
        if (!e->first || s->done < e->first->done)
            e->first = s;
        if (!e->last || s->done > e->last->done)
            e->last = s;
    }
    free(n);
}

/* Where requests were lost before the first answer or after the last one. */
static void find_open_ends(struct facts *f, const struct ends *ends)
{
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct ends *e = &ends[s->lane];
        struct lane_facts *l = &f->lanes[s->lane];
        enum outcome_class class = sample_class(s);

        if (!facts_lane(f, s) || (class != CLASS_LOST && class != CLASS_WRONG))
            continue;
        if (!e->first || s->due < e->first->due) {
            int64_t began = f->load_began + f->sc->lanes[s->lane].from;

            l->head = began > 0 ? began : 0;
        }
        if (!e->last || s->due > e->last->due) {
            int64_t end = s->done >= 0 ? s->done : s->due;

            if (end > l->tail)
                l->tail = end;
        }
    }
}

static void find_longest_gap(struct lane_facts *l)
{
    struct gap gap;

    for (size_t i = 0; i <= l->ok; i++) {
        if (facts_gap(l, i, &gap) && gap.to - gap.from > l->longest_gap) {
            l->longest_gap = gap.to - gap.from;
            l->longest_gap_at = gap.from;
        }
    }
}

static void find_percentiles(struct lane_facts *l, int64_t *latencies, size_t n)
{
    stats_sort(latencies, n);
    l->p50 = stats_percentile(latencies, n, 50);
    l->p90 = stats_percentile(latencies, n, 90);
    l->p99 = stats_percentile(latencies, n, 99);
    l->max = stats_percentile(latencies, n, 100);
}

static void find_planned(struct facts *f)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_LANE_PLANNED || e->index < 0 || e->value < 0 ||
            (size_t)e->index >= f->sc->n_lanes)
            continue;
        f->lanes[e->index].planned += (uint64_t)e->value;
        f->all.planned += (uint64_t)e->value;
    }
}

void facts_find_lanes(struct facts *f)
{
    size_t n_lanes = f->sc->n_lanes, all_ok = 0;
    struct ends *ends = mem_new(UINT8_MAX + 1, sizeof(*ends));
    int64_t *room = mem_new(f->h->n_samples, sizeof(*room));
    int64_t **latencies = mem_new(n_lanes, sizeof(*latencies));

    /* room for any number a sample may name, so that none needs a look first */
    f->lanes = mem_new(n_lanes > UINT8_MAX ? n_lanes : UINT8_MAX + 1, sizeof(f->lanes[0]));
    find_planned(f);
    for (size_t i = 0; i < f->h->n_samples; i++) {
        count(&f->all, &f->h->samples[i]);
        if (facts_lane(f, &f->h->samples[i]))
            count(&f->lanes[f->h->samples[i].lane], &f->h->samples[i]);
    }
    for (size_t i = 0; i < n_lanes; i++) {
        f->lanes[i].answers = mem_new(f->lanes[i].ok, sizeof(int64_t));
        f->lanes[i].head = f->lanes[i].tail = -1;
        latencies[i] = room + all_ok;
        all_ok += f->lanes[i].ok;
    }
    collect(f, ends, latencies);
    find_open_ends(f, ends);
    for (size_t i = 0; i < n_lanes; i++) {
        stats_sort(f->lanes[i].answers, f->lanes[i].ok);
        find_longest_gap(&f->lanes[i]);
        find_percentiles(&f->lanes[i], latencies[i], f->lanes[i].ok);
        if (f->lanes[i].longest_gap > f->all.longest_gap) {
            f->all.longest_gap = f->lanes[i].longest_gap;
            f->all.longest_gap_at = f->lanes[i].longest_gap_at;
        }
    }
    find_percentiles(&f->all, room, all_ok);
    free(latencies);
    free(room);
    free(ends);
}

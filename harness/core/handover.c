/* How did the old processes hand over to the new ones? */
#include "core/handover.h"

#include <stdlib.h>

static void judge_in_flight(const struct facts *f, size_t i, const struct process *carried_by,
                            const struct upgrade *u, struct in_flight *n)
{
    const struct sample *s = &f->h->samples[i];
    const struct process *who = facts_who(f, i);

    n->all++;
    if (facts_is_untold(f, s)) {
        n->untold++;
    } else if (sample_class(s) == CLASS_LOST || s->outcome == OUTCOME_TRUNCATED) {
        if (n->lost++ == 0)
            n->first_lost = s;
    } else if (who && handover_is_before(who, u)) {
        n->by_old++;
    } else if (who && s->connected <= s->sent && carried_by && handover_is_before(carried_by, u)) {
        if (n->moved++ == 0)
            n->first_moved = s;
    } else if (who) {
        n->by_new++;
    }
}

struct in_flight handover_in_flight(const struct facts *f)
{
    /* per port: 1 + the last request on a kept connection there that was answered */
    uint32_t *kept = mem_new(UINT16_MAX + 1, sizeof(*kept));
    struct in_flight n = { 0 };
    size_t next = 0;

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct lane *lane = facts_lane(f, s);
        int64_t end = s->done >= 0 ? s->done : INT64_MAX;
        bool may_be_kept = lane && lane->connection == CONNECTION_REUSED && s->port;
        const struct process *carried_by = NULL;

        if (may_be_kept && kept[s->port] && f->h->samples[kept[s->port] - 1].lane == s->lane)
            carried_by = facts_who(f, kept[s->port] - 1);
        while (next < f->n_upgrades && f->upgrades[next].begun <= s->sent)
            next++;
        if (sample_class(s) == CLASS_OURS)
            continue;
        for (size_t k = next; k < f->n_upgrades && f->upgrades[k].begun < end; k++)
            judge_in_flight(f, i, carried_by, &f->upgrades[k], &n);
        if (may_be_kept && s->outcome == OUTCOME_OK && facts_who(f, i))
            kept[s->port] = (uint32_t)i + 1;
    }
    free(kept);
    return n;
}

const struct upgrade *handover_told_to_go(const struct facts *f, const struct process *p)
{
    if (p->first_answer < 0)
        return NULL;
    for (size_t k = p->generation - 1; k < f->n_upgrades; k++)
        if (p->first_answer <= f->upgrades[k].begun && f->upgrades[k].takeover >= 0)
            return &f->upgrades[k];
    return NULL;
}

int64_t handover_end(const struct facts *f)
{
    const struct event *stop = facts_first(f, EVENT_STOP_BEGAN);

    if (stop)
        return stop->at;
    if (f->h->n_events && f->h->events[f->h->n_events - 1].at > f->load_ended)
        return f->h->events[f->h->n_events - 1].at;
    return f->load_ended;
}

int64_t handover_gone(const struct process *p)
{
    return p->execd_away >= 0 ? p->execd_away : p->exited;
}

/* From the first answer of a process that an upgrade brought to the last of one
   from before it. */
static int64_t overlap_of(const struct facts *f, const struct upgrade *u)
{
    int64_t first_new = -1, last_old = -1;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];

        if (p->first_answer < 0)
            continue;
        if (handover_is_before(p, u) && p->last_answer > last_old)
            last_old = p->last_answer;
        if (!handover_is_before(p, u) && (first_new < 0 || p->first_answer < first_new))
            first_new = p->first_answer;
    }
    if (first_new < 0 || last_old < 0)
        return -1;
    return last_old > first_new ? last_old - first_new : 0;
}

int64_t handover_overlap(const struct facts *f)
{
    int64_t longest = -1;

    for (size_t k = 0; k < f->n_upgrades; k++) {
        int64_t overlap = f->upgrades[k].takeover >= 0 ? overlap_of(f, &f->upgrades[k]) : -1;

        if (overlap > longest)
            longest = overlap;
    }
    return longest;
}

int64_t handover_drain(const struct facts *f)
{
    int64_t longest = -1, end = handover_end(f);
    bool too_early = false;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        const struct upgrade *u = handover_told_to_go(f, p);
        int64_t gone = handover_gone(p);

        if (!u)
            continue;
        if (gone < 0 || gone > end) {
            if (end > u->settled + f->sc->limits.drain)
                return NEVER;
            too_early = true;
        } else if (gone - u->begun > longest) {
            longest = gone - u->begun;
        }
    }
    return too_early ? -1 : longest;
}

int64_t handover_began(const struct process *p)
{
    return p->execd >= 0 ? p->execd : p->born;
}

/* The nearest one that is meant to succeed, if it is near enough; else k itself. */
static size_t neighbour(const struct facts *f, size_t k, int step)
{
    for (size_t i = k + (size_t)step; i < f->n_upgrades; i += (size_t)step) {
        int64_t apart = f->upgrades[i].begun - f->upgrades[k].begun;

        if (!f->upgrades[i].meant_to_fail)
            return (apart < 0 ? -apart : apart) <= f->sc->limits.overlap ? i : k;
    }
    return k;
}

struct series handover_series(const struct facts *f, size_t k)
{
    struct series s = { k, k, 1 };

    for (size_t i; (i = neighbour(f, s.first, -1)) != s.first; s.n++)
        s.first = i;
    for (size_t i; (i = neighbour(f, s.last, 1)) != s.last; s.n++)
        s.last = i;
    return s;
}

bool handover_trigger_failed(const struct facts *f, const struct upgrade *u)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_STEP_ENDED && e->index == (int32_t)u->step && e->at >= u->begun)
            return e->value != 0;
    }
    return false;
}

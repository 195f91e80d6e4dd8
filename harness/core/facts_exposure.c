/* How short an outage could we have missed, and of how many requests is "none was lost"
   said? */
#include "core/facts_parts.h"
#include "core/handover.h"

#include <stdlib.h>

static void lasts_until(struct upgrade *u, int64_t time)
{
    if (u->handed_over < time)
        u->handed_over = time;
    if (u->handed_over > u->ended)
        u->handed_over = u->ended;
}

/* Whom a process keeps waiting: the upgrade that told it to go, or the one that brought it
   in vain; or NULL. */
static struct upgrade *awaited_by(struct facts *f, const struct process *p)
{
    const struct upgrade *told = handover_told_to_go(f, p);

    if (facts_in_vain(f, p))
        return &f->upgrades[p->generation - 2];
    return told ? &f->upgrades[told - f->upgrades] : NULL;
}

static void find_handovers(struct facts *f)
{
    for (size_t k = 0; k < f->n_upgrades; k++) {
        struct upgrade *u = &f->upgrades[k];

        u->handed_over = u->begun;
        lasts_until(u, u->settled);
        if (u->takeover >= 0)
            lasts_until(u, f->processes[u->new_process].first_answer);
    }
    for (size_t i = 0; i < f->n_processes; i++) {
        struct upgrade *u = awaited_by(f, &f->processes[i]);
        int64_t gone = handover_gone(&f->processes[i]);

        if (u)
            lasts_until(u, gone < 0 ? u->ended : gone);
    }
}

/* Where nobody took over, and nobody came in vain, nothing tells when a handover was over. */
static void find_endless(struct facts *f)
{
    bool *brought = mem_new(f->n_upgrades, sizeof(*brought));

    for (size_t i = 0; i < f->n_processes; i++)
        if (facts_in_vain(f, &f->processes[i]))
            brought[f->processes[i].generation - 2] = true;
    for (size_t k = 0; k < f->n_upgrades; k++)
        if (f->upgrades[k].takeover < 0 && !brought[k])
            lasts_until(&f->upgrades[k], f->upgrades[k].ended);
    free(brought);
}

/* By when each kind was last on its way, while one upgrade hands over. */
struct covered {
    int64_t until[N_CONNECTIONS];
};

static void cover(struct upgrade *u, struct covered *c, enum connection kind, int64_t from,
                  int64_t to)
{
    if (from - c->until[kind] > u->exposure.blind[kind])
        u->exposure.blind[kind] = from - c->until[kind];
    if (c->until[kind] < to)
        c->until[kind] = to;
}

/* A request of a lane with kept connections may have to open one, and then it is no request
   on a kept one. */
static void look_at(struct upgrade *u, struct covered *c, const struct sample *s, int64_t end)
{
    u->exposure.requests++;
    u->exposure.lost += s->outcome != OUTCOME_OK;
    if (s->connected > s->sent)
        cover(u, c, CONNECTION_NEW, s->sent, s->connected);
    else if (s->phase == PHASE_CONNECT)
        cover(u, c, CONNECTION_NEW, s->sent, end);
    else
        cover(u, c, CONNECTION_REUSED, s->sent, end);
}

static void look_at_all(struct facts *f, struct covered *covered)
{
    size_t next = 0;

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        int64_t end = s->done >= 0 ? s->done : TIME_MAX;

        while (next < f->n_upgrades && f->upgrades[next].handed_over <= s->sent)
            next++;
        if (sample_class(s) == CLASS_OURS || next == f->n_upgrades ||
            f->upgrades[next].begun >= end)
            continue;
        f->exposure.requests++;
        f->exposure.lost += s->outcome != OUTCOME_OK;
        for (size_t k = next; k < f->n_upgrades && f->upgrades[k].begun < end; k++)
            look_at(&f->upgrades[k], &covered[k], s, end);
    }
}

static bool has_lane(const struct facts *f, enum connection kind)
{
    for (size_t i = 0; i < f->sc->n_lanes; i++)
        if (f->sc->lanes[i].connection == kind)
            return true;
    return false;
}

static void sum_up(struct facts *f, enum connection kind, struct covered *covered)
{
    bool has = has_lane(f, kind);

    f->exposure.blind[kind] = -1;
    for (size_t k = 0; k < f->n_upgrades; k++) {
        struct upgrade *u = &f->upgrades[k];

        cover(u, &covered[k], kind, u->handed_over, u->handed_over);
        if (!has)
            u->exposure.blind[kind] = -1;
        if (u->exposure.blind[kind] > f->exposure.blind[kind])
            f->exposure.blind[kind] = u->exposure.blind[kind];
    }
}

void facts_find_exposure(struct facts *f)
{
    struct covered *covered = mem_new(f->n_upgrades, sizeof(*covered));

    find_handovers(f);
    find_endless(f);
    for (size_t k = 0; k < f->n_upgrades; k++)
        for (size_t kind = 0; kind < N_CONNECTIONS; kind++)
            covered[k].until[kind] = f->upgrades[k].begun;
    look_at_all(f, covered);
    for (size_t kind = 0; kind < N_CONNECTIONS; kind++)
        sum_up(f, kind, covered);
    for (size_t k = 0; k < f->n_upgrades; k++)
        f->upgrades_with_loss += f->upgrades[k].exposure.lost > 0;
    free(covered);
}

/* Which upgrades struck, and when did the new processes take over? */
#include "core/facts_parts.h"

#include <stdlib.h>

static enum upgrade_role role_of(const struct facts *f, const struct event *e)
{
    if (e->index < 0 || (size_t)e->index >= f->sc->n_steps)
        return UPGRADE_NONE;
    return f->sc->steps[e->index].role;
}

static struct upgrade *begin(struct facts *f, const struct event *e)
{
    struct upgrade *u = &f->upgrades[f->n_upgrades++];

    *u = (struct upgrade){
        .meant_to_fail = role_of(f, e) == UPGRADE_FAILS,
        .begun = e->at,
        .settled = e->at,
        .step = (size_t)e->index,
        .generation = (unsigned)f->n_upgrades + 1,
        .takeover = -1,
        .new_process = NOBODY,
    };
    return u;
}

/* When the step that began with event i ended; steps are taken one by one. */
static int64_t end_of_step(const struct facts *f, size_t i)
{
    const struct event *began = &f->h->events[i];

    for (size_t k = i + 1; k < f->h->n_events; k++) {
        const struct event *e = &f->h->events[k];

        if (e->kind == EVENT_STEP_ENDED && e->index == began->index)
            return e->at;
        if (e->kind == EVENT_STEP_BEGAN)
            break;
    }
    return began->at;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void find_ends(struct facts *f)
{
    int64_t ended = f->load_ended, over = f->load_ended;

    for (size_t i = f->upgrades ? f->n_upgrades : 0; i-- > 0;) {
        struct upgrade *u = &f->upgrades[i];

        u->ended = later(ended, u->begun);
        u->over = later(over, u->begun);
        ended = u->begun;
        if (!u->meant_to_fail)
            over = u->begun;
    }
}

void facts_find_upgrades(struct facts *f)
{
    size_t *deploys = mem_new(f->h->n_events, sizeof(*deploys)), n_deploys = 0;

    f->upgrades_planned = scenario_upgrades(f->sc);
    f->upgrades = mem_new(f->h->n_events, sizeof(f->upgrades[0]));
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        enum upgrade_role role = e->kind == EVENT_STEP_BEGAN ? role_of(f, e) : UPGRADE_NONE;

        if (role == UPGRADE_DEPLOYS && scenario_begins_upgrade(f->sc, (size_t)e->index, 0))
            deploys[n_deploys++] = i;
        if (role == UPGRADE_NONE || role == UPGRADE_DEPLOYS)
            continue;
        if (role != UPGRADE_CONTINUES || f->n_upgrades == 0)
            begin(f, e);
        f->upgrades[f->n_upgrades - 1].settled = end_of_step(f, i);
        n_deploys = 0;
    }
    /* No trigger followed these: the server sees by itself what was deployed. */
    for (size_t i = 0; i < n_deploys; i++)
        begin(f, &f->h->events[deploys[i]])->settled = end_of_step(f, deploys[i]);
    free(deploys);

    find_ends(f);
}

size_t facts_upgrades_by(const struct facts *f, int64_t time)
{
    size_t low = 0, high = f->n_upgrades;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (f->upgrades[middle].begun <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t facts_last_upgrade(const struct facts *f)
{
    for (size_t k = f->n_upgrades; k-- > 0;)
        if (!f->upgrades[k].meant_to_fail)
            return k;
    return f->n_upgrades;
}

bool facts_in_vain(const struct facts *f, const struct process *p)
{
    size_t k = p->generation - 2;

    return p->generation >= 2 && k < f->n_upgrades && f->upgrades[k].meant_to_fail;
}

void facts_find_takeovers(struct facts *f)
{
    bool last = true;

    for (size_t k = f->n_upgrades; k-- > 0;) {
        struct upgrade *u = &f->upgrades[k];

        if (u->meant_to_fail)
            continue;
        for (size_t i = facts_first_sent(f, u->begun); i < f->h->n_samples; i++) {
            const struct sample *s = &f->h->samples[i];
            const struct process *who = facts_who(f, i);

            if (!last && s->sent >= u->over)
                break;
            if (s->outcome == OUTCOME_OK && who && who->generation >= u->generation &&
                !facts_in_vain(f, who)) {
                u->takeover = s->sent;
                u->new_process = f->answered_by[i];
                break;
            }
        }
        last = false;
    }
}

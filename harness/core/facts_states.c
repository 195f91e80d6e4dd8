/* What became of the connections that were held in a state when an upgrade struck? */
#include "core/facts_parts.h"

/* The latest life of a process that had begun by then. */
static const struct process *life_at(const struct facts *f, const struct event *e)
{
    const struct process *found = NULL;

    for (size_t i = 0; i < f->n_processes && f->processes[i].born <= e->at; i++) {
        const struct process *p = &f->processes[i];

        if (p->pid == e->pid && (p->start == e->start || !p->start || !e->start))
            found = p;
    }
    return found;
}

/* An exec takes no connection along that was accepted before it, but its answer may be
   read after it. */
static const struct process *who_served(const struct facts *f, const struct event *e,
                                        const struct upgrade *u, enum state state)
{
    const struct process *p = e->pid ? life_at(f, e) : NULL;

    while (p && e->kind == EVENT_STATE_ENDED && state != STATE_ACCEPT_QUEUE &&
           p->before != NOBODY && p->generation >= u->generation)
        p = &f->processes[p->before];
    return p;
}

/* We had no time to look, or the run was cut off. */
static bool is_untold(const struct facts *f, const struct event *e, const struct upgrade *u)
{
    if (e->value == OUTCOME_OPEN)
        return f->interrupted;
    if (e->value == OUTCOME_TIMEOUT)
        return facts_starved(f, u->begun, e->at) > (e->at - u->begun) / 2;
    return e->value == OUTCOME_UNSENT;
}

static void count(const struct facts *f, const struct event *e, enum state state,
                  struct state_facts *s)
{
    const struct upgrade *u = &f->upgrades[e->index];
    const struct process *p = who_served(f, e, u, state);

    s->by_outcome[e->value]++;
    if (e->value == OUTCOME_OK) {
        s->by_old += p && p->generation < u->generation;
        s->by_new += p && p->generation >= u->generation;
        s->reopened += e->kind == EVENT_STATE_REOPENED;
        return;
    }
    s->lost++;
    if (is_untold(f, e, u)) {
        s->untold++;
    } else if (s->first_lost < 0) {
        s->first_lost = e->at;
        s->lost_at = (size_t)e->index;
    }
}

void facts_find_states(struct facts *f)
{
    for (size_t i = 0; i < N_STATES; i++)
        f->states[i] = (struct state_facts){
            .wanted =
                scenario_holds(f->sc, (enum state)i) ? f->n_upgrades * f->sc->hold.connections : 0,
            .first_lost = -1,
        };
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        bool held = e->kind == EVENT_STATE_HELD;
        int state;

        if (!held && e->kind != EVENT_STATE_ENDED && e->kind != EVENT_STATE_REOPENED)
            continue;
        state = state_find(history_text_of(f->h, e->text));
        if (state < 0 || e->index < 0 || (size_t)e->index >= f->n_upgrades)
            continue;
        if (held)
            f->states[state].held += e->value > 0 ? (uint64_t)e->value : 0;
        else if (e->value >= 0 && e->value < N_OUTCOMES)
            count(f, e, (enum state)state, &f->states[state]);
    }
}

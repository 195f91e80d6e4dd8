/* Do connections survive an upgrade, whatever state it finds them in? */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_excused(const struct facts *f, size_t state)
{
    return f->sc->limits.states >> state & 1;
}

static uint64_t lost_of(const struct state_facts *s)
{
    return s->lost - s->untold;
}

struct list {
    char text[240];
    size_t length;
};

static void put_name(struct list *l, size_t state)
{
    if (l->length < sizeof(l->text))
        l->length += (size_t)snprintf(l->text + l->length, sizeof(l->text) - l->length, "%s%s",
                                      l->length ? ", " : "", states[state].name);
}

static void put_lost(struct list *l, const struct facts *f, size_t state)
{
    const struct state_facts *s = &f->states[state];
    size_t most = OUTCOME_REFUSED;

    for (size_t i = OUTCOME_REFUSED; i < N_OUTCOMES; i++)
        if (s->by_outcome[i] > s->by_outcome[most])
            most = i;
    put_name(l, state);
    if (l->length < sizeof(l->text))
        l->length += (size_t)snprintf(l->text + l->length, sizeof(l->text) - l->length,
                                      " (%" PRIu64 " of %" PRIu64 ": %s)", lost_of(s), s->held,
                                      outcomes[most].name);
}

/* What all states amount to. */
struct survival {
    uint64_t held, ended, served, untold, unsent;
    size_t n_held;
    int64_t first_lost; /* when; -1: nothing was, or it is excused */
    size_t lost_at;
    struct list lost, excused, missed, no_path;
};

static void look_at(struct survival *v, const struct facts *f, size_t i)
{
    const struct state_facts *s = &f->states[i];

    v->held += s->held;
    v->n_held += s->held > 0;
    v->served += s->by_outcome[OUTCOME_OK];
    v->ended += s->by_outcome[OUTCOME_OK] + s->lost;
    v->untold += s->untold;
    v->unsent += s->by_outcome[OUTCOME_UNSENT];
    if (s->held < s->wanted)
        put_name(&v->missed, i);
    if ((f->sc->hold.of >> i & 1) && !scenario_holds(f->sc, (enum state)i))
        put_name(&v->no_path, i);
    if (lost_of(s) && is_excused(f, i))
        put_lost(&v->excused, f, i);
    if (!lost_of(s) || is_excused(f, i))
        return;
    put_lost(&v->lost, f, i);
    if (v->first_lost < 0 || s->first_lost < v->first_lost) {
        v->first_lost = s->first_lost;
        v->lost_at = s->lost_at;
    }
}

struct finding every_state_survived(const struct facts *f)
{
    struct survival v = { .first_lost = -1 };

    if (!f->sc->hold.of)
        return finding_not_applicable("the scenario holds no connections (\"states\")");
    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    for (size_t i = 0; i < N_STATES; i++)
        look_at(&v, f, i);
    if (v.first_lost >= 0)
        return finding(FAIL, NULL, "lost: %s; the first at %.1f ms, by the upgrade at %.1f ms",
                       v.lost.text, ms(v.first_lost), ms(f->upgrades[v.lost_at].begun));
    if (v.unsent)
        return finding(UNKNOWN, NULL,
                       "%" PRIu64 " of %" PRIu64 " connections we failed to complete", v.unsent,
                       v.held);
    if (v.untold)
        return finding(UNKNOWN, NULL, "%s before %" PRIu64 " of %" PRIu64 " connections had ended",
                       facts_why_untold(f), v.untold, v.held);
    if (v.ended < v.held)
        return finding(UNKNOWN, NULL, "of %" PRIu64 " connections the history has no end",
                       v.held - v.ended);
    if (v.missed.length)
        return finding(UNKNOWN, NULL,
                       "not all connections stood as they should when an upgrade "
                       "struck: %s",
                       v.missed.text);
    if (v.held == 0)
        return finding(UNKNOWN, NULL, "no connection was held");
    return finding(
        PASS, NULL, "%" PRIu64 " of %" PRIu64 " connections in %zu states were served%s%s%s%s",
        v.served, v.held, v.n_held, v.excused.length ? "; lost, but excused: " : "", v.excused.text,
        v.no_path.length ? "; not held, for want of a path: " : "", v.no_path.text);
}

/* May this run be believed?  These never accuse the server. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdlib.h>

#define SHARE_LATE 100 /* one request in so many may leave late */

/* The step that began most behind its time, by more than the limit; or NULL. */
static const struct event *late_step(const struct facts *f)
{
    const struct event *latest = NULL;
    int64_t worst = f->sc->limits.late;

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_STEP_BEGAN && e->value > 0 && e->at - e->value > worst) {
            worst = e->at - e->value;
            latest = e;
        }
    }
    return latest;
}

static bool due_in_upgrade(const struct facts *f, int64_t due)
{
    size_t k = facts_upgrades_by(f, due);

    return k > 0 && due - f->upgrades[k - 1].begun <= NS_PER_S;
}

struct finding load_was_on_time(const struct facts *f)
{
    const struct sample *latest = NULL, *in_upgrade = NULL;
    const struct event *step = late_step(f);
    size_t late = 0;

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (!latest || s->sent - s->due > latest->sent - latest->due)
            latest = s;
        if (s->sent - s->due <= f->sc->limits.late)
            continue;
        late++;
        if (!in_upgrade && due_in_upgrade(f, s->due))
            in_upgrade = s;
    }
    if (!latest)
        return finding_not_applicable("no request was sent");
    if (step)
        return finding(UNKNOWN, NULL, "step %d began %.1f ms late, at %.1f ms (limit %.1f ms)",
                       step->index, ms(step->at - step->value), ms(step->at),
                       ms(f->sc->limits.late));
    if (in_upgrade)
        return finding(UNKNOWN, in_upgrade,
                       "request %" PRIu32 ", due at %.1f ms, just after an upgrade began, left "
                       "%.1f ms late (limit %.1f ms)",
                       in_upgrade->id, ms(in_upgrade->due), ms(in_upgrade->sent - in_upgrade->due),
                       ms(f->sc->limits.late));
    if (late * SHARE_LATE > f->h->n_samples)
        return finding(UNKNOWN, latest,
                       "%zu of %zu requests left more than %.1f ms late; the latest by %.1f ms",
                       late, f->h->n_samples, ms(f->sc->limits.late),
                       ms(latest->sent - latest->due));
    return finding(PASS, NULL,
                   "%zu of %zu requests left more than %.1f ms late; the latest by %.1f ms", late,
                   f->h->n_samples, ms(f->sc->limits.late), ms(latest->sent - latest->due));
}

/* A request that the server took before the first upgrade, whenever it answered. */
static bool answered_before(const struct facts *f)
{
    for (size_t i = 0; i < f->h->n_samples; i++)
        if (f->h->samples[i].outcome == OUTCOME_OK &&
            (f->n_upgrades == 0 || f->h->samples[i].sent <= f->upgrades[0].begun))
            return true;
    return false;
}

static bool sent_after(const struct facts *f)
{
    if (f->n_upgrades == 0)
        return f->h->n_samples > 0;
    return facts_first_sent(f, f->upgrades[f->n_upgrades - 1].begun) < f->h->n_samples;
}

/* The first upgrade that brought no process of its generation, though it should
   have; or NULL. */
static const struct upgrade *without_new_process(const struct facts *f)
{
    for (size_t k = 0; k < f->n_upgrades; k++) {
        bool seen = f->upgrades[k].meant_to_fail;

        for (size_t i = 0; i < f->n_processes && !seen; i++)
            seen = f->processes[i].generation == f->upgrades[k].generation;
        if (!seen)
            return &f->upgrades[k];
    }
    return NULL;
}

struct finding upgrade_was_seen(const struct facts *f)
{
    const struct event *interrupted = facts_first(f, EVENT_INTERRUPTED);
    const struct upgrade *unseen;

    if (f->upgrades_planned == 0 && f->n_upgrades == 0)
        return finding(UNKNOWN, NULL,
                       "no upgrade in the scenario: this run proves nothing about one");
    if (f->n_upgrades < f->upgrades_planned)
        return finding(UNKNOWN, NULL, "only %zu of %zu planned upgrades happened%s%.60s",
                       f->n_upgrades, f->upgrades_planned,
                       interrupted ? "; the run was interrupted: " : "",
                       interrupted ? history_text_of(f->h, interrupted->text) : "");
    if (interrupted)
        return finding(UNKNOWN, NULL,
                       "the run was interrupted by %.20s at %.1f ms: what would have become of the "
                       "upgrade at %.1f ms is not known",
                       history_text_of(f->h, interrupted->text), ms(interrupted->at),
                       ms(f->upgrades[f->n_upgrades - 1].begun));
    if (!answered_before(f))
        return finding(UNKNOWN, NULL, "no request sent before the upgrade at %.1f ms was answered",
                       ms(f->upgrades[0].begun));
    if (!sent_after(f))
        return finding(UNKNOWN, NULL, "no request was sent after the upgrade at %.1f ms",
                       ms(f->upgrades[f->n_upgrades - 1].begun));
    if (f->sc->server.who == WHO_NONE && (unseen = without_new_process(f)))
        return finding(
            UNKNOWN, NULL,
            "no process was born or exec'd after the upgrade at %.1f ms, and the answers "
            "do not say who gives them: perhaps nothing was upgraded",
            ms(unseen->begun));
    return finding(PASS, NULL,
                   "%zu of %zu planned upgrades happened while requests were sent, the first at "
                   "%.1f ms",
                   f->n_upgrades, f->upgrades_planned, ms(f->upgrades[0].begun));
}

static size_t count_begun(const struct facts *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->h->n_events; i++)
        n += f->h->events[i].kind == EVENT_STEP_BEGAN;
    return n;
}

struct finding steps_went_as_planned(const struct facts *f)
{
    size_t planned = scenario_rounds(f->sc), begun = count_begun(f);
    size_t ended = 0;

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_STEP_ENDED)
            continue;
        if (e->value)
            return finding(UNKNOWN, NULL, "step %d failed at %.1f ms: %.180s", e->index, ms(e->at),
                           history_text_of(f->h, e->text));
        ended++;
    }
    if (begun < planned)
        return finding(UNKNOWN, NULL,
                       "%zu of %zu steps never began, the first of them step %zu: the load was "
                       "over at %.1f ms%s",
                       planned - begun, planned, scenario_step_of(f->sc, begun), ms(f->load_ended),
                       f->interrupted ? "" : "; a longer \"for\" leaves them time");
    if (ended == 0)
        return finding_not_applicable("the scenario has no steps");
    return finding(PASS, NULL, "%zu of %zu steps succeeded", ended, ended);
}

struct finding requests_straddled_it(const struct facts *f)
{
    uint64_t *in_flight, fewest = UINT64_MAX;
    size_t next = 0, thinnest = 0;

    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    in_flight = mem_new(f->n_upgrades, sizeof(*in_flight));
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        int64_t end = s->done >= 0 ? s->done : INT64_MAX;

        while (next < f->n_upgrades && f->upgrades[next].begun < s->sent)
            next++;
        if (sample_class(s) == CLASS_OURS)
            continue;
        for (size_t k = next; k < f->n_upgrades && f->upgrades[k].begun < end; k++)
            in_flight[k]++;
    }
    for (size_t k = 0; k < f->n_upgrades; k++) {
        if (in_flight[k] < fewest) {
            fewest = in_flight[k];
            thinnest = k;
        }
    }
    free(in_flight);
    if (fewest == 0)
        return finding(UNKNOWN, NULL,
                       "no request was in flight when the upgrade at %.1f ms began: add a lane of "
                       "slow requests",
                       ms(f->upgrades[thinnest].begun));
    return finding(PASS, NULL,
                   "at least %" PRIu64 " requests were in flight whenever an upgrade began (%zu)",
                   fewest, f->n_upgrades);
}

struct finding enough_requests(const struct facts *f)
{
    if ((int64_t)f->h->n_samples < f->sc->limits.requests || f->h->n_samples == 0)
        return finding(UNKNOWN, NULL,
                       "only %zu requests were sent, too few to judge by (limit %" PRId64 ")",
                       f->h->n_samples, f->sc->limits.requests);
    if (!answered_before(f))
        return finding(UNKNOWN, NULL, "no request sent before the first upgrade was answered");
    if (!sent_after(f))
        return finding(UNKNOWN, NULL, "no request was sent after the last upgrade");
    return finding(PASS, NULL, "%zu requests, before and after every upgrade (limit %" PRId64 ")",
                   f->h->n_samples, f->sc->limits.requests);
}

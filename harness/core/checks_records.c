/* Is the record whole?  Every request, every answer's process, every process.
   These never accuse the server either. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The first sample whose id is out of range or was there before, or NULL. */
static const struct sample *misnumbered(const struct history *h)
{
    bool *seen = mem_new(h->n_samples, sizeof(*seen));
    const struct sample *found = NULL;

    for (size_t i = 0; i < h->n_samples && !found; i++) {
        uint32_t id = h->samples[i].id;

        if (id >= h->n_samples || seen[id])
            found = &h->samples[i];
        else
            seen[id] = true;
    }
    free(seen);
    return found;
}

/* The first request that is nobody's: our own client failed to send it, or it
   names a lane or an outcome that there is not. */
static const struct sample *unaccounted(const struct facts *f)
{
    for (size_t i = 0; i < f->h->n_samples; i++)
        if (sample_class(&f->h->samples[i]) == CLASS_OURS || !facts_lane(f, &f->h->samples[i]))
            return &f->h->samples[i];
    return NULL;
}

static bool has_plan(const struct facts *f, size_t lane)
{
    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == EVENT_LANE_PLANNED && f->h->events[i].index == (int32_t)lane)
            return true;
    return false;
}

struct finding every_request_accounted_for(const struct facts *f)
{
    const struct sample *s;

    for (size_t i = 0; i < f->sc->n_lanes; i++) {
        const struct lane_facts *l = &f->lanes[i];
        const char *name = f->sc->lanes[i].name ? f->sc->lanes[i].name : "?";

        if (!has_plan(f, i))
            return finding(UNKNOWN, NULL, "lane %.60s has no record of how many requests were due",
                           name);
        if (l->planned != l->requests)
            return finding(UNKNOWN, NULL,
                           "lane %.60s: %" PRIu64 " requests were due, but %" PRIu64
                           " are in the history",
                           name, l->planned, l->requests);
    }
    if ((s = unaccounted(f)))
        return finding(UNKNOWN, s,
                       "%" PRIu64 " requests were never sent; request %" PRIu32
                       ", due at %.1f ms, is our own fault, not the server's",
                       f->all.by_outcome[OUTCOME_UNSENT], s->id, ms(s->due));
    if ((s = misnumbered(f->h)))
        return finding(UNKNOWN, s, "request number %" PRIu32 " is there twice, or one is missing",
                       s->id);
    if (f->h->n_samples == 0)
        return finding_not_applicable("no request was due");
    return finding(PASS, NULL, "all %zu requests that were due are in the history",
                   f->h->n_samples);
}

/* As far as the kernel was asked: the most frequent reason. */
static void not_known_why(const struct facts *f, char *text, size_t size)
{
    enum attribution most = ATTRIBUTED_UNPROVEN;

    text[0] = '\0';
    for (enum attribution i = most; i < N_ATTRIBUTIONS; i++)
        if (f->attributions[i] > f->attributions[most])
            most = i;
    if (f->attributions[most] == 0)
        return;
    snprintf(text, size, "; of %" PRIu64 " that is not, %s", f->attributions[most],
             attributions[most].meaning);
}

struct finding answers_were_attributed(const struct facts *f)
{
    const struct sample *stranger = NULL, *silent = NULL, *shows;
    uint64_t known = 0;
    char who[64] = "", why[160];

    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (f->all.ok == 0)
        return finding_not_applicable("no request was answered");
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (s->outcome != OUTCOME_OK)
            continue;
        if (facts_who(f, i))
            known++;
        else if (s->pid && !stranger)
            stranger = s;
        else if (!s->pid && !silent)
            silent = s;
    }
    shows = stranger ? stranger : silent;
    not_known_why(f, why, sizeof why);
    if (stranger)
        snprintf(who, sizeof(who), "; nobody saw pid %" PRIu32 " in the server's tree",
                 stranger->pid);
    return finding((double)known < facts_attributed(f) * (double)f->all.ok ? UNKNOWN : PASS, shows,
                   "the process of %" PRIu64 " of %" PRIu64
                   " answers (%.2f %%) is known (limit %.1f "
                   "%%)%s%s",
                   known, f->all.ok, 100.0 * (double)known / (double)f->all.ok,
                   facts_attributed(f) * 100, who, why);
}

/* Polling instead of the kernel's own events leaves holes; they matter where a
   process that served is not known from its birth on. */
struct finding timeline_was_complete(const struct facts *f)
{
    const struct event *worst = NULL;

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_WATCH && (!worst || (e->value && !worst->value)))
            worst = e;
    }
    if (!worst)
        return finding(UNKNOWN, NULL, "the history does not say how processes were watched");
    if (worst->value == WATCHED_COMPLETELY)
        return finding(PASS, NULL, "%zu processes, every one watched without a hole: %.120s",
                       f->n_processes, history_text_of(f->h, worst->text));
    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable("processes were watched with holes, but no claim needs them "
                                      "(who: none)");
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (s->outcome == OUTCOME_OK && s->pid && !facts_who(f, i))
            return finding(UNKNOWN, s,
                           "processes were watched with holes (%.100s), and pid %" PRIu32
                           " answered request %" PRIu32 " before anybody saw it",
                           history_text_of(f->h, worst->text), s->pid, s->id);
    }
    return finding(PASS, NULL,
                   "watched with holes (%.100s), but every process that answered was seen",
                   history_text_of(f->h, worst->text));
}

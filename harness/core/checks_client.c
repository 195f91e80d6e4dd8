/* Did any client suffer?  Lost requests, wrong answers, silence, slowness. */
#include "core/checks.h"
#include "core/closings.h"
#include "core/none_lost.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const whiles[N_PHASES] = {
    [PHASE_CONNECT] = "while connecting",
    [PHASE_TLS] = "in the TLS handshake",
    [PHASE_SEND] = "while sending",
    [PHASE_WAIT] = "while waiting for the answer",
    [PHASE_READ] = "while reading the answer",
    [PHASE_DONE] = "after the answer",
};

static const char *while_of(const struct sample *s)
{
    return s->phase < N_PHASES ? whiles[s->phase] : "at an unknown point";
}

static const char *lane_name(const struct facts *f, const struct sample *s)
{
    const struct lane *lane = facts_lane(f, s);

    return lane && lane->name ? lane->name : "?";
}

/* Requests of one class; lanes with a limit of their own are counted apart. */
struct tally {
    uint64_t by_outcome[N_OUTCOMES], in_all, shared;
    uint64_t by_lane[UINT8_MAX + 1];
    const struct sample *first, *first_shared, *first_of[UINT8_MAX + 1];
    uint64_t untold; /* see facts_is_untold */
};

static void add(struct tally *t, const struct sample *s, bool own_limit)
{
    t->by_outcome[s->outcome]++;
    t->in_all++;
    if (!t->first)
        t->first = s;
    if (own_limit) {
        t->by_lane[s->lane]++;
        if (!t->first_of[s->lane])
            t->first_of[s->lane] = s;
    } else {
        t->shared++;
        if (!t->first_shared)
            t->first_shared = s;
    }
}

static void count(const struct facts *f, enum outcome_class class, bool lanes_have_limits,
                  struct tally *t)
{
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct lane *lane = facts_lane(f, s);

        if (sample_class(s) != class)
            continue;
        if (facts_is_untold(f, s))
            t->untold++;
        else
            add(t, s, lanes_have_limits && lane && lane->lost >= 0);
    }
}

/* "29 refused, 2 reset"; text is empty */
static void say_outcomes(const struct tally *t, char *text, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < N_OUTCOMES; i++) {
        if (t->by_outcome[i] && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%" PRIu64 " %s", used ? ", " : "",
                                     t->by_outcome[i], outcomes[i].name);
    }
}

static struct finding too_many(const struct facts *f, const struct tally *t, const char *what,
                               const struct sample *first, int64_t limit)
{
    char by_outcome[120] = "", within[48] = "";

    say_outcomes(t, by_outcome, sizeof(by_outcome));
    if (limit > 0)
        snprintf(within, sizeof(within), " (limit %" PRId64 ")", limit);
    return finding(FAIL, first,
                   "%" PRIu64 " of %" PRIu64 " %s: %s%s; the first was request %" PRIu32
                   " of lane %s at %.1f ms, %s",
                   t->in_all, f->all.requests, what, by_outcome, within, first->id,
                   lane_name(f, first), ms(first->sent), while_of(first));
}

/* none: what to add where there was not one */
static struct finding within_limits(const struct facts *f, const struct tally *t, const char *what,
                                    const char *none)
{
    char by_outcome[120] = "";

    say_outcomes(t, by_outcome, sizeof(by_outcome));
    if (t->untold)
        return finding(UNKNOWN, NULL,
                       "%s while %" PRIu64 " of %" PRIu64 " requests had no answer yet%s%s",
                       facts_why_untold(f), t->untold, f->all.requests,
                       t->in_all ? "; of the others: " : "", by_outcome);
    if (t->in_all)
        return finding(PASS, t->first, "%" PRIu64 " of %" PRIu64 " %s, within the limit: %s",
                       t->in_all, f->all.requests, what, by_outcome);
    return finding(PASS, NULL, "0 of %" PRIu64 " %s%s", f->all.requests, what, none);
}

/* Where the kernel's evidence tells how. */
static struct finding and_why(const struct facts *f, struct finding found)
{
    size_t used = strlen(found.why);

    closings_say(f, found.why + used, sizeof(found.why) - used);
    return found;
}

struct finding no_request_lost(const struct facts *f)
{
    const char *what = "requests were lost";
    struct tally t = { 0 };
    char none[NONE_LOST_SIZE];

    if (f->h->n_samples == 0)
        return finding_not_applicable("no request was sent");
    count(f, CLASS_LOST, true, &t);
    for (size_t i = 0; i < f->sc->n_lanes && i <= UINT8_MAX; i++)
        if (f->sc->lanes[i].lost >= 0 && t.by_lane[i] > (uint64_t)f->sc->lanes[i].lost)
            return and_why(f, too_many(f, &t, what, t.first_of[i], f->sc->lanes[i].lost));
    if (t.shared && (int64_t)t.shared > f->sc->limits.lost)
        return and_why(f, too_many(f, &t, what, t.first_shared, f->sc->limits.lost));
    none_lost_say(f, none);
    return and_why(f, within_limits(f, &t, what, none));
}

struct finding no_wrong_answer(const struct facts *f)
{
    const char *what = "requests were answered wrongly";
    struct tally t = { 0 };

    if (f->h->n_samples == 0)
        return finding_not_applicable("no request was sent");
    count(f, CLASS_WRONG, false, &t);
    if (t.in_all && (int64_t)t.in_all > f->sc->limits.wrong)
        return too_many(f, &t, what, t.first, f->sc->limits.wrong);
    return within_limits(f, &t, what, "");
}

struct finding no_slow_answer(const struct facts *f)
{
    int64_t limit = f->sc->limits.latency, worst = INT64_MIN, worst_doubtful = INT64_MIN;
    const struct sample *slowest = NULL, *doubtful = NULL;
    uint64_t slow = 0;

    if (f->all.ok == 0)
        return finding_not_applicable("no request was answered");
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct lane *lane = facts_lane(f, s);
        int64_t took = s->done - s->due - (lane ? lane->work + lane_pace(lane, s->bytes) : 0);

        if (s->outcome != OUTCOME_OK)
            continue;
        slow += took > limit;
        if (took > worst && (took <= limit || (took - (s->sent - s->due) > limit &&
                                               facts_starved(f, s->due, s->done) < took - limit))) {
            worst = took;
            slowest = s;
        } else if (took > limit && took > worst_doubtful) {
            worst_doubtful = took;
            doubtful = s;
        }
    }
    if (slowest && worst > limit)
        return finding(FAIL, slowest,
                       "%" PRIu64 " of %" PRIu64
                       " answers took longer than %.1f ms; the slowest, to "
                       "request %" PRIu32 " of lane %s at %.1f ms, took %.1f ms",
                       slow, f->all.ok, ms(limit), slowest->id, lane_name(f, slowest),
                       ms(slowest->due), ms(worst));
    if (doubtful)
        return finding(UNKNOWN, doubtful,
                       "request %" PRIu32
                       " of lane %s at %.1f ms took %.1f ms (limit %.1f ms), but "
                       "it left %.1f ms late and the machine was starved for %.1f ms",
                       doubtful->id, lane_name(f, doubtful), ms(doubtful->due), ms(worst_doubtful),
                       ms(limit), ms(doubtful->sent - doubtful->due),
                       ms(facts_starved(f, doubtful->due, doubtful->done)));
    return finding(PASS, slowest, "the slowest of %" PRIu64 " answers took %.1f ms (limit %.1f ms)",
                   f->all.ok, ms(worst), ms(limit));
}

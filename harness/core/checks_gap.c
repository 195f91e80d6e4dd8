/* Did answers stop coming?  Silence that no single request shows. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>

/* Below so many requests in the limit chance alone leaves such gaps. */
#define POISSON_ENOUGH 20

/* The silence that the lane's own rhythm causes; -1: it cannot be judged.  Too few
   requests leave such gaps by themselves, and so do answers that take long, for no
   server takes exactly as long each time. */
static int64_t spacing_of(const struct lane *lane, int64_t limit)
{
    double spacing = NS_PER_S / lane->rate;

    if (lane->shape == SHAPE_BURST && lane->burst)
        spacing *= lane->burst;
    if (lane->shape == SHAPE_POISSON)
        spacing *= POISSON_ENOUGH;
    if (!(spacing >= 0 && spacing <= (double)limit) || lane->work > limit)
        return -1;
    return (int64_t)(lane->shape == SHAPE_POISSON ? spacing / POISSON_ENOUGH : spacing);
}

/* The gap that most exceeds what its lane's rhythm and the limit allow, for which
   the server is to blame, and the one for which the machine may be. */
struct gaps {
    struct gap blamed, doubtful;
    int64_t excess_blamed, excess_doubtful;
    size_t lane_blamed, lane_doubtful;
};

/* A refusal is no matter of time: no starved machine explains it away. */
static const struct sample *cut_within(const struct facts *f, size_t lane, const struct gap *gap)
{
    for (size_t i = facts_first_sent(f, gap->from); i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (s->sent > gap->to)
            break;
        if (s->lane == lane && (s->outcome == OUTCOME_REFUSED || s->outcome == OUTCOME_RESET ||
                                s->outcome == OUTCOME_EMPTY || s->outcome == OUTCOME_RESENT))
            return s;
    }
    return NULL;
}

static void judge_lane(const struct facts *f, size_t lane, int64_t limit, struct gaps *gaps)
{
    const struct lane_facts *l = &f->lanes[lane];
    struct gap gap;

    if (l->longest_gap <= limit)
        return;
    for (size_t i = 0; i <= l->ok; i++) {
        int64_t length;

        if (!facts_gap(l, i, &gap) || gap.to - gap.from <= limit)
            continue;
        length = gap.to - gap.from;
        if (cut_within(f, lane, &gap) || facts_starved(f, gap.from, gap.to) < length - limit) {
            if (length > gaps->blamed.to - gaps->blamed.from) {
                gaps->blamed = gap;
                gaps->lane_blamed = lane;
            }
        } else if (length > gaps->doubtful.to - gaps->doubtful.from) {
            gaps->doubtful = gap;
            gaps->lane_doubtful = lane;
        }
    }
}

/* The request that shows it: one that was cut in the gap, or whose answer ended it. */
static const struct sample *shown_by(const struct facts *f, size_t lane, const struct gap *gap)
{
    const struct sample *cut = cut_within(f, lane, gap);

    for (size_t i = 0; !cut && i < f->h->n_samples; i++)
        if (f->h->samples[i].lane == lane && f->h->samples[i].done == gap->to)
            return &f->h->samples[i];
    return cut;
}

static const char *name_of(const struct facts *f, size_t lane)
{
    return f->sc->lanes[lane].name ? f->sc->lanes[lane].name : "?";
}

static struct finding no_gap_found(const struct facts *f, size_t judged, const char *thin)
{
    size_t worst = SIZE_MAX;

    for (size_t i = 0; i < f->sc->n_lanes; i++)
        if (spacing_of(&f->sc->lanes[i], f->sc->limits.gap) >= 0 &&
            (worst == SIZE_MAX || f->lanes[i].longest_gap > f->lanes[worst].longest_gap))
            worst = i;
    if (judged == 0 || worst == SIZE_MAX)
        return finding_not_applicable("no lane can show a gap of %.1f ms%s", ms(f->sc->limits.gap),
                                      thin);
    return finding(PASS, NULL,
                   "the longest time without an answer was %.1f ms, in lane %s at %.1f ms "
                   "(limit %.1f ms)%s",
                   ms(f->lanes[worst].longest_gap), name_of(f, worst),
                   ms(f->lanes[worst].longest_gap_at), ms(f->sc->limits.gap), thin);
}

struct finding no_long_gap(const struct facts *f)
{
    struct gaps gaps = { 0 };
    char thin[64] = "";
    size_t judged = 0;

    if (f->h->n_samples == 0)
        return finding_not_applicable("no request was sent");
    for (size_t i = 0; i < f->sc->n_lanes && i <= UINT8_MAX; i++) {
        int64_t spacing = spacing_of(&f->sc->lanes[i], f->sc->limits.gap);

        if (spacing < 0) {
            snprintf(thin, sizeof(thin), "; lane %.20s is too %s to be judged", name_of(f, i),
                     f->sc->lanes[i].work > f->sc->limits.gap ? "slow" : "thin");
        } else if (f->lanes[i].requests) {
            judged++;
            judge_lane(f, i, f->sc->limits.gap + spacing, &gaps);
        }
    }
    if (gaps.blamed.to > gaps.blamed.from)
        return finding(FAIL, shown_by(f, gaps.lane_blamed, &gaps.blamed),
                       "lane %s got no answer for %.1f ms, from %.1f ms on (limit %.1f ms)%s",
                       name_of(f, gaps.lane_blamed), ms(gaps.blamed.to - gaps.blamed.from),
                       ms(gaps.blamed.from), ms(f->sc->limits.gap), thin);
    if (gaps.doubtful.to > gaps.doubtful.from)
        return finding(
            UNKNOWN, shown_by(f, gaps.lane_doubtful, &gaps.doubtful),
            "lane %s got no answer for %.1f ms, from %.1f ms on (limit %.1f ms), but the "
            "machine starved us of its CPUs for %.1f ms",
            name_of(f, gaps.lane_doubtful), ms(gaps.doubtful.to - gaps.doubtful.from),
            ms(gaps.doubtful.from), ms(f->sc->limits.gap),
            ms(facts_starved(f, gaps.doubtful.from, gaps.doubtful.to)));
    return no_gap_found(f, judged, thin);
}

/* Did answers stop coming?  Silence that no single request shows. */
#include "core/checks.h"
#include "core/gaps.h"

#include <inttypes.h>
#include <stdio.h>

static const char *name_of(const struct facts *f, size_t lane)
{
    return f->sc->lanes[lane].name ? f->sc->lanes[lane].name : "?";
}

static struct finding no_gap_found(const struct facts *f, size_t judged, const char *thin)
{
    size_t worst = SIZE_MAX;

    for (size_t i = 0; i < f->sc->n_lanes; i++)
        if (gaps_can_show(&f->sc->lanes[i], f->sc->limits.gap) &&
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
    struct gaps gaps;
    char thin[64] = "";

    if (f->h->n_samples == 0)
        return finding_not_applicable("no request was sent");
    gaps = gaps_find(f, INT64_MIN, INT64_MAX);
    if (gaps.mute)
        snprintf(thin, sizeof(thin), "; lane %.20s is too %s to be judged",
                 gaps.mute->name ? gaps.mute->name : "?",
                 gaps.mute->work > f->sc->limits.gap ? "slow" : "thin");
    if (gaps.blamed.to > gaps.blamed.from)
        return finding(FAIL, gaps_shown_by(f, gaps.lane_blamed, &gaps.blamed),
                       "lane %s got no answer for %.1f ms, from %.1f ms on (limit %.1f ms)%s",
                       name_of(f, gaps.lane_blamed), ms(gaps.blamed.to - gaps.blamed.from),
                       ms(gaps.blamed.from), ms(f->sc->limits.gap), thin);
    if (gaps.doubtful.to > gaps.doubtful.from)
        return finding(
            UNKNOWN, gaps_shown_by(f, gaps.lane_doubtful, &gaps.doubtful),
            "lane %s got no answer for %.1f ms, from %.1f ms on (limit %.1f ms), but the "
            "machine starved us of its CPUs for %.1f ms",
            name_of(f, gaps.lane_doubtful), ms(gaps.doubtful.to - gaps.doubtful.from),
            ms(gaps.doubtful.from), ms(f->sc->limits.gap),
            ms(facts_starved(f, gaps.doubtful.from, gaps.doubtful.to)));
    return no_gap_found(f, gaps.judged, thin);
}

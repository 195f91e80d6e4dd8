/* When did answers stop coming, and is the server to blame? */
#include "core/gaps.h"

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

bool gaps_can_show(const struct lane *lane, int64_t limit)
{
    return spacing_of(lane, limit) >= 0;
}

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

static bool clip(struct gap *gap, int64_t from, int64_t to)
{
    if (gap->from < from)
        gap->from = from;
    if (gap->to > to)
        gap->to = to;
    return gap->from < gap->to;
}

/* The first gap that ends later than that; they follow one another. */
static size_t first_after(const struct lane_facts *l, int64_t from)
{
    size_t low = 0, high = l->ok;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->answers[middle] <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void judge_lane(const struct facts *f, size_t lane, int64_t limit, int64_t from, int64_t to,
                       struct gaps *gaps)
{
    const struct lane_facts *l = &f->lanes[lane];
    struct gap gap;

    for (size_t i = first_after(l, from); i <= l->ok; i++) {
        int64_t length;

        if (i > 0 && l->answers[i - 1] >= to)
            break;
        if (!facts_gap(l, i, &gap) || !clip(&gap, from, to) || gap.to - gap.from <= limit)
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

const struct sample *gaps_shown_by(const struct facts *f, size_t lane, const struct gap *gap)
{
    const struct sample *cut = cut_within(f, lane, gap);

    for (size_t i = 0; !cut && i < f->h->n_samples; i++)
        if (f->h->samples[i].lane == lane && f->h->samples[i].done == gap->to)
            return &f->h->samples[i];
    return cut;
}

struct gaps gaps_find(const struct facts *f, int64_t from, int64_t to)
{
    int64_t limit = f->sc->limits.gap;
    struct gaps gaps = { 0 };

    for (size_t i = 0; i < f->sc->n_lanes && i <= UINT8_MAX; i++) {
        int64_t spacing = spacing_of(&f->sc->lanes[i], limit);

        if (spacing < 0) {
            gaps.mute = &f->sc->lanes[i];
        } else if (f->lanes[i].requests) {
            gaps.judged++;
            judge_lane(f, i, limit + spacing, from, to, &gaps);
        }
    }
    return gaps;
}

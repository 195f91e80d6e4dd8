/* When should each request leave?  Pure: no clock, no I/O, so the same scenario
   and seed always yield the same plan, however slow the server is. */
#include "core/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014; constants as in Vigna's public domain version. */
static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* How many requests of an even rate come before the next of a poisson lane, on average one. */
static double draw(struct schedule *s)
{
    /* 53 random bits, in (0, 1] so that the logarithm is finite */
    double u = (double)((splitmix64(&s->random) >> 11) + 1) * 0x1p-53;

    return -log(u);
}

void schedule_start(struct schedule *s, const struct lane *lane, uint64_t seed,
                    unsigned lane_number)
{
    uint64_t mixed = lane_number;

    /* Mixed, not added: states one step apart yield the same numbers shifted. */
    *s = (struct schedule){ .lane = lane, .corner = { .at = lane->from } };
    s->random = seed ^ splitmix64(&mixed);
    s->random = splitmix64(&s->random);
    s->sum = draw(s);
}

void schedule_free(struct schedule *s)
{
    free(s->bursts);
    s->bursts = NULL;
}

void schedule_expect(struct schedule *s, int64_t upgrade, int64_t now)
{
    const struct lane *lane = s->lane;
    struct burst b = { upgrade - lane->at_upgrade.before, upgrade + lane->at_upgrade.after };
    size_t at = s->n;

    if (b.from < now)
        b.from = now;
    if (!(lane->at_upgrade.rate > 0) || b.from >= b.until)
        return;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 4;
        s->bursts = mem_grow(s->bursts, s->room, sizeof(*s->bursts));
    }
    while (at > s->first && s->bursts[at - 1].from > b.from)
        at--;
    memmove(s->bursts + at + 1, s->bursts + at, (s->n++ - at) * sizeof(*s->bursts));
    s->bursts[at] = b;
}

/* How many requests the rate has brought when the next one is due. */

static double sum_steady(const struct schedule *s)
{
    return (double)s->i;
}

static double sum_poisson(const struct schedule *s)
{
    return s->sum;
}

static double sum_burst(const struct schedule *s)
{
    uint64_t burst = s->lane->burst ? s->lane->burst : 1;

    return (double)(s->i / burst * burst);
}

static double (*const sum_by_shape[])(const struct schedule *) = {
    [SHAPE_STEADY] = sum_steady,
    [SHAPE_POISSON] = sum_poisson,
    [SHAPE_BURST] = sum_burst,
};

/* In ns since the lane began, as a double: exact to far below 1 ns for days, and without
   overflow when the rate is tiny.  From corner to corner, each a change of rate. */
static double walk(const struct schedule *s, struct corner *c)
{
    double sum = sum_by_shape[s->lane->shape](s);

    *c = s->corner;
    for (size_t b = s->first;;) {
        double rate = s->lane->rate, since = (double)(c->at - s->lane->from), due;
        bool within;
        int64_t end;

        while (b < s->n && s->bursts[b].until <= c->at)
            b++;
        within = b < s->n && s->bursts[b].from <= c->at;
        if (within)
            rate = s->lane->at_upgrade.rate;
        due = since + fmax(sum - c->requests, 0) * NS_PER_S / rate;
        if (b == s->n)
            return due;
        end = within ? s->bursts[b].until : s->bursts[b].from;
        if (due < (double)(end - s->lane->from))
            return due;
        c->requests += (double)(end - c->at) * rate / NS_PER_S;
        c->at = end;
    }
}

static bool look(const struct schedule *s, struct corner *c, int64_t *due)
{
    const struct lane *lane = s->lane;
    double since;

    if (lane->count && s->i == lane->count)
        return false;
    since = walk(s, c);
    if (!(since < (double)(lane->until - lane->from)))
        return false;
    *due = lane->from + llround(since);
    return *due < lane->until;
}

bool schedule_due(const struct schedule *s, int64_t *due)
{
    struct corner c;

    return look(s, &c, due);
}

bool schedule_next(struct schedule *s, int64_t *due)
{
    struct corner c;

    if (!look(s, &c, due))
        return false;
    s->corner = c;
    while (s->first < s->n && s->bursts[s->first].until <= c.at)
        s->first++;
    if (s->lane->shape == SHAPE_POISSON)
        s->sum += draw(s);
    s->i++;
    return true;
}

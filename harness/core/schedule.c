/* When should each request leave?  Pure: no clock, no I/O, so the same scenario
   and seed always yield the same plan, however slow the server is. */
#include "core/schedule.h"

#include <math.h>

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014; constants as in Vigna's public domain version. */
static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void schedule_start(struct schedule *s, const struct lane *lane, uint64_t seed,
                    unsigned lane_number)
{
    uint64_t mixed = lane_number;

    /* Mixed, not added: states one step apart yield the same numbers shifted. */
    *s = (struct schedule){ .lane = lane, .next = lane->from };
    s->random = seed ^ splitmix64(&mixed);
    s->random = splitmix64(&s->random);
}

/* All three in ns since the lane began, as a double: exact to far below 1 ns for
   days, and without overflow when the rate is tiny. */

static double due_steady(struct schedule *s)
{
    return (double)s->i * NS_PER_S / s->lane->rate;
}

static double due_poisson(struct schedule *s)
{
    /* 53 random bits, in (0, 1] so that the logarithm is finite */
    double u = (double)((splitmix64(&s->random) >> 11) + 1) * 0x1p-53;

    return (double)(s->next - s->lane->from) - log(u) * NS_PER_S / s->lane->rate;
}

static double due_burst(struct schedule *s)
{
    uint64_t burst = s->lane->burst ? s->lane->burst : 1;

    return (double)(s->i / burst) * (double)burst * NS_PER_S / s->lane->rate;
}

static double (*const due_by_shape[])(struct schedule *) = {
    [SHAPE_STEADY] = due_steady,
    [SHAPE_POISSON] = due_poisson,
    [SHAPE_BURST] = due_burst,
};

bool schedule_next(struct schedule *s, int64_t *due)
{
    const struct lane *lane = s->lane;
    double since;

    if (lane->count && s->i == lane->count)
        return false;
    since = due_by_shape[lane->shape](s);
    if (!(since < (double)(lane->until - lane->from)))
        return false;
    *due = lane->from + llround(since);
    if (*due >= lane->until)
        return false;
    s->next = *due;
    s->i++;
    return true;
}

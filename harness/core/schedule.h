/* When should each request leave?  Pure: no clock, no I/O, so the same scenario
   and seed always yield the same plan, however slow the server is. */
#ifndef HUPPROOF_SCHEDULE_H
#define HUPPROOF_SCHEDULE_H

#include "core/scenario.h"

/* A time in which the lane's rate is that of at_upgrade. */
struct burst {
    int64_t from, until;
};

/* By then the rate had brought so many requests. */
struct corner {
    int64_t at;
    double requests;
};

struct schedule {
    const struct lane *lane;
    uint64_t i;            /* how many were given out */
    uint64_t random;       /* state, seeded by scenario and lane */
    double sum;            /* poisson: the next is due when the rate has brought so many */
    struct corner corner;  /* the last change of rate before the last one given out */
    struct burst *bursts;  /* in the order they begin */
    size_t first, n, room; /* first: those before it are over */
};

void schedule_start(struct schedule *s, const struct lane *lane, uint64_t seed,
                    unsigned lane_number);
void schedule_free(struct schedule *s);

/* An upgrade is to begin at that time, as is known `now`: before that nothing changes, and
   nothing that is due later may have been given out.  Bursts that overlap are one. */
void schedule_expect(struct schedule *s, int64_t upgrade, int64_t now);

/* When the next request is due, in ns since the load began; false: the lane is over (until,
   count), unless an upgrade is yet to be expected. */
bool schedule_due(const struct schedule *s, int64_t *due);

/* Gives that one out.  Times never decrease. */
bool schedule_next(struct schedule *s, int64_t *due);

#endif

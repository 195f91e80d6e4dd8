/* When should each request leave?  Pure: no clock, no I/O, so the same scenario
   and seed always yield the same plan, however slow the server is. */
#ifndef HUPPROOF_SCHEDULE_H
#define HUPPROOF_SCHEDULE_H

#include "core/scenario.h"

struct schedule {
    const struct lane *lane;
    int64_t next;    /* poisson: the last due time */
    uint64_t i;      /* how many were given out */
    uint64_t random; /* state, seeded by scenario and lane */
};

void schedule_start(struct schedule *s, const struct lane *lane, uint64_t seed,
                    unsigned lane_number);

/* The next due time in ns since the load began, never decreasing; false when
   the lane is over (until, count). */
bool schedule_next(struct schedule *s, int64_t *due);

#endif

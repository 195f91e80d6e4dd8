/* What would a long run have recorded?  A history made up, but as a real one
   would be: 2,000 requests a second over three lanes, a leader and four workers,
   three upgrades with requests that straddle them. */
#ifndef HUPPROOF_BENCH_LONG_RUN_H
#define HUPPROOF_BENCH_LONG_RUN_H

#include "core/history.h"
#include "core/scenario.h"

/* n requests, about one in lost_of lost (0: none).  Not frozen.  Both are the
   caller's to free. */
void long_run(struct scenario *sc, struct history *h, size_t n, unsigned lost_of);

#endif

/* What do many numbers say?  Pure. */
#ifndef HUPPROOF_STATS_H
#define HUPPROOF_STATS_H

#include "core/base.h"

/* Sorts in place, ascending. */
void stats_sort(int64_t *values, size_t n);

/* Nearest-rank percentile of sorted values, p in 0..100; 0 when there are none. */
int64_t stats_percentile(const int64_t *sorted, size_t n, double p);

#endif

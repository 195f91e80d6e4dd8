/* What do many numbers say?  Pure. */
#ifndef HUPPROOF_STATS_H
#define HUPPROOF_STATS_H

#include "core/base.h"

/* Sorts in place, ascending. */
void stats_sort(int64_t *values, size_t n);

/* Nearest-rank percentile of sorted values, p in 0..100; 0 when there are none. */
int64_t stats_percentile(const int64_t *sorted, size_t n, double p);

#define STATS_CONFIDENCE 0.95

/* Of n tries so many went wrong: with STATS_CONFIDENCE at most this share of all tries
   does, 0..1.  Exact, one-sided, if each try is as likely as any other to go wrong; -1:
   there was none. */
double stats_upper_bound(uint64_t wrong, uint64_t n);

/* Does y rise with x, how fast, and how surely?  x must ascend strictly. */
struct trend {
    double slope;     /* Theil-Sen: the median of the slopes between any two */
    double tau;       /* Kendall's: 1 when every pair rises, -1 when every pair falls */
    double deviation; /* from the line with that slope through the middle, on average */
};

/* n >= 2; takes memory and time as n * n. */
struct trend stats_trend(const double *x, const double *y, size_t n);

#endif

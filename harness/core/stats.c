/* What do many numbers say?  Pure. */
#include "core/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     (1 << DIGIT_BITS)
#define FEW        256

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Flipping the sign bit lets negative numbers sort before the others. */
static size_t digit_of(int64_t value, unsigned shift)
{
    return ((uint64_t)value ^ (UINT64_C(1) << 63)) >> shift & (DIGITS - 1);
}

/* Radix sort, least digit first: a million latencies in a few milliseconds,
   and digits that all values share cost nothing but a look. */
void stats_sort(int64_t *values, size_t n)
{
    int64_t *from = values, *to, *room;

    if (n < FEW) {
        if (n > 1)
            qsort(values, n, sizeof(values[0]), compare);
        return;
    }
    to = room = mem_new(n, sizeof(values[0]));
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        size_t place[DIGITS] = { 0 }, sum = 0;

        for (size_t i = 0; i < n; i++)
            place[digit_of(from[i], shift)]++;
        if (place[digit_of(from[0], shift)] == n)
            continue;
        for (size_t d = 0; d < DIGITS; d++) {
            size_t count = place[d];

            place[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            to[place[digit_of(from[i], shift)]++] = from[i];
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, n * sizeof(values[0]));
    free(room);
}

int64_t stats_percentile(const int64_t *sorted, size_t n, double p)
{
    double rank;

    if (n == 0)
        return 0;
    rank = ceil(p / 100 * (double)n);
    if (!(rank >= 1))
        return sorted[0];
    return rank >= (double)n ? sorted[n - 1] : sorted[(size_t)rank - 1];
}

/* How likely are at most `wrong` of n, when each goes wrong with likelihood p?  p has to be
   above wrong / n: then each term is smaller than the one before. */
static double at_most(double wrong, double n, double p)
{
    double term = exp(lgamma(n + 1) - lgamma(wrong + 1) - lgamma(n - wrong + 1) + wrong * log(p) +
                      (n - wrong) * log1p(-p));
    double sum = term;

    for (double k = wrong; k > 0 && term > sum * 1e-17; k--) {
        term *= k * (1 - p) / ((n - k + 1) * p);
        sum += term;
    }
    return sum;
}

/* Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated
   in the case of the binomial", Biometrika 26 (1934). */
double stats_upper_bound(uint64_t wrong, uint64_t n)
{
    double low, high = 1, doubt = 1 - STATS_CONFIDENCE;

    if (n == 0)
        return -1;
    if (wrong >= n)
        return 1;
    if (wrong == 0)
        return -expm1(log(doubt) / (double)n);
    low = (double)wrong / (double)n;
    for (double middle; (middle = low + (high - low) / 2) > low && middle < high;) {
        if (at_most((double)wrong, (double)n, middle) > doubt)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof(values[0]), compare_doubles);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Sources: P. K. Sen, "Estimates of the regression coefficient based on Kendall's
   tau", Journal of the American Statistical Association 63 (1968); M. G. Kendall,
   "A new measure of rank correlation", Biometrika 30 (1938), without his
   correction for ties: two that are equal do not rise. */
struct trend stats_trend(const double *x, const double *y, size_t n)
{
    size_t pairs = n * (n - 1) / 2, k = 0;
    double *values = mem_new(pairs + n, sizeof(*values)), middle;
    struct trend t = { 0 };

    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            values[k++] = (y[j] - y[i]) / (x[j] - x[i]);
            t.tau += (y[j] > y[i]) - (y[j] < y[i]);
        }
    }
    t.tau /= (double)pairs;
    t.slope = median(values, pairs);
    for (size_t i = 0; i < n; i++)
        values[i] = y[i] - t.slope * x[i];
    middle = median(values, n);
    for (size_t i = 0; i < n; i++)
        t.deviation += fabs(y[i] - t.slope * x[i] - middle) / (double)n;
    free(values);
    return t;
}

/* Do many numbers say what they should? */
#include "core/stats.h"
#include "hand_made.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void expect_sorted(size_t n, int shift)
{
    int64_t *values = mem_new(n, sizeof(*values)), *expected = mem_new(n, sizeof(*values));
    uint64_t random = 12345;

    for (size_t i = 0; i < n; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        values[i] = expected[i] = (int64_t)random >> shift;
    }
    stats_sort(values, n);
    qsort(expected, n, sizeof(*expected), compare);
    EXPECT(memcmp(values, expected, n * sizeof(*values)) == 0);
    free(values);
    free(expected);
}

static void values_of_any_sign_and_size_are_sorted(void **state)
{
    (void)state;
    for (size_t n = 0; n < 1000; n += 83)
        for (int shift = 0; shift < 64; shift += 9)
            expect_sorted(n, shift);
    expect_sorted(100000, 20);
}

static void a_percentile_is_a_value_that_was_there(void **state)
{
    int64_t values[] = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 };

    (void)state;
    EXPECT(stats_percentile(values, 10, 50) == 50);
    EXPECT(stats_percentile(values, 10, 51) == 60);
    EXPECT(stats_percentile(values, 10, 99) == 100);
    EXPECT(stats_percentile(values, 10, 100) == 100);
    EXPECT(stats_percentile(values, 10, 0) == 10);
    EXPECT(stats_percentile(values, 1, 50) == 10);
    EXPECT(stats_percentile(values, 0, 50) == 0);
}

static void a_trend_is_what_most_pairs_say(void **state)
{
    const double x[] = { 1, 2, 4, 5, 6, 7 }, line[] = { 10, 12, 16, 18, 20, 22 };
    const double flat[] = { 3, 3, 3, 3, 3, 3 }, falls[] = { 7, 6, 4, 3, 2, 1 };
    const double outlier[] = { 10, 12, 16, 18, 20, 90 };
    struct trend t = stats_trend(x, line, 6);

    (void)state;
    EXPECT(t.slope == 2 && t.tau == 1 && t.deviation < 1e-9);
    t = stats_trend(x, flat, 6);
    EXPECT(t.slope == 0 && t.tau == 0 && t.deviation == 0);
    t = stats_trend(x, falls, 6);
    EXPECT(t.slope == -1 && t.tau == -1);
    t = stats_trend(x, outlier, 6);
    EXPECT(t.slope == 2 && t.tau == 1 && t.deviation > 11);
    t = stats_trend(x, line, 2);
    EXPECT(t.slope == 2 && t.tau == 1);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9 * b;
}

static void none_of_few_bounds_little(void **state)
{
    (void)state;
    EXPECT(near(stats_upper_bound(0, 1), 0.95));
    EXPECT(near(stats_upper_bound(0, 59), 0.04950760988822695));
    EXPECT(near(stats_upper_bound(0, 3000), 0.0009980790119965871));
    EXPECT(stats_upper_bound(0, 10000000) > 2.99e-7 && stats_upper_bound(0, 10000000) < 3e-7);
}

/* What was to be expected is the sum of the tail in exact fractions. */
static void a_bound_is_exact(void **state)
{
    (void)state;
    EXPECT(near(stats_upper_bound(1, 10), 0.3941633024365048));
    EXPECT(near(stats_upper_bound(9, 10), 0.9948838031081764));
    EXPECT(near(stats_upper_bound(30, 100), 0.38422061279420167));
    EXPECT(stats_upper_bound(10, 10) == 1);
    /* of so many the tail is as the normal distribution's: 1.645 deviations */
    EXPECT(fabs(stats_upper_bound(1000000, 10000000) - 0.1 - 1.645 * sqrt(0.09 / 1e7)) < 1e-6);
}

static void of_no_tries_nothing_is_known(void **state)
{
    (void)state;
    EXPECT(stats_upper_bound(0, 0) == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_of_any_sign_and_size_are_sorted),
        TEST(a_percentile_is_a_value_that_was_there),
        TEST(none_of_few_bounds_little),
        TEST(a_bound_is_exact),
        TEST(of_no_tries_nothing_is_known),
        TEST(a_trend_is_what_most_pairs_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

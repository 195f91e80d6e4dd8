/* Do many numbers say what they should? */
#include "core/stats.h"
#include "hand_made.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_of_any_sign_and_size_are_sorted),
        TEST(a_percentile_is_a_value_that_was_there),
        TEST(a_trend_is_what_most_pairs_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

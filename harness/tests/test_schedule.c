/* Does each request leave when its shape says? */
#include "core/schedule.h"
#include "hand_made.h"

#include <math.h>

static struct lane lane_of(enum shape shape, double rate, double seconds)
{
    return (struct lane){ .shape = shape, .rate = rate, .until = (int64_t)(seconds * NS_PER_S) };
}

static void steady_requests_never_drift(void **state)
{
    struct lane lane = lane_of(SHAPE_STEADY, 7, 7200);
    struct schedule s;
    int64_t due = -1;

    (void)state;
    schedule_start(&s, &lane, 1, 0);
    for (int i = 0; i <= 7 * 3600; i++)
        EXPECT(schedule_next(&s, &due));
    EXPECT(due == 3600 * NS_PER_S);

    lane = lane_of(SHAPE_STEADY, 1e6, 36000);
    schedule_start(&s, &lane, 1, 0);
    s.i = UINT64_C(3600) * 1000000 + 1;
    EXPECT(schedule_next(&s, &due));
    EXPECT(due == 3600 * NS_PER_S + NS_PER_US);
}

static void a_lane_begins_and_ends_when_it_should(void **state)
{
    struct lane lane = lane_of(SHAPE_STEADY, 10, 2);
    struct schedule s;
    int64_t due, first = -1, last = -1;
    int n = 0;

    (void)state;
    lane.from = NS_PER_S;
    schedule_start(&s, &lane, 1, 0);
    for (; schedule_next(&s, &due); n++, last = due)
        first = n == 0 ? due : first;
    EXPECT(n == 10);
    EXPECT(first == NS_PER_S && last == NS_PER_S + 900 * NS_PER_MS);

    lane.count = 3;
    schedule_start(&s, &lane, 1, 0);
    for (n = 0; schedule_next(&s, &due); n++)
        ;
    EXPECT(n == 3);
    EXPECT(!schedule_next(&s, &due));
}

static void a_tiny_rate_sends_one_request(void **state)
{
    struct lane lane = lane_of(SHAPE_STEADY, 1e-300, 10);
    struct schedule s;
    int64_t due = -1;

    (void)state;
    schedule_start(&s, &lane, 1, 0);
    EXPECT(schedule_next(&s, &due) && due == 0);
    EXPECT(!schedule_next(&s, &due));
}

static void poisson_requests_come_at_random_with_the_right_mean(void **state)
{
    struct lane lane = lane_of(SHAPE_POISSON, 1000, 1000);
    int64_t due, last = 0;
    struct schedule s;
    double squares = 0;
    int n = 0;

    (void)state;
    schedule_start(&s, &lane, 42, 0);
    for (; schedule_next(&s, &due); n++, last = due) {
        EXPECT(due >= last);
        squares += (double)(due - last) * (double)(due - last) / 1e12;
    }
    EXPECT(n > 1000000 - 5000 && n < 1000000 + 5000); /* five sigma */
    /* an exponential's mean square is twice its squared mean */
    EXPECT(fabs(squares / n - 2) < 0.05);
}

static int64_t tenth(uint64_t seed, unsigned number)
{
    struct lane lane = lane_of(SHAPE_POISSON, 100, 100);
    struct schedule s;
    int64_t due = 0;

    schedule_start(&s, &lane, seed, number);
    for (int i = 0; i < 10; i++)
        schedule_next(&s, &due);
    return due;
}

static void the_same_seed_gives_the_same_plan(void **state)
{
    (void)state;
    EXPECT(tenth(1, 0) == tenth(1, 0));
    EXPECT(tenth(1, 0) != tenth(2, 0));
    EXPECT(tenth(1, 0) != tenth(1, 1));
}

static void a_burst_leaves_at_one_instant(void **state)
{
    struct lane lane = lane_of(SHAPE_BURST, 100, 10);
    struct schedule s;
    int64_t due;

    (void)state;
    lane.burst = 5;
    schedule_start(&s, &lane, 1, 0);
    for (int i = 0; i < 15; i++) {
        EXPECT(schedule_next(&s, &due));
        EXPECT(due == i / 5 * 50 * NS_PER_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steady_requests_never_drift),
        TEST(a_lane_begins_and_ends_when_it_should),
        TEST(a_tiny_rate_sends_one_request),
        TEST(poisson_requests_come_at_random_with_the_right_mean),
        TEST(the_same_seed_gives_the_same_plan),
        TEST(a_burst_leaves_at_one_instant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

/* Ten a second, a thousand from 100 ms before an upgrade to 200 ms after it. */
static struct lane bursting(enum shape shape)
{
    struct lane lane = lane_of(shape, 10, 10);

    lane.at_upgrade.rate = 1000;
    lane.at_upgrade.before = MS(100);
    lane.at_upgrade.after = MS(200);
    return lane;
}

/* How many are due within [from, to), in ms, of a plan that knows of these upgrades. */
static int due_within(const struct lane *lane, double from, double to, double one, double two)
{
    struct schedule s;
    int64_t due, last = 0;
    int n = 0;

    schedule_start(&s, lane, 1, 0);
    schedule_expect(&s, MS(one), 0);
    schedule_expect(&s, MS(two), 0);
    while (schedule_next(&s, &due)) {
        EXPECT(due >= last);
        last = due;
        n += due >= MS(from) && due < MS(to);
    }
    schedule_free(&s);
    return n;
}

static void around_an_upgrade_the_rate_is_the_bursts(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);

    (void)state;
    EXPECT(due_within(&lane, 0, 1900, 2000, 5000) == 19);
    EXPECT(due_within(&lane, 1900, 2200, 2000, 5000) == 300);
    EXPECT(due_within(&lane, 2200, 4900, 2000, 5000) == 27);
    EXPECT(due_within(&lane, 4900, 5200, 2000, 5000) == 300);
    EXPECT(due_within(&lane, 5200, 10000, 2000, 5000) == 48);
}

static void the_order_in_which_upgrades_become_known_is_no_matter(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);

    (void)state;
    for (int at = 0; at < 10000; at += 100)
        EXPECT(due_within(&lane, at, at + 100, 2000, 5000) ==
               due_within(&lane, at, at + 100, 5000, 2000));
}

static void bursts_that_overlap_are_one(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);

    (void)state;
    EXPECT(due_within(&lane, 1900, 2300, 2000, 2100) == 400);
    EXPECT(due_within(&lane, 0, 10000, 2000, 2100) == 400 + 96);
    EXPECT(due_within(&lane, 0, 10000, 2000, 2000) == 300 + 97);
    EXPECT(due_within(&lane, 1900, 2500, 2000, 2300) == 600); /* one begins as the other ends */
}

static void a_burst_keeps_to_the_lane(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);

    (void)state;
    EXPECT(due_within(&lane, 0, 200, 0, 5000) == 200); /* begins with the load */
    lane.from = MS(1950);
    lane.until = MS(2100);
    EXPECT(due_within(&lane, 0, 10000, 2000, 5000) == 150);
    lane.count = 20;
    EXPECT(due_within(&lane, 1950, 1970, 2000, 5000) == 20);
    EXPECT(due_within(&lane, 0, 10000, 2000, 5000) == 20);
}

static void a_burst_has_the_lanes_shape(void **state)
{
    struct lane lane = bursting(SHAPE_POISSON);
    int n;

    (void)state;
    lane.at_upgrade.rate = 100000;
    n = due_within(&lane, 1900, 2200, 2000, 5000);
    EXPECT(n > 30000 - 900 && n < 30000 + 900 && n != 30000); /* five sigma */
    lane = bursting(SHAPE_BURST);
    lane.burst = 5;
    EXPECT(due_within(&lane, 1900, 2200, 2000, 5000) == 300);
    EXPECT(due_within(&lane, 1900.1, 1905, 2000, 5000) % 5 == 0);
}

/* The plan up to a time does not change when an upgrade becomes known then. */
static void an_upgrade_may_become_known_late(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);
    struct schedule s;
    int64_t due = 0;

    (void)state;
    schedule_start(&s, &lane, 1, 0);
    for (int i = 0; i <= 20; i++)
        EXPECT(schedule_next(&s, &due) && due == i * MS(100));
    EXPECT(schedule_due(&s, &due) && due == MS(2100));
    schedule_expect(&s, MS(2030), MS(2020));             /* 100 ms before has passed */
    EXPECT(schedule_due(&s, &due) && due == MS(2020.8)); /* a fifth of it had come */
    schedule_free(&s);
}

static void a_lane_that_was_over_has_more_when_an_upgrade_comes(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);
    struct schedule s;
    int64_t due;

    (void)state;
    lane.rate = 0.1;
    schedule_start(&s, &lane, 1, 0);
    EXPECT(schedule_next(&s, &due) && due == 0);
    EXPECT(!schedule_due(&s, &due) && !schedule_next(&s, &due));
    schedule_expect(&s, MS(8000), MS(7000));
    EXPECT(schedule_due(&s, &due) && due > MS(7900) && due < MS(7901));
    schedule_expect(&s, MS(7000), MS(7500)); /* has been, and is not made up for */
    EXPECT(schedule_next(&s, &due) && due > MS(7900) && due < MS(7901));
    schedule_free(&s);
}

static void a_lane_without_bursts_does_not_care(void **state)
{
    struct lane lane = bursting(SHAPE_STEADY);

    (void)state;
    lane.at_upgrade.rate = 0;
    EXPECT(due_within(&lane, 0, 10000, 2000, 5000) == 100);
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
        TEST(around_an_upgrade_the_rate_is_the_bursts),
        TEST(the_order_in_which_upgrades_become_known_is_no_matter),
        TEST(bursts_that_overlap_are_one),
        TEST(a_burst_keeps_to_the_lane),
        TEST(a_burst_has_the_lanes_shape),
        TEST(an_upgrade_may_become_known_late),
        TEST(a_lane_that_was_over_has_more_when_an_upgrade_comes),
        TEST(a_lane_without_bursts_does_not_care),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

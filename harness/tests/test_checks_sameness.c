/* Is it seen when two generations or two versions serve at once? */
#include "hand_made.h"

static struct finding one(struct history h)
{
    return judge("only_one_generation_serves", h);
}

/* A master, 6, with worker 7; the upgrade at 1000 ms brings it worker 8. */
#define WORKERS                                                                                    \
    watched, born(.pid = 6), execs(.pid = 6, .ino = 11), born(.pid = 7, .value = 6),               \
        load_began(.at = 1), ok(.at = 2, .times = 99, .every = 10, .pid = 7), step(.at = 1000),    \
        born(.at = 1010, .pid = 8, .value = 6), ok(.at = 1020, .times = 98, .every = 10, .pid = 8)

static void one_after_the_other_is_fine(void **state)
{
    struct finding f = one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8)));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "outside the upgrades (1) one generation served at a time");
    /* both at once are fine as long as it lasts */
    EXPECT(one(HISTORY(WORKERS, ok(.at = 1021, .times = 98, .every = 10, .pid = 7))).verdict ==
           PASS);
}

static void who_waited_to_be_accepted_when_an_upgrade_began_is_answered_by_the_new(void **state)
{
    (void)state;
    EXPECT(one(HISTORY(WORKERS, ok(.at = 999, .took = 25, .pid = 8))).verdict == PASS);
    /* a slow answer of an old one, when no upgrade follows, is as bad as any */
    EXPECT(one(HISTORY(WORKERS, ok(.at = 2100, .times = 9, .every = 10, .pid = 8),
                       ok(.at = 2105, .took = 800, .pid = 7)))
               .verdict == FAIL);
}

static void two_at_once_are_seen(void **state)
{
    struct finding f = one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8),
                                   ok(.id = 900, .at = 2105, .times = 3, .every = 10, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f,
                "two generations served outside any upgrade: request 900, sent at 2105.0 ms, was "
                "answered by pid 7 of generation 1, 90 others by pid 8 of generation 2");
}

static void the_fewer_are_the_strays(void **state)
{
    struct finding f = one(HISTORY(WORKERS, ok(.id = 900, .at = 2100, .pid = 7),
                                   ok(.at = 2105, .times = 90, .every = 10, .pid = 8)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "request 900, sent at 2100.0 ms, was answered by pid 7 of generation 1, 90 "
                   "others by pid 8 of generation 2");
}

static void many_versions_at_once_are_seen(void **state)
{
    struct finding f;

    (void)state;
    given()->server.version = TOKEN_HEADER;
    f = one(HISTORY(ok(.at = 10, .times = 20, .every = 1, .version = "1"),
                    ok(.id = 900, .at = 40, .version = "2"), ok(.at = 41, .version = "3"),
                    ok(.at = 42, .version = "4"), ok(.at = 43, .version = "5"),
                    ok(.at = 44, .version = "6"), ok(.at = 45, .version = "7"),
                    ok(.at = 46, .version = "8"), ok(.at = 47, .version = "9"),
                    ok(.at = 48, .version = "10"), ok(.at = 49, .version = "11")));
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "answered by version 2, 20 others by version 1");
}

static void a_worker_that_joins_its_like_is_no_other_generation(void **state)
{
    struct finding f = one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8),
                                   born(.at = 2500, .pid = 9, .value = 6),
                                   ok(.at = 2510, .times = 9, .every = 10, .pid = 9)));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "; 1 processes came without any upgrade, to join those");
    /* before any upgrade as well */
    EXPECT(one(HISTORY(born(.pid = 6), born(.pid = 7, .value = 6), load_began(.at = 1),
                       ok(.at = 10, .times = 9, .every = 10, .pid = 7),
                       born(.at = 50, .pid = 9, .value = 6), ok(.at = 60, .pid = 9),
                       ok(.at = 200, .pid = 7)))
               .verdict == PASS);
}

static void an_old_master_that_goes_on_begetting_is_seen(void **state)
{
    struct finding f = one(HISTORY(
        WORKERS, born(.at = 1005, .pid = 16, .value = 6), born(.at = 1006, .pid = 18, .value = 16),
        ok(.at = 1030, .pid = 18), ok(.at = 2100, .times = 90, .every = 10, .pid = 18),
        born(.at = 2500, .pid = 19, .value = 16), ok(.at = 2510, .pid = 19)));

    (void)state; /* two new masters: both are of the upgrade */
    EXPECT(f.verdict == PASS);
    /* worker 9 of a master whose workers are all from before the upgrade */
    f = one(HISTORY(watched, born(.pid = 6), execs(.pid = 6), born(.pid = 7, .value = 6),
                    load_began(.at = 1), ok(.at = 2, .times = 99, .every = 10, .pid = 7),
                    step(.at = 1000), born(.at = 1010, .pid = 16, .value = 6),
                    execs(.at = 1011, .pid = 16), born(.at = 1012, .pid = 18, .value = 16),
                    ok(.at = 1020, .times = 200, .every = 10, .pid = 18),
                    born(.at = 2500, .pid = 9, .value = 6), ok(.id = 900, .at = 2510, .pid = 9)));
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "by pid 9, which came at 2500.0 ms without any upgrade");
}

static void a_copy_of_one_that_serves_is_of_its_generation(void **state)
{
    (void)state;
    EXPECT(one(HISTORY(SERVED, NEW_8, ok(.at = 1020, .times = 200, .every = 10, .pid = 8),
                       born(.at = 2500, .pid = 9, .value = 8), ok(.at = 2510, .pid = 9)))
               .verdict == PASS);
}

static void one_that_comes_from_nowhere_is_seen(void **state)
{
    struct finding f =
        one(HISTORY(SERVED, NEW_8, ok(.at = 1020, .times = 200, .every = 10, .pid = 8),
                    born(.at = 2500, .pid = 9, .value = 8), execs(.at = 2501, .pid = 9, .ino = 11),
                    ok(.id = 900, .at = 2510, .pid = 9)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 900);
    /* a copy of the old one, which had gone */
    f = one(HISTORY(SERVED, NEW_8, ok(.at = 1020, .times = 200, .every = 10, .pid = 8),
                    born(.at = 2500, .pid = 9, .value = 7), ok(.id = 900, .at = 2510, .pid = 9)));
    EXPECT(f.verdict == FAIL && f.sample == 900);
}

static void two_versions_at_once_are_seen(void **state)
{
    struct finding f;

    (void)state;
    given()->server.version = TOKEN_HEADER;
    f = one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8, .version = "2"),
                    ok(.id = 900, .at = 2105, .pid = 8, .version = "1")));
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "two versions served outside any upgrade: request 900, sent at 2105.0 ms, was "
                   "answered by version 1, 90 others by version 2");
    f = one(HISTORY(ok(.at = 10, .pid = 7, .version = "1"), step(.at = 1000),
                    ok(.at = 1100, .version = "1"), ok(.at = 1200, .version = "2"),
                    ok(.at = 2100, .version = "2")));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "and one version");
    given()->server.who = WHO_NONE;
    EXPECT(one(HISTORY(ok(.at = 10, .version = "1"), ok(.at = 20, .version = "2"))).verdict ==
           FAIL);
}

static void what_is_not_known_is_not_guessed(void **state)
{
    struct finding f;

    (void)state;
    EXPECT(one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8),
                       ok(.at = 2105, .pid = 7), event(EVENT_STALLED, .at = 2104, .value_ms = 100)))
               .verdict == UNKNOWN);
    f = one(HISTORY(WORKERS, ok(.at = 2100, .times = 90, .every = 10, .pid = 8),
                    ok(.id = 901, .at = 2105, .pid = 7), ok(.id = 902, .at = 2115, .pid = 7),
                    event(EVENT_STALLED, .at = 2104, .value_ms = 100)));
    EXPECT(f.verdict == UNKNOWN && f.sample == 901);
    EXPECT_SAYS(f, "2 requests sent more than 1000.0 ms after a takeover");
    /* where none of the new served beside it, nothing is in doubt, nor later */
    EXPECT(one(HISTORY(WORKERS, ok(.at = 2105, .pid = 7), step(.at = 2200),
                       ok(.at = 3300, .times = 9, .every = 10, .pid = 8),
                       event(EVENT_STALLED, .at = 2104, .value_ms = 100)))
               .verdict == PASS);
    /* one that was long in coming may still have come by the upgrade */
    EXPECT(one(HISTORY(SERVED, NEW_8, ok(.at = 1020, .times = 200, .every = 10, .pid = 8),
                       born(.at = 2500, .pid = 9, .value = 8), execs(.at = 2501, .pid = 9),
                       ok(.at = 2510, .pid = 9), event(EVENT_STALLED, .at = 2400, .value_ms = 600)))
               .verdict == PASS);
    /* but no want of time makes a process of two minds */
    EXPECT(one(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8),
                       ok(.at = 2100, .times = 9, .every = 10, .pid = 8, .version = "1"),
                       ok(.at = 2300, .pid = 8, .version = "2"),
                       event(EVENT_STALLED, .at = 2400, .value_ms = 1400)))
               .verdict == FAIL);
    EXPECT(!one(HISTORY(born(.pid = 7), ok(.at = 10))).applies);
    given()->server.who = WHO_NONE;
    EXPECT(!one(HISTORY(WORKERS)).applies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_after_the_other_is_fine),
        TEST(who_waited_to_be_accepted_when_an_upgrade_began_is_answered_by_the_new),
        TEST(two_at_once_are_seen),
        TEST(the_fewer_are_the_strays),
        TEST(many_versions_at_once_are_seen),
        TEST(a_worker_that_joins_its_like_is_no_other_generation),
        TEST(an_old_master_that_goes_on_begetting_is_seen),
        TEST(a_copy_of_one_that_serves_is_of_its_generation),
        TEST(one_that_comes_from_nowhere_is_seen),
        TEST(two_versions_at_once_are_seen),
        TEST(what_is_not_known_is_not_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is it seen when the last of several upgrades is lost? */
#include "hand_made.h"

static struct finding won(struct history h)
{
    return judge("last_upgrade_won", h);
}

/* The first upgrade at 1000 ms brings 8; the second follows at once, or late. */
#define TWICE_AT(time)                                                                             \
    SERVED, NEW_8, step(.at = (time)), ok(.at = 1020, .times = 40, .every = 10, .pid = 8)
#define UNTIL_5000(who)                                                                            \
    ok(.at = 1500, .times = 350, .every = 10, .pid = (who)), load_ended(.at = 5000)
#define NEW_9(time) born(.at = (time), .pid = 9), execs(.at = (time) + 1, .pid = 9, .ino = 11)

static void the_last_of_two_wins(void **state)
{
    struct finding f = won(HISTORY(TWICE_AT(1100), NEW_9(1400), UNTIL_5000(9)));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "pid 9, which served in the end, began at 1401.0 ms, after the last upgrade, at "
                   "1100.0 ms");
}

static void a_second_signal_that_is_ignored_is_lost(void **state)
{
    struct finding f = won(HISTORY(TWICE_AT(1100), UNTIL_5000(8)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample != NO_SAMPLE);
    EXPECT_SAYS(f, "the last of 2 upgrades in quick succession, at 1100.0 ms, was lost: pid 8, "
                   "which served at 4990.0 ms, had begun at 1011.0 ms, before it");
    /* one of the two took effect: the other claim is content */
    EXPECT(judge("upgrade_took_effect", HISTORY(TWICE_AT(1100), UNTIL_5000(8))).verdict == PASS);
}

static void signals_taken_together_are_fine_once_the_last_has_come(void **state)
{
    (void)state;
    EXPECT(won(HISTORY(SERVED, step(.at = 1005), NEW_8, UNTIL_5000(8))).verdict == PASS);
    /* forked before the last one, but it has exec'd since */
    EXPECT(won(HISTORY(SERVED, born(.at = 1004, .pid = 8), step(.at = 1005),
                       execs(.at = 1006, .pid = 8, .ino = 11), UNTIL_5000(8)))
               .verdict == PASS);
}

static void a_middle_generation_that_is_killed_leaves_the_old_one(void **state)
{
    struct finding f =
        won(HISTORY(SERVED, NEW_8, step(.at = 1100), exited(.at = 1101, .pid = 8), UNTIL_5000(7)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 7, which served at 4990.0 ms, had begun at 0.0 ms");
}

static void every_series_has_its_winner(void **state)
{
    struct finding f = won(HISTORY(
        TWICE_AT(1100), ok(.at = 1500, .times = 200, .every = 10, .pid = 8), step(.at = 4000),
        NEW_9(4010), ok(.at = 4020, .pid = 9), ok(.at = 5500, .pid = 9), load_ended(.at = 6000)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "at 1100.0 ms, was lost");
}

static void who_is_in_the_queue_when_the_next_begins_proves_no_winner(void **state)
{
    (void)state;
    EXPECT(won(HISTORY(TWICE_AT(1100), ok(.at = 1500, .times = 200, .every = 10, .pid = 8),
                       ok(.at = 3995, .took = 30, .pid = 9), step(.at = 4000), NEW_9(4010),
                       ok(.at = 5500, .pid = 9), load_ended(.at = 6000)))
               .verdict == FAIL);
}

static void a_single_one_without_effect_is_the_other_claims(void **state)
{
    struct finding f = won(HISTORY(SERVED, UNTIL_5000(7)));

    (void)state;
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT_SAYS(f, "no effect at all");
}

static void one_that_took_effect_and_was_undone_did_not_win(void **state)
{
    struct finding f = won(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8),
                                   exited(.at = 1030, .pid = 8), UNTIL_5000(7)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "the last upgrade, at 1000.0 ms, was lost: pid 7");
}

static void old_ones_beside_the_winner_are_another_claims(void **state)
{
    (void)state;
    EXPECT(won(HISTORY(TWICE_AT(1100), NEW_9(1400), ok(.at = 4995, .pid = 7), UNTIL_5000(9)))
               .verdict == PASS);
}

static void an_upgrade_that_is_meant_to_fail_need_not_win(void **state)
{
    (void)state;
    plan_role(1, UPGRADE_FAILS);
    EXPECT(won(HISTORY(SERVED, NEW_8, step(.at = 1100, .index = 1), UNTIL_5000(8))).verdict ==
           PASS);
    plan_role(0, UPGRADE_FAILS);
    EXPECT(!won(HISTORY(SERVED, UNTIL_5000(7))).applies);
}

static void nor_need_one_that_follows_closely_and_is_not_the_last(void **state)
{
    struct finding f;

    (void)state;
    plan_role(1, UPGRADE_FAILS);
    f = won(HISTORY(SERVED, NEW_8, step(.at = 1100, .index = 1), UNTIL_5000(8), step(.at = 5000),
                    NEW_9(5010), ok(.at = 5020, .times = 300, .every = 10, .pid = 9)));
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "pid 9, which served in the end");
}

static void what_is_not_known_is_not_guessed(void **state)
{
    struct finding f = won(HISTORY(TWICE_AT(1100), load_ended(.at = 1600)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "too early to say");
    f = won(HISTORY(TWICE_AT(1100), born(.at = 1400, .pid = 9), UNTIL_5000(8)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "pid 9 came 300.0 ms after the upgrade at 1100.0 ms and had not answered yet");
    EXPECT(won(HISTORY(TWICE_AT(1100), UNTIL_5000(0))).verdict == UNKNOWN);
    EXPECT(won(HISTORY(TWICE_AT(1100), ok(.at = 4900, .times = 9, .every = 10), UNTIL_5000(8)))
               .verdict == UNKNOWN);
    EXPECT(
        won(HISTORY(TWICE_AT(1100), UNTIL_5000(8), event(EVENT_INTERRUPTED, .at = 4999))).verdict ==
        UNKNOWN);
    EXPECT(
        won(HISTORY(TWICE_AT(1100), UNTIL_5000(8), event(EVENT_WATCH, .value = WATCHED_WITH_HOLES)))
            .verdict == UNKNOWN);
    EXPECT(won(HISTORY(TWICE_AT(1100), UNTIL_5000(8),
                       event(EVENT_STALLED, .at = 4900, .value_ms = 3500)))
               .verdict == UNKNOWN);
    EXPECT(won(HISTORY(TWICE_AT(1100), UNTIL_5000(8), ok(.at = 4500, .times = 10, .every = 10)))
               .verdict == UNKNOWN); /* a tenth of those in the end */
    given()->server.who = WHO_NONE;
    EXPECT(!won(HISTORY(TWICE_AT(1100), UNTIL_5000(8))).applies);
}

static void the_version_that_was_deployed_last_has_to_serve(void **state)
{
    struct finding f;

    (void)state;
    given_steps[0].version = (char *)"2";
    f = won(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8, .version = "2"),
                    ok(.at = 1500, .times = 350, .every = 10, .pid = 8, .version = "1"),
                    load_ended(.at = 5000)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f,
                "version 1 serves in the end, not 2, which the upgrade at 1000.0 ms was to bring");
    f = won(HISTORY(SERVED, NEW_8, UNTIL_5000(8)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "version (none)");
    f = won(HISTORY(SERVED, NEW_8,
                    ok(.at = 1500, .times = 350, .every = 10, .pid = 8, .version = "2"),
                    load_ended(.at = 5000)));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "and is version 2");
    /* by a step of its own, before the one that begins the upgrade */
    plan_role(0, UPGRADE_DEPLOYS);
    given_steps[0].version = (char *)"3";
    plan_role(1, UPGRADE_BEGINS);
    f = won(HISTORY(born(.pid = 7), ok(.at = 1, .times = 90, .every = 10, .pid = 7),
                    step(.at = 950), step(.at = 1000, .index = 1), NEW_8,
                    ok(.at = 1500, .times = 350, .every = 10, .pid = 8, .version = "2"),
                    load_ended(.at = 5000)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "version 2 serves in the end, not 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_of_two_wins),
        TEST(a_second_signal_that_is_ignored_is_lost),
        TEST(signals_taken_together_are_fine_once_the_last_has_come),
        TEST(a_middle_generation_that_is_killed_leaves_the_old_one),
        TEST(every_series_has_its_winner),
        TEST(who_is_in_the_queue_when_the_next_begins_proves_no_winner),
        TEST(a_single_one_without_effect_is_the_other_claims),
        TEST(one_that_took_effect_and_was_undone_did_not_win),
        TEST(old_ones_beside_the_winner_are_another_claims),
        TEST(an_upgrade_that_is_meant_to_fail_need_not_win),
        TEST(nor_need_one_that_follows_closely_and_is_not_the_last),
        TEST(what_is_not_known_is_not_guessed),
        TEST(the_version_that_was_deployed_last_has_to_serve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What do the checks say?  Whole sentences, for people act on them. */
#include "hand_made.h"

#define EXPECT_WORDS(check, words, history) assert_string_equal(words, judge(check, history).why)

static void the_latest_step_is_named(void **state)
{
    (void)state;
    EXPECT_WORDS(
        "load_was_on_time", "step 0 began 80.0 ms late, at 100.0 ms (limit 50.0 ms)",
        HISTORY(ok(.at = 1), step(.at = 100, .due = 20), step(.at = 300, .due = 240, .index = 1)));
}

static void the_upgrade_that_met_no_request_is_named(void **state)
{
    (void)state;
    EXPECT_WORDS("requests_straddled_it",
                 "no request was in flight when the upgrade at 50.0 ms began: add a lane of slow "
                 "requests",
                 HISTORY(ok(.at = 1, .took = 9), step(.at = 5), step(.at = 50)));
    EXPECT_WORDS("requests_straddled_it",
                 "at least 1 requests were in flight whenever an upgrade began (2)",
                 HISTORY(ok(.at = 1, .took = 9), step(.at = 5), step(.at = 50),
                         ok(.at = 45, .times = 2, .every = 1, .took = 9)));
}

static void what_was_lost_within_the_limit_is_told_apart(void **state)
{
    (void)state;
    given()->limits.lost = 3;
    EXPECT_WORDS("no_request_lost",
                 "3 of 4 requests were lost, within the limit: 2 refused, 1 reset",
                 HISTORY(ok(), refused(), reset(), refused()));
}

static void what_was_lost_is_told_apart_from_what_is_unknown(void **state)
{
    (void)state;
    given()->limits.lost = 3;
    EXPECT_WORDS("no_request_lost",
                 "the run was interrupted while 1 of 4 requests had no answer yet; of the others: "
                 "1 refused, 1 reset",
                 HISTORY(ok(), refused(), reset(), request(OUTCOME_OPEN, .lane = 0),
                         event(EVENT_INTERRUPTED, .at = 20)));
}

static void the_slowest_answer_in_doubt_is_named(void **state)
{
    struct finding f =
        judge("no_slow_answer", HISTORY(ok(.at = 1, .late = 400, .took = 900),
                                        ok(.id = 1, .at = 11, .late = 400, .took = 700)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 0);
    EXPECT_SAYS(f, "request 0 of lane new at 1.0 ms took 1300.0 ms (limit 1000.0 ms), but it left "
                   "400.0 ms late and the machine was starved for 0.0 ms");
}

static void the_lane_that_was_silent_is_named(void **state)
{
    (void)state;
    EXPECT_WORDS("no_long_gap",
                 "lane reused got no answer for 899.0 ms, from 101.0 ms on (limit 300.0 ms)",
                 HISTORY(ok(.at = 1, .times = 100, .every = 10), ok(.at = 100, .lane = 1),
                         ok(.at = 999, .lane = 1)));
    EXPECT_WORDS("no_long_gap",
                 "lane reused got no answer for 499.0 ms, from 101.0 ms on (limit 300.0 ms), but "
                 "the machine starved us of its CPUs for 400.0 ms",
                 HISTORY(ok(.at = 1, .times = 100, .every = 10), ok(.at = 100, .lane = 1),
                         ok(.at = 599, .lane = 1),
                         event(EVENT_STALLED, .at = 598, .value_ms = 400)));
}

static void the_longest_silence_that_is_allowed_is_named(void **state)
{
    struct finding f;

    (void)state;
    f = judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 51), ok(.at = 1, .lane = 1),
                                     ok(.at = 101, .lane = 1), ok(.at = 123, .lane = 1)));
    EXPECT(f.verdict == PASS && f.applies);
    assert_string_equal("the longest time without an answer was 100.0 ms, in lane reused at 2.0 ms "
                        "(limit 300.0 ms)",
                        f.why);
    EXPECT_WORDS(
        "no_long_gap",
        "the longest time without an answer was 100.0 ms, in lane new at 2.0 ms "
        "(limit 300.0 ms)",
        HISTORY(ok(.at = 1), ok(.at = 101), ok(.at = 1, .lane = 1), ok(.at = 51, .lane = 1)));
    given_lanes[1].rate = 1; /* a lane that cannot show one is not asked */
    EXPECT_WORDS(
        "no_long_gap",
        "the longest time without an answer was 50.0 ms, in lane new at 2.0 ms "
        "(limit 300.0 ms); lane reused is too thin to be judged",
        HISTORY(ok(.at = 1), ok(.at = 51), ok(.at = 1, .lane = 1), ok(.at = 950, .lane = 1)));
}

static void requests_that_nobody_said_he_finished_are_counted(void **state)
{
    (void)state;
    EXPECT_WORDS("old_finished_its_requests",
                 "3 of 3 requests in flight were finished: 1 by an old process, 0 by a new one "
                 "after waiting to be accepted, by whom 2 were is not known",
                 HISTORY(SERVED, ok(.at = 990, .took = 20, .pid = 7),
                         ok(.at = 995, .times = 2, .every = 1, .took = 20)));
    EXPECT_WORDS("old_finished_its_requests",
                 "2 of 2 requests in flight were finished: 1 by an old process, 1 by a new one "
                 "after waiting to be accepted",
                 HISTORY(SERVED, NEW_8, ok(.at = 990, .took = 20, .pid = 7),
                         ok(.at = 995, .took = 20, .pid = 8)));
}

/* 7 served until the upgrade at 1000 ms, then 8. */
#define TOOK_OVER SERVED, NEW_8, ok(.at = 1020, .times = 10, .every = 10, .pid = 8)

static void new_requests_are_counted(void **state)
{
    (void)state;
    EXPECT_WORDS("new_took_the_new",
                 "5 of the 5 requests sent more than 1000.0 ms after a takeover went to a new "
                 "process",
                 HISTORY(TOOK_OVER, ok(.at = 2021, .times = 5, .every = 10, .pid = 8)));
    EXPECT_WORDS("new_took_the_new",
                 "2 requests sent more than 1000.0 ms after the takeover went to an old process; "
                 "the first was request 900, sent at 2021.0 ms, answered by pid 7 of generation 1",
                 HISTORY(TOOK_OVER, ok(.at = 1500, .pid = 7), ok(.at = 2020, .pid = 7),
                         ok(.id = 900, .at = 2021, .times = 2, .every = 1, .pid = 7)));
    EXPECT_WORDS("no_return_to_old", "no old process answered again after 1000.0 ms of silence",
                 HISTORY(TOOK_OVER, ok(.at = 2021, .times = 5, .every = 10, .pid = 8)));
    EXPECT_WORDS("no_return_to_old",
                 "2 requests went back to an old process; the first was request 900, sent at "
                 "2060.0 ms, answered by pid 7 of generation 1 after 1030.0 ms of silence",
                 HISTORY(TOOK_OVER, ok(.at = 1030, .pid = 7), ok(.at = 2050, .pid = 8),
                         ok(.id = 900, .at = 2060, .times = 2, .every = 1, .pid = 7)));
}

static void why_new_requests_were_not_judged_is_said(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "no_return_to_old" : "new_took_the_new";

        EXPECT_WORDS(name, "no upgrade happened", HISTORY(ok(.at = 1, .pid = 7)));
        EXPECT_WORDS(name, "no new process took over", HISTORY(SERVED));
        EXPECT_WORDS(name,
                     "no request whose process is known was sent later than 1000.0 ms after a new "
                     "process took over",
                     HISTORY(TOOK_OVER));
        given()->server.who = WHO_NONE;
        EXPECT_WORDS(name, "answers are not attributed to processes (who: none)", HISTORY(SERVED));
        given()->server.who = WHO_AUTO;
    }
}

static void the_last_exit_is_told(void **state)
{
    (void)state;
    EXPECT_WORDS("old_exited",
                 "2 of 2 old processes that had served exited, the last 70.0 ms after its upgrade "
                 "began (limit 5000.0 ms)",
                 HISTORY(born(.pid = 6), ok(.at = 2, .pid = 6), TOOK_OVER,
                         exited(.at = 1070, .pid = 6), exited(.at = 1050, .pid = 7)));
    EXPECT_WORDS("old_exited",
                 "2 of 2 old processes that had served exited, the last 70.0 ms after its upgrade "
                 "began (limit 5000.0 ms)",
                 HISTORY(born(.pid = 6), ok(.at = 2, .pid = 6), TOOK_OVER,
                         exited(.at = 1050, .pid = 6), exited(.at = 1070, .pid = 7)));
    EXPECT_WORDS("old_exited", "no upgrade happened", HISTORY(ok(.at = 1, .pid = 7)));
    EXPECT_WORDS("old_exited", "no new process took over from one that had served",
                 HISTORY(SERVED));
    given()->server.who = WHO_NONE;
    EXPECT_WORDS("old_exited", "answers are not attributed to processes (who: none)",
                 HISTORY(SERVED));
}

static void who_stayed_behind_is_counted(void **state)
{
    (void)state;
    EXPECT_WORDS("none_left_over",
                 "2 zombies were left unreaped; the first was pid 9, whose parent is pid 6",
                 HISTORY(born(.pid = 9), event(EVENT_PROC_ZOMBIE, .at = 1, .pid = 9, .value = 6),
                         event(EVENT_PROC_ZOMBIE, .at = 2, .pid = 10, .value = 6)));
    EXPECT_WORDS("none_left_over",
                 "3 processes outlived the stop and had to be killed; the first was pid 9",
                 HISTORY(event(EVENT_PROC_LEFT_OVER, .at = 1, .pid = 9),
                         event(EVENT_PROC_LEFT_OVER, .at = 2, .pid = 10),
                         event(EVENT_PROC_LEFT_OVER, .at = 3, .pid = 11)));
    EXPECT_WORDS("none_left_over", "2 of 2 processes are gone and nobody listens any more",
                 HISTORY(born(.pid = 9), born(.pid = 10), event(EVENT_STOP_ENDED, .at = 100)));
}

static void a_lane_without_a_plan_is_named(void **state)
{
    (void)state;
    EXPECT_WORDS("every_request_accounted_for",
                 "lane reused has no record of how many requests were due",
                 HISTORY(ok(), event(EVENT_LANE_PLANNED, .index = 0, .value = 1), watched));
}

static void an_answer_of_nobody_is_shown(void **state)
{
    struct finding f = judge("answers_were_attributed",
                             HISTORY(born(.pid = 7), ok(.pid = 7), ok(.id = 1), ok(.id = 2)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 1);
    assert_string_equal("the process of 1 of 3 answers (33.33 %) is known (limit 99.0 %)", f.why);
}

static void what_an_upgrade_brought_is_told(void **state)
{
    (void)state;
    EXPECT_WORDS("upgrade_took_effect",
                 "each of the upgrades (1) brought new processes that answered; 1 of them run the "
                 "program that is on disk",
                 HISTORY(TOOK_OVER));
    EXPECT_WORDS("upgrade_took_effect",
                 "each of the upgrades (2) brought new processes that answered, or is one of "
                 "several in quick succession; 1 of them run the program that is on disk, the "
                 "program file of 1 is not known",
                 HISTORY(TOOK_OVER, born(.at = 1030, .pid = 18), ok(.at = 1040, .pid = 18),
                         step(.at = 1200)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_latest_step_is_named),
        TEST(the_upgrade_that_met_no_request_is_named),
        TEST(what_was_lost_within_the_limit_is_told_apart),
        TEST(what_was_lost_is_told_apart_from_what_is_unknown),
        TEST(the_slowest_answer_in_doubt_is_named),
        TEST(the_lane_that_was_silent_is_named),
        TEST(the_longest_silence_that_is_allowed_is_named),
        TEST(requests_that_nobody_said_he_finished_are_counted),
        TEST(new_requests_are_counted),
        TEST(why_new_requests_were_not_judged_is_said),
        TEST(the_last_exit_is_told),
        TEST(who_stayed_behind_is_counted),
        TEST(a_lane_without_a_plan_is_named),
        TEST(an_answer_of_nobody_is_shown),
        TEST(what_an_upgrade_brought_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does a run that proves nothing say so? */
#include "hand_made.h"

/* Served by 7 around an upgrade at 100 ms, with one request in flight. */
#define BELIEVED                                                                                   \
    watched, born(.pid = 7), event(EVENT_LISTENER, .pid = 7, .value = HOLDS, .ino = 900),          \
        ok(.at = 1, .times = 9, .every = 10, .pid = 7), ok(.at = 95, .took = 20, .pid = 7),        \
        step(.at = 100), ok(.at = 101, .times = 90, .every = 10, .pid = 7), load_ended(.at = 1010)

static void a_run_to_be_believed_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_checks; i++) {
        if (checks[i].about == ABOUT_BELIEF) {
            struct finding f = judge(checks[i].name, HISTORY(BELIEVED));

            EXPECT(f.verdict == PASS && f.applies);
        }
    }
}

static void a_load_that_left_late_is_doubted(void **state)
{
    struct finding f =
        judge("load_was_on_time", HISTORY(ok(.at = 1, .times = 100, .every = 10),
                                          ok(.id = 100, .at = 1001, .times = 2, .late = 60)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 100);
    EXPECT_SAYS(f, "2 of 102 requests left more than 50.0 ms late; the latest by 60.0 ms");
    EXPECT(judge("load_was_on_time",
                 HISTORY(ok(.at = 1, .times = 100, .every = 10), ok(.at = 1001, .late = 60)))
               .verdict == PASS);
    EXPECT(!judge("load_was_on_time", HISTORY(watched)).applies);
}

static void one_late_request_in_an_upgrade_is_enough_to_doubt(void **state)
{
    struct finding f = judge("load_was_on_time",
                             HISTORY(BELIEVED, ok(.id = 300, .at = 900, .late = 60, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 300);
    EXPECT(judge("load_was_on_time", HISTORY(BELIEVED, ok(.at = 1101, .late = 60, .pid = 7)))
               .verdict == PASS);
}

static void a_step_that_began_late_is_doubted(void **state)
{
    struct finding f = judge("load_was_on_time", HISTORY(ok(.at = 1), step(.at = 100, .due = 20)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "step 0 began 80.0 ms late");
}

static void without_an_upgrade_a_run_proves_nothing(void **state)
{
    struct finding f;

    (void)state;
    given()->n_steps = 0;
    f = judge("upgrade_was_seen", HISTORY(ok(.at = 1, .times = 100, .every = 10)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "no upgrade in the scenario: this run proves nothing about one");
}

static void an_upgrade_that_did_not_come_is_doubted(void **state)
{
    struct finding f;

    (void)state;
    given_steps[0].repeat = 2;
    f = judge("upgrade_was_seen",
              HISTORY(BELIEVED, event(EVENT_INTERRUPTED, .at = 1000, .text = "SIGINT")));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "only 1 of 2 planned upgrades happened; the run was interrupted: SIGINT");
}

static void an_upgrade_at_the_edge_of_the_load_is_doubted(void **state)
{
    (void)state;
    EXPECT(judge("upgrade_was_seen", HISTORY(step(.at = 1), ok(.at = 5))).verdict == UNKNOWN);
    EXPECT(judge("upgrade_was_seen", HISTORY(ok(.at = 1), step(.at = 5))).verdict == UNKNOWN);
    EXPECT(judge("upgrade_was_seen", HISTORY(ok(.at = 1, .took = 20), step(.at = 5), ok(.at = 6)))
               .verdict == PASS); /* in flight at the upgrade is before it */
    EXPECT(judge("upgrade_was_seen", HISTORY(ok(.at = 1), step(.at = 5), ok(.at = 6))).verdict ==
           PASS);
}

static void where_nobody_says_who_answered_a_new_process_shows_the_upgrade(void **state)
{
    struct finding f;

    (void)state;
    given()->server.who = WHO_NONE;
    f = judge("upgrade_was_seen",
              HISTORY(born(.pid = 10), ok(.at = 1), step(.at = 5), ok(.at = 6)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "perhaps nothing was upgraded");
    EXPECT(judge("upgrade_was_seen", HISTORY(born(.pid = 10), ok(.at = 1), step(.at = 5),
                                             born(.at = 5.5, .pid = 11), ok(.at = 6)))
               .verdict == PASS);
}

static void a_step_that_failed_is_quoted(void **state)
{
    struct finding f =
        judge("steps_went_as_planned", HISTORY(event(EVENT_STEP_ENDED, .at = 9, .index = 3,
                                                     .value = -1, .text = "no process 4711")));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "step 3 failed at 9.0 ms: no process 4711");
}

static void steps_that_never_began_leave_the_plan_undone(void **state)
{
    struct finding f;

    (void)state;
    plan_role(1, UPGRADE_NONE);
    given_steps[1].repeat = 2;
    plan_role(2, UPGRADE_NONE);
    f = judge("steps_went_as_planned",
              HISTORY(step(.at = 5), step(.at = 6, .index = 1), event(EVENT_LOAD_ENDED, .at = 7)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "2 of 4 steps never began, the first of them step 1: the load was over at 7.0");
    EXPECT_SAYS(f, "\"for\"");
    f = judge("steps_went_as_planned",
              HISTORY(step(.at = 5), step(.at = 6, .index = 1), step(.at = 7, .index = 1)));
    EXPECT_SAYS(f, "1 of 4 steps never began, the first of them step 2");
    f = judge("steps_went_as_planned",
              HISTORY(step(.at = 5), step(.at = 6, .index = 1), step(.at = 7, .index = 1),
                      step(.at = 8, .index = 2)));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "4 of 4");
    given()->n_steps = 0;
    EXPECT(!judge("steps_went_as_planned", HISTORY(ok())).applies);
}

static void an_upgrade_between_two_requests_is_doubted(void **state)
{
    (void)state;
    EXPECT(
        judge("requests_straddled_it", HISTORY(ok(.at = 1), step(.at = 5), ok(.at = 6))).verdict ==
        UNKNOWN);
    EXPECT(judge("requests_straddled_it", HISTORY(ok(.at = 1, .took = 9), step(.at = 5))).verdict ==
           PASS);
    EXPECT(judge("requests_straddled_it", HISTORY(request(OUTCOME_OPEN, .at = 1), step(.at = 5)))
               .verdict == PASS);
    EXPECT(judge("requests_straddled_it",
                 HISTORY(ok(.at = 1, .took = 9), step(.at = 5), step(.at = 50)))
               .verdict == UNKNOWN);
    EXPECT(!judge("requests_straddled_it", HISTORY(ok(.at = 1))).applies);
}

static void too_few_requests_prove_nothing(void **state)
{
    (void)state;
    EXPECT(judge("enough_requests", HISTORY(ok(.at = 1), ok(.at = 2))).verdict == UNKNOWN);
    EXPECT(judge("enough_requests", HISTORY(ok(.at = 1), ok(.at = 2), ok(.at = 3))).verdict ==
           PASS);
    EXPECT(judge("enough_requests", HISTORY(refused(), refused(), refused())).verdict == UNKNOWN);
    EXPECT(judge("enough_requests", HISTORY(watched)).verdict == UNKNOWN);
}

static void a_request_that_is_missing_is_missed(void **state)
{
    struct finding f = judge("every_request_accounted_for",
                             HISTORY(ok(), ok(), event(EVENT_LANE_PLANNED, .index = 0, .value = 3),
                                     event(EVENT_LANE_PLANNED, .index = 1)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "lane new: 3 requests were due, but 2 are in the history");
    EXPECT(judge("every_request_accounted_for",
                 HISTORY(ok(), event(EVENT_LANE_PLANNED, .index = 0, .value = 1)))
               .verdict == UNKNOWN); /* lane 1 has no plan */
}

static void a_number_that_is_there_twice_is_seen(void **state)
{
    (void)state;
    EXPECT(judge("every_request_accounted_for", HISTORY(ok(), ok(), ok(.id = 1))).verdict ==
           UNKNOWN);
    EXPECT(judge("every_request_accounted_for", HISTORY(ok(), ok(), ok(.id = 3))).verdict ==
           UNKNOWN);
    EXPECT(judge("every_request_accounted_for", HISTORY(ok(), request(OUTCOME_UNSENT, .lane = 0)))
               .verdict == UNKNOWN);
    EXPECT(!judge("every_request_accounted_for", HISTORY(watched)).applies);
}

static void the_kernel_need_not_know_every_answer(void **state)
{
    const char *name = "answers_were_attributed";
    struct finding f;

    (void)state;
    f = judge(name, HISTORY(born(.pid = 7), ok(.pid = 7, .at = 1, .times = 20, .every = 1),
                            ok(.at = 50, .pid = 0),
                            event(EVENT_ATTRIBUTED, .index = ATTRIBUTED_SEEN, .value = 20),
                            event(EVENT_ATTRIBUTED, .index = ATTRIBUTED_GONE, .value = 1)));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "20 of 21 answers (95.24 %) is known (limit 95.0 %); of 1 that is not, "
                   "the connection was closed before one could look");
    given()->limits.attributed_given = true;
    f = judge(name, HISTORY(born(.pid = 7), ok(.pid = 7, .at = 1, .times = 20, .every = 1),
                            ok(.at = 50, .pid = 0),
                            event(EVENT_ATTRIBUTED, .index = ATTRIBUTED_STRANGER, .text = "pid 9",
                                  .value = 1)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "none of the server's processes held the connection");
}

static void a_process_that_nobody_saw_is_named(void **state)
{
    struct finding f = judge("answers_were_attributed",
                             HISTORY(born(.pid = 7), ok(.pid = 7), ok(.id = 1, .pid = 4711)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 1);
    EXPECT_SAYS(f, "the process of 1 of 2 answers (50.00 %) is known");
    EXPECT_SAYS(f, "nobody saw pid 4711");
    EXPECT(judge("answers_were_attributed", HISTORY(ok())).verdict == UNKNOWN);
    EXPECT(!judge("answers_were_attributed", HISTORY(refused())).applies);
    given()->server.who = WHO_NONE;
    EXPECT(!judge("answers_were_attributed", HISTORY(ok())).applies);
}

static void holes_in_the_timeline_matter_where_somebody_served(void **state)
{
    (void)state;
#define HOLES event(EVENT_WATCH, .value = WATCHED_WITH_HOLES, .text = "polling")
    EXPECT(judge("timeline_was_complete", HISTORY(ok())).verdict == UNKNOWN);
    EXPECT(judge("timeline_was_complete", HISTORY(watched, ok(.pid = 7))).verdict == PASS);
    EXPECT(judge("timeline_was_complete", HISTORY(HOLES, born(.pid = 7), ok(.pid = 7))).verdict ==
           PASS);
    EXPECT(judge("timeline_was_complete", HISTORY(HOLES, ok(.pid = 7))).verdict == UNKNOWN);
    EXPECT(judge("timeline_was_complete", HISTORY(watched, HOLES, ok(.pid = 7))).verdict ==
           UNKNOWN);
    given()->server.who = WHO_NONE;
    EXPECT(!judge("timeline_was_complete", HISTORY(HOLES, ok(.pid = 7))).applies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_to_be_believed_is),
        TEST(a_load_that_left_late_is_doubted),
        TEST(one_late_request_in_an_upgrade_is_enough_to_doubt),
        TEST(a_step_that_began_late_is_doubted),
        TEST(without_an_upgrade_a_run_proves_nothing),
        TEST(an_upgrade_that_did_not_come_is_doubted),
        TEST(an_upgrade_at_the_edge_of_the_load_is_doubted),
        TEST(where_nobody_says_who_answered_a_new_process_shows_the_upgrade),
        TEST(a_step_that_failed_is_quoted),
        TEST(steps_that_never_began_leave_the_plan_undone),
        TEST(an_upgrade_between_two_requests_is_doubted),
        TEST(too_few_requests_prove_nothing),
        TEST(a_request_that_is_missing_is_missed),
        TEST(a_number_that_is_there_twice_is_seen),
        TEST(the_kernel_need_not_know_every_answer),
        TEST(a_process_that_nobody_saw_is_named),
        TEST(holes_in_the_timeline_matter_where_somebody_served),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is a handover that goes wrong seen, and one that goes well left in peace? */
#include "hand_made.h"

static void a_request_in_flight_may_not_be_cut(void **state)
{
    struct finding f = judge("old_finished_its_requests",
                             HISTORY(SERVED, reset(.id = 100, .at = 990, .took = 20, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 100);
    EXPECT_SAYS(f,
                "1 of 1 requests in flight when an upgrade began were lost; the first was request "
                "100, sent at 990.0 ms: reset");
    EXPECT(judge("old_finished_its_requests", HISTORY(SERVED, truncated(.at = 990, .took = 20)))
               .verdict == FAIL);
    EXPECT(!judge("old_finished_its_requests", HISTORY(SERVED, reset(.at = 1200))).applies);
}

static void a_request_that_waited_to_be_accepted_is_anybodys(void **state)
{
    struct finding f = judge("old_finished_its_requests",
                             HISTORY(SERVED, NEW_8, ok(.at = 990, .took = 100, .pid = 8),
                                     ok(.at = 992, .took = 100, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "1 by an old process, 1 by a new one");
}

static void a_kept_connection_does_not_change_hands(void **state)
{
    struct finding f = judge("old_finished_its_requests",
                             HISTORY(SERVED, NEW_8, ok(.at = 980, .pid = 7, .lane = 1, .port = 5),
                                     ok(.id = 101, .at = 990, .took = 100, .pid = 8, .lane = 1,
                                        .port = 5, .kept = true)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 101);
    EXPECT_SAYS(f, "moved");
    /* the same port, but a connection of its own */
    EXPECT(judge("old_finished_its_requests",
                 HISTORY(SERVED, NEW_8, ok(.at = 980, .pid = 7, .lane = 1, .port = 5),
                         ok(.at = 990, .took = 100, .pid = 8, .lane = 1, .port = 5)))
               .verdict == PASS);
}

static void an_old_process_that_goes_on_taking_requests_is_seen(void **state)
{
    (void)state;
    EXPECT_BROKEN("new_took_the_new only_one_generation_serves",
                  HISTORY(FORK_EXEC, ok(.at = 3056, .times = 200, .every = 10, .pid = 100)));
    EXPECT_BROKEN("", HISTORY(FORK_EXEC, ok(.at = 3056, .times = 20, .every = 10, .pid = 100)));
}

static void an_old_process_that_serves_again_is_seen(void **state)
{
    struct finding f =
        judge("no_return_to_old",
              HISTORY(FORK_EXEC, ok(.id = 5000, .at = 6001, .times = 30, .every = 10, .pid = 100)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 5000);
    EXPECT_SAYS(f, "30 requests went back to an old process");
    EXPECT(judge("new_took_the_new",
                 HISTORY(FORK_EXEC, ok(.at = 6001, .times = 30, .every = 10, .pid = 100)))
               .verdict == PASS);
}

static void a_starved_machine_explains_a_late_handover(void **state)
{
    struct finding f;

    (void)state; /* 1 s of overlap and 990 ms more */
    f = judge("new_took_the_new",
              HISTORY(FORK_EXEC, ok(.at = 3056, .times = 100, .every = 10, .pid = 100),
                      ok(.id = 5000, .at = 4056, .times = 100, .every = 10, .pid = 100),
                      event(EVENT_STALLED, .at = 4200, .value_ms = 1100)));
    EXPECT(f.verdict == UNKNOWN && f.sample == 5000);
    EXPECT_SAYS(f, "no later than the machine starved us of its CPUs");
    EXPECT(judge("new_took_the_new",
                 HISTORY(FORK_EXEC, ok(.at = 3056, .times = 200, .every = 10, .pid = 100),
                         event(EVENT_STALLED, .at = 4200, .value_ms = 500)))
               .verdict == FAIL);
    /* silence of 3 s */
    EXPECT(judge("no_return_to_old", HISTORY(FORK_EXEC, ok(.at = 6001, .pid = 100),
                                             event(EVENT_STALLED, .at = 5900, .value_ms = 2500)))
               .verdict == UNKNOWN);
    EXPECT(judge("no_return_to_old", HISTORY(FORK_EXEC, ok(.at = 6001, .pid = 100),
                                             event(EVENT_STALLED, .at = 5900, .value_ms = 1500)))
               .verdict == FAIL);
}

static void too_short_a_run_says_nothing_about_new_requests(void **state)
{
    struct finding f =
        judge("new_took_the_new",
              HISTORY(SERVED, NEW_8, ok(.at = 1100, .times = 50, .every = 10, .pid = 8)));

    (void)state;
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT(!judge("no_return_to_old", HISTORY(SERVED, ok(.at = 1100, .pid = 7))).applies);
}

static void healthy_handovers_break_no_claim(void **state)
{
    (void)state;
    EXPECT_BROKEN("", HISTORY(FORK_EXEC));
    EXPECT_BROKEN("", HISTORY(PREFORK));
    EXPECT_BROKEN("", HISTORY(IN_PLACE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_in_flight_may_not_be_cut),
        TEST(a_request_that_waited_to_be_accepted_is_anybodys),
        TEST(a_kept_connection_does_not_change_hands),
        TEST(an_old_process_that_goes_on_taking_requests_is_seen),
        TEST(an_old_process_that_serves_again_is_seen),
        TEST(a_starved_machine_explains_a_late_handover),
        TEST(too_short_a_run_says_nothing_about_new_requests),
        TEST(healthy_handovers_break_no_claim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

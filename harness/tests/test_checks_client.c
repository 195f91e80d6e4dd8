/* Is what a client suffers seen, and named? */
#include "hand_made.h"

static void one_refused_request_is_downtime(void **state)
{
    struct finding f =
        judge("no_request_lost", HISTORY(ok(.id = 0), refused(.id = 1), ok(.id = 2)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT(f.sample == 1);
    EXPECT_SAYS(f, "1 of 3 requests were lost: 1 refused; the first was request 1 of lane new at "
                   "10.0 ms, while connecting");
}

static void every_way_to_lose_a_request_counts(void **state)
{
    struct finding f =
        judge("no_request_lost",
              HISTORY(ok(.id = 0), refused(), reset(), request(OUTCOME_EMPTY, .lane = 0),
                      request(OUTCOME_TIMEOUT, .lane = 0), request(OUTCOME_RESENT, .lane = 0),
                      request(OUTCOME_OPEN, .lane = 0)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "6 of 7 requests were lost: 1 refused, 1 reset, 1 empty, 1 timeout, 1 resent, "
                   "1 open");
}

static void nothing_lost_passes_and_says_of_how_many(void **state)
{
    struct finding f = judge("no_request_lost", HISTORY(ok(), ok(), truncated()));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "0 of 3 requests were lost (");
}

static void as_many_as_the_limit_may_be_lost(void **state)
{
    (void)state;
    given()->limits.lost = 2;
    EXPECT(judge("no_request_lost", HISTORY(ok(), refused(), reset())).verdict == PASS);
    EXPECT(judge("no_request_lost", HISTORY(refused(), refused(), reset())).verdict == FAIL);
}

static void a_lane_with_its_own_limit_is_judged_by_it(void **state)
{
    struct finding f;

    (void)state;
    given_lanes[1].lost = 1;
    EXPECT(judge("no_request_lost", HISTORY(ok(), reset(.lane = 1))).verdict == PASS);
    f = judge("no_request_lost", HISTORY(ok(), reset(.id = 1, .lane = 1), reset(.lane = 1)));
    EXPECT(f.verdict == FAIL && f.sample == 1);
    EXPECT_SAYS(f, "(limit 1)");
    EXPECT(judge("no_request_lost", HISTORY(ok(), reset(.lane = 0))).verdict == FAIL);
}

static void an_interrupted_run_does_not_blame_what_was_open(void **state)
{
    (void)state;
    EXPECT(judge("no_request_lost", HISTORY(ok(), request(OUTCOME_OPEN, .lane = 0),
                                            event(EVENT_INTERRUPTED, .at = 20)))
               .verdict == UNKNOWN);
}

static void a_wrong_answer_is_not_a_lost_request(void **state)
{
    struct finding f = judge("no_wrong_answer", HISTORY(ok(), truncated(.id = 1, .at = 7)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 1);
    EXPECT_SAYS(f, "1 of 2 requests were answered wrongly: 1 truncated; the first was request 1 of "
                   "lane new at 7.0 ms, while reading the answer");
    EXPECT(
        judge("no_wrong_answer", HISTORY(ok(), request(OUTCOME_BAD_STATUS, .lane = 0))).verdict ==
        FAIL);
    EXPECT(judge("no_wrong_answer", HISTORY(ok(), request(OUTCOME_BAD_BODY, .lane = 0))).verdict ==
           FAIL);
    EXPECT(judge("no_wrong_answer", HISTORY(ok(), refused())).verdict == PASS);
    given()->limits.wrong = 1;
    EXPECT(judge("no_wrong_answer", HISTORY(ok(), truncated())).verdict == PASS);
}

static void a_request_we_failed_to_send_is_nobodys_loss(void **state)
{
    (void)state;
    EXPECT_CLIENTS_SEE("", HISTORY(ok(), request(OUTCOME_UNSENT, .lane = 0)));
}

static void silence_is_downtime(void **state)
{
    struct finding f = judge("no_long_gap", HISTORY(ok(.times = 10, .every = 10),
                                                    ok(.id = 10, .at = 600), ok(.at = 610)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 10);
    EXPECT_SAYS(f, "lane new got no answer for 510.0 ms, from 91.0 ms on (limit 300.0 ms)");
}

static void a_gap_is_judged_beyond_the_lanes_own_spacing(void **state)
{
    (void)state;
    given_lanes[0].rate = 4; /* one in 250 ms */
    EXPECT(judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 501))).verdict == PASS);
    EXPECT(judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 560))).verdict == FAIL);
}

static void a_thin_lane_is_not_judged_by_its_gaps(void **state)
{
    struct finding f;

    (void)state;
    given()->n_lanes = 1;
    given_lanes[0].rate = 2;
    f = judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 5000)));
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT_SAYS(f, "lane new is too thin");
    given_lanes[0].rate = 50; /* dense enough, were it not left to chance */
    given_lanes[0].shape = SHAPE_POISSON;
    EXPECT(!judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 5000))).applies);
    given_lanes[0].shape = SHAPE_BURST;
    given_lanes[0].burst = 100;
    EXPECT(!judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 5000))).applies);
}

static void a_starved_machine_explains_silence(void **state)
{
    struct finding f =
        judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 600),
                                     event(EVENT_STALLED, .at = 599, .value_ms = 400)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "starved");
    EXPECT(judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 600),
                                        event(EVENT_STALLED, .at = 599, .value_ms = 100)))
               .verdict == FAIL);
}

static void a_lane_whose_answers_take_long_is_not_judged_by_its_gaps(void **state)
{
    struct finding f;

    (void)state;
    given()->n_lanes = 1;
    given_lanes[0].work = MS(3000); /* give or take: no server keeps it to the millisecond */
    f = judge("no_long_gap", HISTORY(ok(.at = 1, .took = 2000), ok(.at = 10, .took = 3000)));
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT_SAYS(f, "lane new is too slow to be judged");
}

static void a_starved_machine_explains_that_no_answer_came(void **state)
{
    struct finding f =
        judge("no_request_lost",
              HISTORY(ok(.at = 1), request(OUTCOME_TIMEOUT, .pid = 0, .at = 100, .took = 1000),
                      event(EVENT_STALLED, .at = 1000, .value_ms = 600)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "the machine starved us of its CPUs while 1 of 2 requests had no answer yet");
    EXPECT(strstr(f.why, "lost") == NULL); /* what is unknown has no bound */
    EXPECT(judge("no_request_lost",
                 HISTORY(ok(.at = 1), request(OUTCOME_TIMEOUT, .pid = 0, .at = 100, .took = 1000),
                         event(EVENT_STALLED, .at = 1000, .value_ms = 400)))
               .verdict == FAIL);
    EXPECT(judge("no_request_lost", HISTORY(ok(.at = 1), refused(.at = 100, .took = 1000),
                                            event(EVENT_STALLED, .at = 1000, .value_ms = 600)))
               .verdict == FAIL);
}

static void a_starved_machine_explains_that_a_server_gave_up_on_us(void **state)
{
#define GAVE_UP(how, connecting, stalled)                                                          \
    judge("no_request_lost",                                                                       \
          HISTORY(ok(.at = 1),                                                                     \
                  request(how, .phase = (how) == OUTCOME_REFUSED ? PHASE_CONNECT : PHASE_WAIT,     \
                          .at = 100, .connects = (connecting), .took = 702),                       \
                  event(EVENT_STALLED, .at = 801, .value_ms = (stalled))))                         \
        .verdict
    (void)state;
    EXPECT(GAVE_UP(OUTCOME_EMPTY, 700, 400) == UNKNOWN);
    EXPECT(GAVE_UP(OUTCOME_RESET, 700, 400) == UNKNOWN);
    EXPECT(GAVE_UP(OUTCOME_EMPTY, 700, 300) == FAIL); /* the lesser part of its silence */
    EXPECT(GAVE_UP(OUTCOME_EMPTY, 100, 702) == FAIL); /* nobody is that impatient */
    EXPECT(GAVE_UP(OUTCOME_REFUSED, 700, 400) == FAIL);
}

static void a_starved_machine_does_not_explain_a_refusal(void **state)
{
    struct finding f =
        judge("no_long_gap", HISTORY(ok(.at = 1), refused(.id = 1, .at = 300), ok(.at = 600),
                                     event(EVENT_STALLED, .at = 599, .value_ms = 400)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 1);
}

static void a_longer_gap_that_is_explained_hides_none_that_is_not(void **state)
{
    struct finding f =
        judge("no_long_gap", HISTORY(ok(.at = 1), ok(.at = 900), ok(.at = 1500),
                                     event(EVENT_STALLED, .at = 800, .value_ms = 700)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "from 901.0 ms on");
}

static void down_until_the_end_is_downtime(void **state)
{
    EXPECT(judge("no_long_gap", HISTORY(ok(.at = 1), refused(.at = 100, .times = 50, .every = 10)))
               .verdict == FAIL);
    (void)state;
}

static void a_slow_answer_is_counted_from_when_it_was_due(void **state)
{
    struct finding f =
        judge("no_slow_answer", HISTORY(ok(.at = 1), ok(.id = 1, .at = 10, .took = 1200)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 1);
    EXPECT_SAYS(f,
                "1 of 2 answers took longer than 1000.0 ms; the slowest, to request 1 of lane new "
                "at 10.0 ms, took 1200.0 ms");
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 999))).verdict == PASS);
}

static void the_work_that_was_asked_for_is_not_slowness(void **state)
{
    (void)state;
    given_lanes[0].work = MS(2000);
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 2900))).verdict == PASS);
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 3100))).verdict == FAIL);
}

static void what_the_lane_makes_slow_is_not_the_servers(void **state)
{
    (void)state;
    given_lanes[0].body_bytes = 1000;
    given_lanes[0].send_rate = 500;
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 2900))).verdict == PASS);
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 3100))).verdict == FAIL);
    given_lanes[0].read_rate = 100;
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 5900, .bytes = 300))).verdict ==
           PASS);
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .took = 5900, .bytes = 200))).verdict ==
           FAIL);
}

static void our_own_lateness_is_not_the_servers(void **state)
{
    (void)state;
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .late = 400, .took = 700))).verdict ==
           UNKNOWN);
    EXPECT(judge("no_slow_answer", HISTORY(ok(.at = 1, .late = 10, .took = 1100))).verdict == FAIL);
    EXPECT(judge("no_slow_answer",
                 HISTORY(ok(.at = 1, .took = 1100),
                         event(EVENT_STARVED, .at = 500, .pid = 1, .index = 500, .value_ms = 150)))
               .verdict == UNKNOWN);
}

static void nothing_sent_is_nothing_judged(void **state)
{
    static const char *const names[] = { "no_request_lost", "no_wrong_answer", "no_long_gap",
                                         "no_slow_answer" };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct finding f = judge(names[i], HISTORY(watched));

        EXPECT(f.verdict == PASS && !f.applies && f.why[0]);
    }
}

static void each_way_to_suffer_breaks_one_claim(void **state)
{
    (void)state;
    EXPECT_CLIENTS_SEE("", HISTORY(FORK_EXEC));
    EXPECT_CLIENTS_SEE("no_request_lost", HISTORY(FORK_EXEC, refused(.at = 3005)));
    EXPECT_CLIENTS_SEE("no_request_lost",
                       HISTORY(FORK_EXEC, request(OUTCOME_RESENT, .at = 3005, .lane = 1)));
    EXPECT_CLIENTS_SEE("no_wrong_answer", HISTORY(FORK_EXEC, truncated(.at = 2990, .took = 40)));
    EXPECT_CLIENTS_SEE("no_slow_answer",
                       HISTORY(FORK_EXEC, ok(.at = 3005, .took = 1500, .pid = 200)));
    EXPECT_CLIENTS_SEE("no_long_gap",
                       HISTORY(ok(.at = 1, .times = 100, .every = 10),
                               ok(.at = 1001, .times = 50, .every = 10, .ends = 1500),
                               ok(.at = 1501, .times = 100, .every = 10)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_refused_request_is_downtime),
        TEST(every_way_to_lose_a_request_counts),
        TEST(nothing_lost_passes_and_says_of_how_many),
        TEST(as_many_as_the_limit_may_be_lost),
        TEST(a_lane_with_its_own_limit_is_judged_by_it),
        TEST(an_interrupted_run_does_not_blame_what_was_open),
        TEST(a_wrong_answer_is_not_a_lost_request),
        TEST(a_request_we_failed_to_send_is_nobodys_loss),
        TEST(silence_is_downtime),
        TEST(a_gap_is_judged_beyond_the_lanes_own_spacing),
        TEST(a_thin_lane_is_not_judged_by_its_gaps),
        TEST(a_starved_machine_explains_silence),
        TEST(a_lane_whose_answers_take_long_is_not_judged_by_its_gaps),
        TEST(a_starved_machine_explains_that_no_answer_came),
        TEST(a_starved_machine_explains_that_a_server_gave_up_on_us),
        TEST(a_starved_machine_does_not_explain_a_refusal),
        TEST(a_longer_gap_that_is_explained_hides_none_that_is_not),
        TEST(down_until_the_end_is_downtime),
        TEST(a_slow_answer_is_counted_from_when_it_was_due),
        TEST(the_work_that_was_asked_for_is_not_slowness),
        TEST(what_the_lane_makes_slow_is_not_the_servers),
        TEST(our_own_lateness_is_not_the_servers),
        TEST(nothing_sent_is_nothing_judged),
        TEST(each_way_to_suffer_breaks_one_claim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

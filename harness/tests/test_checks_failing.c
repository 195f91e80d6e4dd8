/* Is an upgrade that is meant to fail judged by whether the old ones go on? */
#include "hand_made.h"

static int meant_to_fail(void **state)
{
    plain_plan(state);
    plan_role(0, UPGRADE_FAILS);
    plan_role(1, UPGRADE_BEGINS);
    given()->n_steps = 1;
    return 0;
}

#define FAILING(name) cmocka_unit_test_setup(name, meant_to_fail)

/* 7 goes on after the upgrade at 1000 ms; 8 comes and goes. */
#define GOES_ON      ok(.at = 1001, .times = 200, .every = 10, .pid = 7)
#define COMES_8      born(.at = 1010, .pid = 8, .value = 7), execs(.at = 1011, .pid = 8, .ino = 12)
#define IN_VAIN      COMES_8, exited(.at = 1020, .pid = 8, .value = 256)
#define THE_END(at_) load_ended(.at = (at_)), event(EVENT_STOP_BEGAN, .at = (at_))

static struct finding kept(struct history h)
{
    return judge("failed_upgrade_kept_serving", h);
}

static void who_goes_on_breaks_no_claim(void **state)
{
    struct finding f = kept(HISTORY(SERVED, GOES_ON, IN_VAIN, THE_END(3001)));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "(1): they answered 200 requests");
    EXPECT_BROKEN("", HISTORY(SERVED, ok(.at = 995, .took = 20, .pid = 7), GOES_ON, IN_VAIN,
                              THE_END(3001), event(EVENT_STOP_ENDED, .at = 3010)));
}

static void an_upgrade_that_fails_and_was_to_succeed_is_not_its_concern(void **state)
{
    (void)state;
    plan_role(0, UPGRADE_BEGINS);
    EXPECT(!kept(HISTORY(SERVED, GOES_ON, IN_VAIN, THE_END(3001))).applies);
}

static void an_upgrade_that_took_effect_against_all_expectation_is_seen(void **state)
{
    struct finding f =
        kept(HISTORY(SERVED, GOES_ON, COMES_8,
                     ok(.id = 900, .at = 2000, .times = 3, .every = 10, .pid = 8), THE_END(3001)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "meant to fail took effect: it began at 1000.0 ms, pid 8 came 10.0 ms later and "
                   "answered request 900, sent at 2000.0 ms");
    /* it exec'd itself */
    f = kept(HISTORY(SERVED, execs(.at = 1010, .pid = 7, .ino = 12), GOES_ON, THE_END(3001)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "took effect");
}

static void one_who_answers_only_after_the_next_upgrade_is_seen(void **state)
{
    (void)state;
    given()->n_steps = 2;
    EXPECT(kept(HISTORY(SERVED, GOES_ON, COMES_8, step(.at = 3010, .index = 1),
                        ok(.at = 3020, .pid = 8), load_ended(.at = 4000)))
               .verdict == FAIL);
}

static void requests_may_not_be_lost_for_it(void **state)
{
    struct finding f = kept(
        HISTORY(SERVED, GOES_ON, IN_VAIN, reset(.id = 900, .at = 990, .took = 20), THE_END(3001)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 900);
    EXPECT_SAYS(f, "1 requests were lost after the upgrade at 1000.0 ms, which was meant to fail; "
                   "the first was request 900, sent at 990.0 ms: reset");
    f = kept(HISTORY(SERVED, GOES_ON, IN_VAIN, request(OUTCOME_BAD_STATUS, .at = 1500, .pid = 7),
                     THE_END(3001)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "answered wrongly");
    given()->limits.lost = 1;
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, reset(.at = 1200), THE_END(3001))).verdict ==
           PASS);
}

static void what_the_next_upgrade_lost_is_not_its_fault(void **state)
{
    (void)state;
    given()->n_steps = 2;
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, reset(.at = 3000, .took = 20),
                        step(.at = 3010, .index = 1), reset(.at = 3100), load_ended(.at = 4000)))
               .verdict == PASS);
}

static void a_long_silence_is_seen(void **state)
{
    struct finding f =
        kept(HISTORY(SERVED, ok(.at = 1001, .pid = 7), IN_VAIN,
                     ok(.at = 1500, .times = 50, .every = 10, .pid = 7), THE_END(2000)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "nobody answered for 499.0 ms, from 1002.0 ms on");
    f = kept(HISTORY(SERVED, ok(.at = 1001, .pid = 7), IN_VAIN,
                     ok(.at = 1500, .times = 50, .every = 10, .pid = 7), THE_END(2000),
                     event(EVENT_STALLED, .at = 1490, .value_ms = 400)));
    EXPECT(f.verdict == UNKNOWN);
    /* silence before it began is not its fault, nor is what the next one brings */
    EXPECT(kept(HISTORY(watched, born(.pid = 7), execs(.pid = 7), ok(.at = 1, .pid = 7),
                        step(.at = 1000), GOES_ON, THE_END(3001)))
               .verdict == PASS);
    given()->n_steps = 2;
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, step(.at = 3010, .index = 1),
                        ok(.at = 4000, .pid = 7), load_ended(.at = 4100)))
               .verdict == PASS);
}

static void what_came_in_vain_has_to_be_gone(void **state)
{
    struct finding f = kept(HISTORY(SERVED, ok(.at = 1001, .times = 700, .every = 10, .pid = 7),
                                    COMES_8, THE_END(8000)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 8 of generation 2 still lived 7000.0 ms after the upgrade at 1000.0 ms");
    f = kept(HISTORY(SERVED, GOES_ON, COMES_8, THE_END(3001)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "too early to say");
    /* a helper that it starts to stop */
    EXPECT(kept(HISTORY(SERVED, GOES_ON, THE_END(3001), born(.at = 3010, .pid = 9, .value = 7)))
               .verdict == PASS);
}

static void what_is_not_known_is_not_guessed(void **state)
{
    struct finding f = kept(HISTORY(SERVED, IN_VAIN, THE_END(1100)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "no request was sent and answered after");
    f = kept(HISTORY(SERVED, ok(.at = 1001, .times = 200, .every = 10), IN_VAIN, THE_END(3001)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "who answered 200 requests");
    EXPECT(kept(HISTORY(SERVED, event(EVENT_WATCH, .value = WATCHED_WITH_HOLES), GOES_ON, IN_VAIN,
                        THE_END(3001)))
               .verdict == UNKNOWN);
    given()->server.who = WHO_NONE;
    EXPECT(!kept(HISTORY(SERVED, GOES_ON, THE_END(3001))).applies);
}

static void what_nobody_could_tell_is_not_lost(void **state)
{
    (void)state;
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, request(OUTCOME_OPEN, .at = 2990),
                        event(EVENT_INTERRUPTED, .at = 3000), THE_END(3001)))
               .verdict == PASS);
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, request(OUTCOME_TIMEOUT, .at = 1500, .took = 900),
                        event(EVENT_STALLED, .at = 2300, .value_ms = 600), THE_END(3001)))
               .verdict == PASS);
    EXPECT(kept(HISTORY(SERVED, GOES_ON, IN_VAIN, request(OUTCOME_TIMEOUT, .at = 1500, .took = 900),
                        THE_END(3001)))
               .verdict == FAIL);
}

static void one_that_may_be_of_the_upgrade_before_is_not_accused(void **state)
{
    struct finding f;

    (void)state;
    plan_role(0, UPGRADE_BEGINS);
    plan_role(1, UPGRADE_FAILS);
    f = kept(HISTORY(SERVED, step(.at = 1005, .index = 1), COMES_8, ok(.at = 1100, .pid = 8),
                     THE_END(3001)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "it may have come by the upgrade at 1000.0 ms");
}

static void one_of_a_server_that_begets_unasked_is_not_accused(void **state)
{
    struct finding f = kept(HISTORY(
        load_began(.at = 1), born(.pid = 6), born(.pid = 5, .value = 6), ok(.at = 1, .pid = 5),
        born(.at = 500, .pid = 7, .value = 6), ok(.at = 510, .times = 40, .every = 10, .pid = 7),
        step(.at = 1000), born(.at = 1010, .pid = 8, .value = 6), ok(.at = 1020, .pid = 8),
        ok(.at = 1030, .pid = 7), THE_END(1500)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "begets processes also without any upgrade");
    /* and one that stays, though it never answers */
    f = kept(HISTORY(load_began(.at = 1), born(.pid = 6), born(.pid = 5, .value = 6),
                     ok(.at = 1, .times = 49, .every = 10, .pid = 5),
                     born(.at = 500, .pid = 7, .value = 6),
                     ok(.at = 510, .times = 700, .every = 10, .pid = 7), step(.at = 1000),
                     born(.at = 1010, .pid = 8, .value = 6), THE_END(7511)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "pid 8 of generation 2 still lived");
}

/* 9 comes by the good upgrade at 4000 ms, after the failed one at 1000. */
#define THEN_A_GOOD_ONE                                                                            \
    SERVED, ok(.at = 990, .took = 20, .pid = 7), GOES_ON, IN_VAIN,                                 \
        ok(.at = 3001, .times = 100, .every = 10, .pid = 7), step(.at = 4000, .index = 1),         \
        born(.at = 4010, .pid = 9, .value = 7), execs(.at = 4011, .pid = 9, .ino = 11),            \
        ok(.at = 3999, .took = 50, .pid = 7), ok(.at = 4020, .times = 200, .every = 10, .pid = 9)
#define WENT_7 exited(.at = 4100, .pid = 7)
#define ENDED  THE_END(12000), event(EVENT_STOP_ENDED, .at = 12010)

static void a_good_upgrade_after_it_is_judged_as_ever(void **state)
{
    struct finding f;

    (void)state;
    given()->n_steps = 2;
    EXPECT_BROKEN("", HISTORY(THEN_A_GOOD_ONE, WENT_7, ENDED));
    EXPECT_BROKEN("old_exited", HISTORY(THEN_A_GOOD_ONE, ENDED));
    f = judge("upgrade_took_effect", HISTORY(THEN_A_GOOD_ONE, WENT_7, ENDED));
    EXPECT_SAYS(f, "each of the upgrades (1)");
}

static void a_good_upgrade_before_it_is_judged_as_ever(void **state)
{
    (void)state;
    plan_role(0, UPGRADE_BEGINS);
    plan_role(1, UPGRADE_FAILS);
    /* the old one serves again long after the takeover, beyond the failed one */
    EXPECT(judge("no_return_to_old",
                 HISTORY(SERVED, NEW_8, ok(.at = 1020, .times = 50, .every = 10, .pid = 8),
                         step(.at = 1500, .index = 1), ok(.at = 2500, .pid = 7),
                         ok(.at = 2510, .pid = 8), THE_END(3001)))
               .verdict == FAIL);
    /* and one that takes over only after the failed one has begun is no intruder */
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, NEW_8, step(.at = 1500, .index = 1),
                                                ok(.at = 2500, .pid = 8), THE_END(3001)))
               .verdict == PASS);
}

static void nothing_but_failures_demands_no_effect(void **state)
{
    (void)state;
    EXPECT(!judge("upgrade_took_effect", HISTORY(SERVED, GOES_ON)).applies);
    EXPECT(!judge("old_exited", HISTORY(SERVED, GOES_ON, THE_END(9000))).applies);
    given()->server.who = WHO_NONE;
    EXPECT(judge("upgrade_was_seen", HISTORY(SERVED, GOES_ON)).verdict == PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAILING(who_goes_on_breaks_no_claim),
        FAILING(an_upgrade_that_fails_and_was_to_succeed_is_not_its_concern),
        FAILING(an_upgrade_that_took_effect_against_all_expectation_is_seen),
        FAILING(one_who_answers_only_after_the_next_upgrade_is_seen),
        FAILING(requests_may_not_be_lost_for_it),
        FAILING(what_the_next_upgrade_lost_is_not_its_fault),
        FAILING(a_long_silence_is_seen),
        FAILING(what_came_in_vain_has_to_be_gone),
        FAILING(what_is_not_known_is_not_guessed),
        FAILING(what_nobody_could_tell_is_not_lost),
        FAILING(one_that_may_be_of_the_upgrade_before_is_not_accused),
        FAILING(one_of_a_server_that_begets_unasked_is_not_accused),
        FAILING(a_good_upgrade_after_it_is_judged_as_ever),
        FAILING(a_good_upgrade_before_it_is_judged_as_ever),
        FAILING(nothing_but_failures_demands_no_effect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does it follow how closely each handover was looked at? */
#include "found_facts.h"

#define NEW    CONNECTION_NEW
#define REUSED CONNECTION_REUSED

/* 7 serves until 8 has taken over at 1021 ms, and is gone at 1100 ms. */
#define HANDS_OVER SERVED, NEW_8, exited(.at = 1100, .pid = 7), load_ended(.at = 2000)

static void a_handover_lasts_until_the_old_ones_are_gone(void **state)
{
    const struct facts *f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8)));

    EXPECT(f->upgrades[0].handed_over == MS(1100));
    forget(state);
    f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .took = 300, .pid = 8)));
    EXPECT(f->upgrades[0].handed_over == MS(1320)); /* nobody new had answered before */
    forget(state);
    f = find(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), load_ended(.at = 2000)));
    EXPECT(f->upgrades[0].handed_over == MS(2000)); /* the old one stays */
}

static void a_handover_ends_when_the_next_begins(void **state)
{
    const struct facts *f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8), step(.at = 1050),
                                         born(.at = 1060, .pid = 9), ok(.at = 1070, .pid = 9),
                                         ok(.at = 1990, .pid = 9), exited(.at = 1500, .pid = 8)));

    (void)state;
    EXPECT(f->upgrades[0].handed_over == MS(1050) && f->upgrades[1].handed_over == MS(1500));
    EXPECT(f->upgrades[0].exposure.requests == 1 && f->upgrades[1].exposure.requests == 1);
    EXPECT(f->exposure.requests == 2);
}

static void one_that_is_meant_to_fail_lasts_as_long_as_what_came_in_vain(void **state)
{
    const struct facts *f;

    plan_role(0, UPGRADE_FAILS);
    f = find(HISTORY(SERVED, NEW_8, exited(.at = 1200, .pid = 8), load_ended(.at = 2000)));
    EXPECT(f->upgrades[0].handed_over == MS(1200));
    forget(state);
    f = find(HISTORY(SERVED, load_ended(.at = 2000)));
    EXPECT(f->upgrades[0].handed_over == MS(2000)); /* who knows when it gave up? */
}

static void a_step_that_lasts_is_part_of_the_handover(void **state)
{
    const struct facts *f = find(
        HISTORY(watched, born(.pid = 7), ok(.at = 1, .pid = 7), event(EVENT_STEP_BEGAN, .at = 10),
                exited(.at = 20, .pid = 7), born(.at = 21, .pid = 8), ok(.at = 30, .pid = 8),
                event(EVENT_STEP_ENDED, .at = 70), load_ended(.at = 90)));

    (void)state;
    EXPECT(f->upgrades[0].handed_over == MS(70));
}

static void what_is_on_its_way_in_a_handover_counts_once(void **state)
{
    const struct facts *f =
        find(HISTORY(HANDS_OVER, ok(.at = 990, .took = 50, .pid = 7), ok(.at = 1020, .pid = 8),
                     refused(.at = 1030), ok(.at = 1101, .pid = 8), ok(.at = 1099.5, .pid = 8),
                     request(OUTCOME_UNSENT, .at = 1040), refused(.at = 500), step(.at = 1200),
                     reset(.at = 1190, .took = 20), refused(.at = 1250)));

    (void)state;
    EXPECT(f->upgrades[0].exposure.requests == 4 && f->upgrades[0].exposure.lost == 1);
    EXPECT(f->upgrades[1].exposure.requests == 2 && f->upgrades[1].exposure.lost == 2);
    EXPECT(f->exposure.requests == 6 && f->exposure.lost == 3 && f->upgrades_with_loss == 2);
    forget(state);
    f = find(HISTORY(SERVED, ok(.at = 900, .took = 500, .pid = 7), step(.at = 1300)));
    EXPECT(f->upgrades[0].exposure.requests == 1 && f->upgrades[1].exposure.requests == 1);
    EXPECT(f->exposure.requests == 1); /* astride both */
    EXPECT(f->exposure.lost == 0 && f->upgrades_with_loss == 0);
}

static void a_blind_spot_lies_between_attempts(void **state)
{
    /* an attempt takes a tenth of a millisecond, its answer 1 ms */
    const struct facts *f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8),
                                         ok(.at = 1050, .pid = 8), refused(.at = 1080, .took = 5)));

    (void)state;
    EXPECT(f->upgrades[0].exposure.blind[NEW] == MS(1050) - MS(1020) - 100000);
    EXPECT(f->exposure.blind[NEW] == f->upgrades[0].exposure.blind[NEW]);
}

static void a_blind_spot_may_be_at_either_end(void **state)
{
    const struct facts *f = find(HISTORY(HANDS_OVER, ok(.at = 1060, .pid = 8)));

    EXPECT(f->exposure.blind[NEW] == MS(60));
    forget(state);
    f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8)));
    EXPECT(f->exposure.blind[NEW] == MS(1100) - MS(1020) - 100000);
    EXPECT(f->exposure.blind[REUSED] == MS(100)); /* the lane had nothing to say */
}

static void a_request_on_a_kept_connection_sees_until_its_answer(void **state)
{
    const struct facts *f =
        find(HISTORY(HANDS_OVER, ok(.at = 990, .took = 30, .lane = 1, .kept = true, .pid = 7),
                     ok(.at = 1010, .took = 2, .lane = 1, .kept = true, .pid = 7),
                     ok(.at = 1045, .took = 40, .lane = 1, .kept = true, .pid = 8),
                     ok(.at = 1030, .took = 5, .lane = 1, .pid = 8)));

    (void)state;
    EXPECT(f->exposure.blind[REUSED] == MS(25)); /* 1020 to 1045: the last opened its own */
    EXPECT(f->exposure.blind[NEW] == MS(1100) - MS(1030) - 100000);
}

static void what_was_not_answered_was_on_its_way_until_the_end(void **state)
{
    const struct facts *f = find(
        HISTORY(HANDS_OVER, ok(.at = 1010, .pid = 8),
                request(OUTCOME_OPEN, .at = 1040, .phase = PHASE_CONNECT),
                request(OUTCOME_OPEN, .at = 1005, .phase = PHASE_WAIT, .lane = 1, .kept = true)));

    (void)state;
    EXPECT(f->exposure.blind[NEW] == MS(1040) - MS(1010) - 100000);
    EXPECT(f->exposure.blind[REUSED] == MS(5));
    EXPECT(f->exposure.lost == 2);
}

static void the_longest_of_all_upgrades_counts(void **state)
{
    const struct facts *f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8), step(.at = 1200),
                                         ok(.at = 1210, .pid = 8), load_ended(.at = 1500)));

    (void)state;
    EXPECT(f->upgrades[0].exposure.blind[NEW] == MS(1100) - MS(1020) - 100000);
    EXPECT(f->upgrades[1].exposure.blind[NEW] == MS(2000) - MS(1210) - 100000);
    EXPECT(f->exposure.blind[NEW] == f->upgrades[1].exposure.blind[NEW]);
}

static void of_a_kind_without_a_lane_nothing_is_known(void **state)
{
    const struct facts *f;

    given()->n_lanes = 1;
    f = find(HISTORY(HANDS_OVER, ok(.at = 1020, .pid = 8)));
    EXPECT(f->upgrades[0].exposure.blind[REUSED] == -1 && f->exposure.blind[REUSED] == -1);
    EXPECT(f->exposure.blind[NEW] > 0);
    forget(state);
    f = find(HISTORY(watched, born(.pid = 7), ok(.at = 1, .pid = 7)));
    EXPECT(f->exposure.blind[NEW] == -1 && f->exposure.requests == 0); /* no upgrade */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_handover_lasts_until_the_old_ones_are_gone),
        FACT(a_handover_ends_when_the_next_begins),
        FACT(one_that_is_meant_to_fail_lasts_as_long_as_what_came_in_vain),
        FACT(a_step_that_lasts_is_part_of_the_handover),
        FACT(what_is_on_its_way_in_a_handover_counts_once),
        FACT(a_blind_spot_lies_between_attempts),
        FACT(a_blind_spot_may_be_at_either_end),
        FACT(a_request_on_a_kept_connection_sees_until_its_answer),
        FACT(what_was_not_answered_was_on_its_way_until_the_end),
        FACT(the_longest_of_all_upgrades_counts),
        FACT(of_a_kind_without_a_lane_nothing_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

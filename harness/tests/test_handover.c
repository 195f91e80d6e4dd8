/* Is what became of the old processes and their requests measured right? */
#include "core/handover.h"
#include "found_facts.h"

static void the_overlap_is_from_the_first_new_answer_to_the_last_old_one(void **state)
{
    const struct facts *f = find(
        HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), ok(.at = 1030, .took = 100, .pid = 7)));

    (void)state;
    EXPECT(handover_overlap(f) == MS(109));
}

static void a_restart_has_no_overlap(void **state)
{
    const struct facts *f = find(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8)));

    (void)state;
    EXPECT(handover_overlap(f) == 0);
}

static void without_a_takeover_there_is_no_overlap_to_know(void **state)
{
    const struct facts *f = find(HISTORY(SERVED, ok(.at = 1020, .pid = 7)));

    (void)state;
    EXPECT(handover_overlap(f) == -1 && handover_drain(f) == -1);
}

static void the_longest_overlap_of_several_upgrades_counts(void **state)
{
    const struct facts *f =
        find(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), ok(.at = 1010, .took = 50, .pid = 7),
                     step(.at = 2000), born(.at = 2001, .pid = 9), ok(.at = 2010, .pid = 9),
                     ok(.at = 1990, .took = 30, .pid = 8)));

    (void)state;
    EXPECT(handover_overlap(f) == MS(39));
}

static void the_drain_is_until_the_last_old_process_exits(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 5), SERVED, born(.at = 1, .pid = 6), ok(.at = 900, .pid = 6),
                     NEW_8, ok(.at = 1020, .pid = 8), exited(.at = 1030, .pid = 7),
                     exited(.at = 1060, .pid = 6), exited(.at = 1500, .pid = 5)));

    (void)state; /* 5 never answered: it may stay */
    EXPECT(handover_drain(f) == MS(60));
}

static void an_exec_in_place_ends_the_old_life(void **state)
{
    const struct facts *f = find(HISTORY(IN_PLACE));

    (void)state;
    EXPECT(handover_drain(f) == MS(10));
}

static void who_outlives_the_limit_and_the_run_never_went(void **state)
{
    const struct facts *f =
        find(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), event(EVENT_STOP_BEGAN, .at = 6500),
                     exited(.at = 6510, .pid = 7)));

    (void)state;
    EXPECT(handover_drain(f) == NEVER);
}

static void a_run_that_ended_early_cannot_know_the_drain(void **state)
{
    const struct facts *f =
        find(HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), event(EVENT_STOP_BEGAN, .at = 5500),
                     exited(.at = 5510, .pid = 7)));

    (void)state;
    EXPECT(handover_drain(f) == -1);
}

static void of_one_that_goes_and_one_that_stays_the_drain_is_not_known(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 6), ok(.at = 2, .pid = 6), SERVED, NEW_8, ok(.at = 1020, .pid = 8),
                     exited(.at = 1050, .pid = 6), event(EVENT_STOP_BEGAN, .at = 5500)));

    (void)state;
    EXPECT(handover_drain(f) == -1);
}

static void what_was_in_flight_is_told_apart(void **state)
{
    struct in_flight n = handover_in_flight(find(HISTORY(
        SERVED, NEW_8, ok(.at = 999, .took = 5, .pid = 7), ok(.at = 998, .took = 30, .pid = 8),
        reset(.at = 997, .took = 20), ok(.at = 1100, .pid = 8))));

    (void)state;
    EXPECT(n.all == 3 && n.by_old == 1 && n.by_new == 1 && n.lost == 1);
    EXPECT(n.first_lost->sent == MS(997));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(the_overlap_is_from_the_first_new_answer_to_the_last_old_one),
        FACT(a_restart_has_no_overlap),
        FACT(without_a_takeover_there_is_no_overlap_to_know),
        FACT(the_longest_overlap_of_several_upgrades_counts),
        FACT(the_drain_is_until_the_last_old_process_exits),
        FACT(an_exec_in_place_ends_the_old_life),
        FACT(who_outlives_the_limit_and_the_run_never_went),
        FACT(a_run_that_ended_early_cannot_know_the_drain),
        FACT(of_one_that_goes_and_one_that_stays_the_drain_is_not_known),
        FACT(what_was_in_flight_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

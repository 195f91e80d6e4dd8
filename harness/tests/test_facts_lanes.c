/* Does it follow how each lane fared, and whether the machine had time for it? */
#include "found_facts.h"

static void lanes_are_counted_apart(void **state)
{
    const struct facts *f = find(HISTORY(ok(.at = 1, .took = 2), ok(.at = 2, .took = 4),
                                         refused(.at = 3, .lane = 1), ok(.at = 4, .lane = 1)));

    (void)state;
    EXPECT(f->lanes[0].ok == 2 && f->lanes[0].lost == 0 && f->lanes[0].planned == 2);
    EXPECT(f->lanes[1].requests == 2 && f->lanes[1].by_outcome[OUTCOME_REFUSED] == 1);
    EXPECT(f->lanes[0].p50 == MS(2) && f->lanes[0].max == MS(4));
    EXPECT(f->all.requests == 4 && f->all.lost == 1 && f->all.planned == 4);
    EXPECT(f->all.max == MS(4) && f->all.p50 == MS(2));
}

static void a_load_without_an_end_ends_with_its_last_request(void **state)
{
    const struct facts *f = find(HISTORY(load_began(.at = 5), ok(.at = 90), ok(.at = 20)));

    EXPECT(f->load_began == MS(5) && f->load_ended == MS(90));
    forget(state);
    f = find(HISTORY(load_began(.at = 5)));
    EXPECT(f->load_began == MS(5) && f->load_ended == MS(5));
}

static void facts_may_be_freed_twice(void **state)
{
    (void)state;
    find(HISTORY(FORK_EXEC));
    facts_free(&facts);
    EXPECT(!facts.processes && facts.n_processes == 0);
}

static void a_gap_is_the_time_between_two_answers(void **state)
{
    const struct facts *f = find(HISTORY(ok(.at = 10), ok(.at = 20), ok(.at = 500), ok(.at = 510)));

    (void)state;
    EXPECT(f->lanes[0].longest_gap == MS(480) && f->lanes[0].longest_gap_at == MS(21));
}

static void the_longest_gap_of_all_is_that_of_a_lane(void **state)
{
    for (unsigned lane = 0; lane < 2; lane++) {
        const struct facts *f = find(
            HISTORY(ok(.at = 10, .lane = (uint8_t)lane), ok(.at = 500, .lane = (uint8_t)lane),
                    ok(.at = 30, .lane = (uint8_t)!lane), ok(.at = 100, .lane = (uint8_t)!lane)));

        EXPECT(f->all.longest_gap == MS(490) && f->all.longest_gap_at == MS(11));
        forget(state);
    }
}

static void down_until_the_end_is_a_gap(void **state)
{
    const struct facts *f =
        find(HISTORY(ok(.at = 10), ok(.at = 20), refused(.at = 30), refused(.at = 900)));

    (void)state;
    EXPECT(f->lanes[0].longest_gap == MS(880) && f->lanes[0].longest_gap_at == MS(21));
}

static void down_from_the_beginning_is_a_gap(void **state)
{
    const struct facts *f = find(HISTORY(load_began(.at = 5), refused(.at = 10), ok(.at = 700)));

    (void)state;
    EXPECT(f->lanes[0].longest_gap == MS(696) && f->lanes[0].longest_gap_at == MS(5));
}

static void what_was_lost_amid_answers_leaves_the_ends_alone(void **state)
{
    const struct facts *f = find(HISTORY(load_began(.at = 5), ok(.at = 600), refused(.at = 610),
                                         ok(.at = 620), ok(.at = 640)));

    EXPECT(f->lanes[0].longest_gap == MS(20));
    forget(state);
    f = find(HISTORY(ok(.at = 10), request(OUTCOME_TIMEOUT, .at = 15, .took = 500), ok(.at = 20)));
    EXPECT(f->lanes[0].longest_gap == MS(10));
}

static void so_many_of_a_hundred_were_as_quick(void **state)
{
    struct row rows[100];
    const struct facts *f;

    (void)state;
    for (unsigned i = 0; i < COUNT(rows); i++)
        rows[i] = (struct row)ok(.at = 10.0 * i + 1, .took = 100 - i);
    f = find(history_of(rows, COUNT(rows)));
    EXPECT(f->lanes[0].p50 == MS(50) && f->lanes[0].p90 == MS(90));
    EXPECT(f->lanes[0].p99 == MS(99) && f->lanes[0].max == MS(100));
}

static void a_lane_that_ends_early_has_no_gap(void **state)
{
    const struct facts *f = find(HISTORY(ok(.at = 10), load_ended(.at = 9000)));

    (void)state;
    EXPECT(f->lanes[0].longest_gap == 0 && f->lanes[1].longest_gap == 0);
}

static void starvation_is_the_worst_of_the_processes(void **state)
{
    const struct facts *f =
        find(HISTORY(event(EVENT_STARVED, .at = 100, .pid = 7, .index = 50, .value_ms = 10),
                     event(EVENT_STARVED, .at = 150, .pid = 7, .index = 50, .value_ms = 20),
                     event(EVENT_STARVED, .at = 150, .pid = 8, .index = 50, .value_ms = 25),
                     event(EVENT_STALLED, .at = 300, .value_ms = 40)));

    (void)state;
    EXPECT(facts_starved(f, MS(60), MS(120)) == MS(30));
    EXPECT(facts_starved(f, MS(110), MS(120)) == MS(25));
    EXPECT(facts_starved(f, MS(60), MS(90)) == MS(10));
    EXPECT(facts_starved(f, MS(270), MS(280)) == MS(40));
    EXPECT(facts_starved(f, MS(60), MS(400)) == MS(40));
    EXPECT(facts_starved(f, MS(200), MS(250)) == 0);
}

static void each_waits_for_itself(void **state)
{
    const struct facts *f =
        find(HISTORY(event(EVENT_STARVED, .at = 100, .pid = 8, .index = 50, .value_ms = 10),
                     event(EVENT_STARVED, .at = 110, .pid = 7, .index = 50, .value_ms = 25),
                     event(EVENT_STARVED, .at = 150, .pid = 8, .index = 50, .value_ms = 20)));

    (void)state;
    EXPECT(facts_starved(f, 0, MS(200)) == MS(30));
    EXPECT(facts_starved(f, MS(105), MS(108)) == MS(25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(lanes_are_counted_apart),
        FACT(a_load_without_an_end_ends_with_its_last_request),
        FACT(facts_may_be_freed_twice),
        FACT(a_gap_is_the_time_between_two_answers),
        FACT(the_longest_gap_of_all_is_that_of_a_lane),
        FACT(down_until_the_end_is_a_gap),
        FACT(down_from_the_beginning_is_a_gap),
        FACT(what_was_lost_amid_answers_leaves_the_ends_alone),
        FACT(so_many_of_a_hundred_were_as_quick),
        FACT(a_lane_that_ends_early_has_no_gap),
        FACT(starvation_is_the_worst_of_the_processes),
        FACT(each_waits_for_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Does what follows from a history follow? */
#include "hand_made.h"

static struct history history;
static struct facts facts;

static const struct facts *find(struct history h)
{
    history = h;
    facts_find(&facts, given(), &history);
    return &facts;
}

static int forget(void **state)
{
    (void)state;
    facts_free(&facts);
    history_free(&history);
    return 0;
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, plain_plan, forget)

static void a_fork_and_its_exec_are_one_process(void **state)
{
    const struct facts *f = find(HISTORY(born(.at = 1, .pid = 7, .start = 3, .value = 6),
                                         execs(.at = 2, .pid = 7, .start = 3, .ino = 11),
                                         exited(.at = 90, .pid = 7, .start = 3, .value = 256)));

    (void)state;
    EXPECT(f->n_processes == 1);
    EXPECT(f->processes[0].parent == 6 && f->processes[0].ino == 11);
    EXPECT(f->processes[0].born == MS(1) && f->processes[0].exited == MS(90));
    EXPECT(f->processes[0].status == 256 && f->processes[0].generation == 1);
}

static void a_child_runs_its_parents_program(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 7), execs(.at = 1, .pid = 7, .dev = 5, .ino = 11),
                     born(.at = 2, .pid = 8, .value = 7)));

    (void)state;
    EXPECT(f->n_processes == 2 && f->processes[1].execd == -1);
    for (size_t i = 0; i < 2; i++)
        EXPECT(f->processes[i].dev == 5 && f->processes[i].ino == 11);
}

static void a_number_given_to_another_process_is_another(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.at = 1, .pid = 7, .start = 3), born(.at = 50, .pid = 7, .start = 9),
                     ok(.at = 40, .pid = 7), ok(.at = 60, .pid = 7)));

    (void)state;
    EXPECT(f->n_processes == 2 && f->processes[0].exited == MS(50));
    EXPECT(f->answered_by[0] == 0 && f->answered_by[1] == 1);
}

static void a_process_first_met_without_its_start_is_told_apart_later(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.at = 1, .pid = 7), execs(.at = 2, .pid = 7, .start = 3),
                     born(.at = 50, .pid = 7, .start = 9)));

    (void)state;
    EXPECT(f->n_processes == 2);
    EXPECT(f->processes[0].start == 3 && f->processes[1].start == 9);
}

static void a_process_told_of_twice_is_one(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 7, .start = 3), born(.at = 5, .pid = 7, .start = 3),
                     execs(.at = 9, .pid = 8), exited(.at = 9, .pid = 9)));

    (void)state;
    EXPECT(f->n_processes == 3); /* 8 and 9: first met when they exec'd, exited */
}

static void who_stayed_behind_is_marked(void **state)
{
    const struct facts *f = find(HISTORY(born(.pid = 7), born(.pid = 8), born(.pid = 9),
                                         event(EVENT_PROC_ZOMBIE, .at = 5, .pid = 8),
                                         event(EVENT_PROC_LEFT_OVER, .at = 6, .pid = 9)));

    (void)state;
    EXPECT(!f->processes[0].zombie && !f->processes[0].left_over);
    EXPECT(f->processes[1].zombie && !f->processes[1].left_over);
    EXPECT(!f->processes[2].zombie && f->processes[2].left_over);
}

static void an_exec_after_the_upgrade_begins_another_life(void **state)
{
    const struct facts *f = find(HISTORY(IN_PLACE));

    (void)state;
    EXPECT(f->n_processes == 2);
    EXPECT(f->processes[0].execd_away == MS(3010) && f->processes[0].generation == 1);
    EXPECT(f->processes[1].generation == 2 && f->processes[1].before == 0);
    EXPECT(f->processes[0].exited == -1 && f->processes[1].exited == MS(8150));
    EXPECT(f->upgrades[0].new_process == 1);
}

static void another_life_has_the_same_mother(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 6), born(.at = 1, .pid = 7, .start = 3, .value = 6),
                     ok(.at = 5, .pid = 7), step(.at = 11), execs(.at = 12, .pid = 7)));

    (void)state;
    EXPECT(f->n_processes == 3 && f->processes[2].before == 1);
    EXPECT(f->processes[2].mother == 0 && f->processes[2].parent == 6);
    EXPECT(f->processes[2].start == 3);
}

static void an_exec_that_the_trigger_came_before_is_the_same_life(void **state)
{
    const struct facts *f = find(HISTORY(born(.at = 10, .pid = 7), step(.at = 11),
                                         execs(.at = 12, .pid = 7), ok(.at = 20, .pid = 7)));

    (void)state;
    EXPECT(f->n_processes == 1 && f->processes[0].generation == 1);
}

static void a_process_that_served_and_execs_begins_another_life(void **state)
{
    const struct facts *f = find(HISTORY(born(.at = 1, .pid = 7), ok(.at = 5, .pid = 7),
                                         step(.at = 11), execs(.at = 12, .pid = 7)));

    (void)state;
    EXPECT(f->n_processes == 2 && f->processes[1].generation == 2);
}

static void an_answer_read_after_its_process_exited_is_still_its(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.at = 1, .pid = 7), exited(.at = 20, .pid = 7),
                     ok(.at = 15, .took = 10, .pid = 7), ok(.at = 16, .pid = 8)));

    (void)state;
    EXPECT(f->answered_by[0] == 0 && f->answered_by[1] == NOBODY);
    EXPECT(f->processes[0].requests == 1 && f->processes[0].last_answer == MS(25));
}

static void the_last_answer_before_an_exec_stays_with_the_old_life(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 7), execs(.pid = 7), step(.at = 10), execs(.at = 20, .pid = 7),
                     ok(.at = 15, .took = 6, .pid = 7, .lane = 1, .kept = true),
                     ok(.at = 18, .took = 30, .pid = 7, .lane = 0)));

    (void)state;
    EXPECT(f->answered_by[0] == 0); /* kept connection: it had been asked before */
    EXPECT(f->answered_by[1] == 1); /* new connection: it waited to be accepted */
}

static void a_takeover_is_the_first_request_a_new_process_answers(void **state)
{
    const struct facts *f = find(HISTORY(FORK_EXEC));

    (void)state;
    EXPECT(f->n_upgrades == 1 && f->upgrades_planned == 1);
    EXPECT(f->upgrades[0].begun == MS(3000) && f->upgrades[0].ended == MS(8000));
    EXPECT(f->upgrades[0].generation == 2);
    EXPECT(f->upgrades[0].takeover == MS(3051));
    EXPECT(f->processes[f->upgrades[0].new_process].pid == 200);
}

static void what_the_next_upgrade_took_over_is_not_this_ones(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 7), step(.at = 10), ok(.at = 20, .pid = 7), step(.at = 30),
                     born(.at = 30, .pid = 8), ok(.at = 40, .pid = 8)));

    (void)state;
    EXPECT(f->upgrades[0].takeover == -1 && f->upgrades[0].new_process == NOBODY);
    EXPECT(f->upgrades[1].takeover == MS(40));
    EXPECT(f->processes[1].generation == 3); /* born at the very instant: after it */
    EXPECT(facts_upgrades_by(f, MS(29)) == 1 && facts_upgrades_by(f, MS(9)) == 0);
}

static void a_deploy_belongs_to_the_trigger_that_follows(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    plan_role(2, UPGRADE_CONTINUES);
    plan_role(3, UPGRADE_NONE);
    f = find(HISTORY(step(.at = 10, .index = 0), step(.at = 20, .index = 1),
                     event(EVENT_STEP_BEGAN, .at = 30, .index = 2),
                     event(EVENT_STEP_ENDED, .at = 35, .index = 2), step(.at = 40, .index = 3),
                     load_ended(.at = 90)));
    EXPECT(f->upgrades_planned == 1 && f->n_upgrades == 1);
    EXPECT(f->upgrades[0].begun == MS(20) && f->upgrades[0].step == 1);
    EXPECT(f->upgrades[0].settled == MS(35) && f->upgrades[0].ended == MS(90));
}

static void a_deploy_without_a_trigger_is_an_upgrade(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(1, UPGRADE_DEPLOYS);
    given_steps[1].repeat = 2;
    f = find(HISTORY(step(.at = 10, .index = 0), step(.at = 20, .index = 1),
                     step(.at = 30, .index = 1), load_ended(.at = 90)));
    EXPECT(f->upgrades_planned == 3 && f->n_upgrades == 3);
    EXPECT(f->upgrades[1].begun == MS(20) && f->upgrades[1].ended == MS(30));
    EXPECT(f->upgrades[2].generation == 4 && f->upgrades[2].ended == MS(90));
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

/* How many upgrades a plan of two steps has. */
static size_t planned(enum upgrade_role first, enum upgrade_role second)
{
    size_t n;

    plan_role(0, first);
    plan_role(1, second);
    n = find(HISTORY(watched))->upgrades_planned;
    forget(NULL);
    return n;
}

static void upgrades_are_counted_in_the_plan(void **state)
{
    (void)state;
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_BEGINS) == 1);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_FAILS) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_CONTINUES, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_DEPLOYS) == 2);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_NONE) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_FAILS) == 2);
}

static void a_deploy_whose_trigger_did_not_come_is_no_upgrade(void **state)
{
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    EXPECT(find(HISTORY(step(.at = 10), load_ended(.at = 90)))->n_upgrades == 0);
    forget(state);
    plan_role(1, UPGRADE_NONE);
    EXPECT(find(HISTORY(step(.at = 10), load_ended(.at = 90)))->n_upgrades == 1);
}

static void a_deploy_may_come_before_a_repeat_of_an_earlier_trigger(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(1, UPGRADE_DEPLOYS);
    given_steps[0].repeat = 2;
    f = find(HISTORY(step(.at = 10), step(.at = 20, .index = 1), step(.at = 30),
                     load_ended(.at = 90)));
    EXPECT(f->n_upgrades == 2 && f->upgrades[1].begun == MS(30));
}

static void an_upgrade_settles_when_its_step_has_ended(void **state)
{
    const struct facts *f = find(HISTORY(event(EVENT_STEP_BEGAN, .at = 10), born(.at = 15),
                                         event(EVENT_STEP_ENDED, .at = 20, .index = 1),
                                         event(EVENT_STEP_ENDED, .at = 30)));

    EXPECT(f->upgrades[0].begun == MS(10) && f->upgrades[0].settled == MS(30));
    forget(state);
    f = find(HISTORY(event(EVENT_STEP_BEGAN, .at = 10), step(.at = 20)));
    EXPECT(f->upgrades[0].settled == MS(10)); /* nobody saw it end */
}

static void a_step_that_goes_on_with_nothing_begins(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(0, UPGRADE_CONTINUES);
    f = find(HISTORY(step(.at = 10), step(.at = 20), step(.at = 30, .index = 77)));
    EXPECT(f->upgrades_planned == 1 && f->n_upgrades == 1 && f->upgrades[0].settled == MS(20));
}

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

static void a_gap_is_the_time_between_two_answers(void **state)
{
    const struct facts *f = find(HISTORY(ok(.at = 10), ok(.at = 20), ok(.at = 500), ok(.at = 510)));

    (void)state;
    EXPECT(f->lanes[0].longest_gap == MS(480) && f->lanes[0].longest_gap_at == MS(21));
}

static void the_longest_gap_of_all_is_that_of_a_lane(void **state)
{
    for (unsigned lane = 0; lane < 2; lane++) {
        const struct facts *f =
            find(HISTORY(ok(.at = 10, .lane = (uint8_t)lane), ok(.at = 500, .lane = (uint8_t)lane),
                         ok(.at = 30, .lane = (uint8_t)!lane),
                         ok(.at = 100, .lane = (uint8_t)!lane)));

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
        FACT(a_fork_and_its_exec_are_one_process),
        FACT(a_child_runs_its_parents_program),
        FACT(a_number_given_to_another_process_is_another),
        FACT(a_process_first_met_without_its_start_is_told_apart_later),
        FACT(a_process_told_of_twice_is_one),
        FACT(who_stayed_behind_is_marked),
        FACT(an_exec_after_the_upgrade_begins_another_life),
        FACT(another_life_has_the_same_mother),
        FACT(an_exec_that_the_trigger_came_before_is_the_same_life),
        FACT(a_process_that_served_and_execs_begins_another_life),
        FACT(an_answer_read_after_its_process_exited_is_still_its),
        FACT(the_last_answer_before_an_exec_stays_with_the_old_life),
        FACT(a_takeover_is_the_first_request_a_new_process_answers),
        FACT(what_the_next_upgrade_took_over_is_not_this_ones),
        FACT(a_deploy_belongs_to_the_trigger_that_follows),
        FACT(a_deploy_without_a_trigger_is_an_upgrade),
        FACT(a_load_without_an_end_ends_with_its_last_request),
        FACT(facts_may_be_freed_twice),
        FACT(upgrades_are_counted_in_the_plan),
        FACT(a_deploy_whose_trigger_did_not_come_is_no_upgrade),
        FACT(a_deploy_may_come_before_a_repeat_of_an_earlier_trigger),
        FACT(an_upgrade_settles_when_its_step_has_ended),
        FACT(a_step_that_goes_on_with_nothing_begins),
        FACT(lanes_are_counted_apart),
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

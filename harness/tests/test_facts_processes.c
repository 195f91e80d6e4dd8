/* Does it follow which processes lived, and which of them answered what? */
#include "found_facts.h"

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
                     ok(.at = 18, .took = 30, .pid = 7, .lane = 0),
                     ok(.at = 19, .took = 30, .pid = 7, .lane = 1)));

    (void)state;
    EXPECT(f->answered_by[0] == 0); /* kept connection: it had been asked before */
    EXPECT(f->answered_by[1] == 1); /* new connection: it waited to be accepted */
    EXPECT(f->answered_by[2] == 1); /* so did this one, opened where one is kept otherwise */
}

/* By its kind, in its time: not of who had the number before, nor of who it became. */
static void what_is_told_of_a_life_is_what_was_seen_in_it(void **state)
{
    const struct facts *f = find(HISTORY(
        born(.pid = 7, .start = 3), exited(.at = 10, .pid = 7, .start = 3),
        born(.at = 20, .pid = 7, .start = 9), execs(.at = 21, .pid = 7, .start = 9), step(.at = 25),
        execs(.at = 30, .pid = 7, .start = 9), exited(.at = 40, .pid = 7, .start = 9),
        event(EVENT_DESCRIPTORS, .at = 5, .pid = 7, .start = 3, .value = 11),
        event(EVENT_DESCRIPTORS, .at = 20, .pid = 7, .start = 9, .value = 12),
        event(EVENT_DESCRIPTORS, .at = 29, .pid = 7, .start = 9, .value = 13),
        event(EVENT_DESCRIPTORS, .at = 39, .pid = 7, .start = 9, .value = 14),
        event(EVENT_DESCRIPTORS, .at = 29, .pid = 8, .value = 15),
        event(EVENT_MEMORY, .at = 29, .pid = 7, .start = 9, .value = 16)));
    static const struct {
        int64_t first;
        size_t n;
    } expected[] = { { 11, 1 }, { 12, 2 }, { 14, 1 } };

    (void)state;
    EXPECT(f->n_processes == COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        size_t n;
        const struct usage_row *rows = facts_usage_rows(f, EVENT_DESCRIPTORS, &f->processes[i], &n);

        EXPECT(n == expected[i].n && rows[0].value == expected[i].first);
    }
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
        FACT(what_is_told_of_a_life_is_what_was_seen_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

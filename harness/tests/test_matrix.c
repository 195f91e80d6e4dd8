/* Do many runs say together what each of them said? */
#include "core/matrix.h"
#include "core/handover.h"
#include "hand_made.h"

#include <math.h>
#include <stdlib.h>

#define SPREAD(less_is_worse, ...)                                                                 \
    matrix_spread((int64_t[]){ __VA_ARGS__ }, COUNT(((int64_t[]){ __VA_ARGS__ })), less_is_worse)

/* Runs of one scenario, added up. */
static struct matrix matrix;

static struct matrix_row *row(void)
{
    return &matrix.rows[0];
}

static int one_scenario(void **state)
{
    matrix = (struct matrix){ .rows = mem_new(1, sizeof(struct matrix_row)), .n_rows = 1 };
    row()->scenario = mem_text("s");
    return plain_plan(state);
}

static int forget(void **state)
{
    (void)state;
    matrix_free(&matrix);
    return 0;
}

static void ran(enum verdict verdict, struct history h)
{
    struct facts f;

    facts_find(&f, given(), &h);
    matrix_add_run(row(), (unsigned)row()->n_runs + 1, &f, verdict, "s-1");
    facts_free(&f);
    history_free(&h);
}

static int64_t value(enum figure figure)
{
    return row()->runs[row()->n_runs - 1].values[figure];
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, one_scenario, forget)

static void the_median_is_in_the_middle_and_the_worst_at_the_end(void **state)
{
    struct spread s = SPREAD(false, 30, 10, 20);

    (void)state;
    EXPECT(s.known == 3 && s.median == 20 && s.worst == 30 && s.sum == 60);
    EXPECT(SPREAD(true, 30, 10, 20).worst == 10);
}

static void of_two_the_median_is_not_the_better_one(void **state)
{
    (void)state;
    EXPECT(SPREAD(false, 10, 20).median == 15);
    EXPECT(SPREAD(false, 1, 2, 10, 4).median == 3);
}

static void what_is_not_known_does_not_count(void **state)
{
    struct spread s = SPREAD(true, -1, 7, -1), none = SPREAD(false, -1, -1);

    (void)state;
    EXPECT(s.known == 1 && s.median == 7 && s.worst == 7);
    EXPECT(none.known == 0 && none.median == -1 && none.worst == -1 && none.sum == 0);
    EXPECT(matrix_spread(NULL, 0, false).median == -1);
}

static void never_is_worse_than_any_time(void **state)
{
    struct spread s = SPREAD(false, NEVER, 5, 9);

    (void)state;
    EXPECT(s.known == 3 && s.never == 1 && s.worst == NEVER && s.median == 9 && s.sum == 14);
    EXPECT(SPREAD(false, 5, NEVER).median == NEVER);
}

static void verdicts_and_outcomes_are_added_up(void **state)
{
    (void)state;
    ran(PASS, HISTORY(ok(.at = 1), ok(.at = 2)));
    ran(FAIL, HISTORY(ok(.at = 1), refused(.at = 2), reset(.at = 3)));
    ran(PASS, HISTORY(ok(.at = 1), refused(.at = 2)));
    matrix_sum(row());
    EXPECT(row()->verdicts[PASS] == 2 && row()->verdicts[FAIL] == 1 && row()->could_not_run == 0);
    EXPECT(row()->by_outcome[OUTCOME_REFUSED] == 2 && row()->by_outcome[OUTCOME_OK] == 4);
    EXPECT(row()->spreads[FIGURE_REQUESTS].sum == 7);
    EXPECT(row()->spreads[FIGURE_LOST].sum == 3 && row()->spreads[FIGURE_LOST].worst == 2);
    EXPECT(row()->spreads[FIGURE_REQUESTS].worst == 2);
}

static void added_up_twice_is_the_same(void **state)
{
    (void)state;
    ran(PASS, HISTORY(ok(.at = 1)));
    matrix_add_failed_run(row(), 2, "no such program", NULL);
    matrix_sum(row());
    matrix_sum(row());
    EXPECT(row()->verdicts[PASS] == 1 && row()->spreads[FIGURE_REQUESTS].sum == 1);
    EXPECT(row()->by_outcome[OUTCOME_OK] == 1 && row()->could_not_run == 1);
}

static void a_run_that_could_not_be_has_no_figures(void **state)
{
    (void)state;
    matrix_add_failed_run(row(), 1, "no such program", NULL);
    ran(PASS, HISTORY(ok(.at = 1)));
    matrix_sum(row());
    EXPECT(row()->could_not_run == 1 && row()->verdicts[PASS] == 1 && row()->n_runs == 2);
    assert_string_equal("no such program", row()->runs[0].why);
    EXPECT(row()->spreads[FIGURE_REQUESTS].known == 1);
    EXPECT(row()->spreads[FIGURE_REQUESTS].median == 1);
}

static void in_flight_is_kept_when_it_is_answered(void **state)
{
    (void)state;
    ran(FAIL, HISTORY(SERVED, NEW_8, ok(.at = 999, .took = 5, .pid = 7),
                      reset(.at = 998, .took = 20), ok(.at = 1020, .pid = 8)));
    EXPECT(value(FIGURE_IN_FLIGHT) == 2 && value(FIGURE_KEPT) == 1);
}

static void without_an_upgrade_nothing_was_in_flight_at_one(void **state)
{
    (void)state;
    ran(UNKNOWN, HISTORY(ok(.at = 1)));
    EXPECT(value(FIGURE_IN_FLIGHT) == -1 && value(FIGURE_KEPT) == -1);
    EXPECT(value(FIGURE_OVERLAP) == -1 && value(FIGURE_DRAIN) == -1);
}

static void what_an_interrupt_cut_off_was_neither_kept_nor_lost(void **state)
{
    (void)state;
    ran(UNKNOWN,
        HISTORY(SERVED, ok(.at = 999, .took = 5, .pid = 7), request(OUTCOME_OPEN, .at = 998),
                event(EVENT_INTERRUPTED, .at = 1100, .text = "SIGINT")));
    EXPECT(value(FIGURE_IN_FLIGHT) == 1 && value(FIGURE_KEPT) == 1);
    EXPECT(row()->runs[0].interrupted);
}

static void the_slowest_is_told_without_the_work_that_was_asked_for(void **state)
{
    (void)state;
    given_lanes[1].work = MS(1000);
    ran(PASS, HISTORY(ok(.at = 1, .took = 4), ok(.at = 2, .took = 1003, .lane = 1)));
    EXPECT(value(FIGURE_SLOWEST_ANSWER) == MS(4));
    ran(PASS, HISTORY(ok(.at = 2, .took = 900, .lane = 1)));
    EXPECT(value(FIGURE_SLOWEST_ANSWER) == 0);
    ran(FAIL, HISTORY(refused(.at = 2)));
    EXPECT(value(FIGURE_SLOWEST_ANSWER) == -1);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void more_runs_bound_the_losses_more_closely(void **state)
{
    (void)state;
    ran(PASS, HISTORY(SERVED, NEW_8, load_ended(.at = 1100), ok(.at = 1020, .pid = 8)));
    matrix_sum(row());
    EXPECT(value(FIGURE_UPGRADES) == 1 && value(FIGURE_EXPOSED) == 1);
    EXPECT(near(matrix_bound_per_request(row()), 0.95));
    ran(PASS, HISTORY(SERVED, NEW_8, load_ended(.at = 1100), ok(.at = 1020, .pid = 8),
                      ok(.at = 1050, .pid = 8)));
    matrix_sum(row());
    EXPECT(near(matrix_bound_per_request(row()), 1 - cbrt(0.05)));
    EXPECT(near(matrix_bound_per_upgrade(row()), 1 - sqrt(0.05)));
    ran(FAIL, HISTORY(SERVED, NEW_8, load_ended(.at = 1100), ok(.at = 1020, .pid = 8),
                      refused(.at = 1050), refused(.at = 500)));
    matrix_sum(row());
    EXPECT(value(FIGURE_UPGRADES_WITH_LOSS) == 1 && value(FIGURE_EXPOSED_LOST) == 1);
    EXPECT(near(matrix_bound_per_request(row()), 0.6574083180011387)); /* one of five */
    /* one of three: (1 - p)^3 + 3 p (1 - p)^2 is the doubt */
    EXPECT(near(matrix_bound_per_upgrade(row()), 0.8646496378284163));
}

static void the_longest_blind_spot_of_any_run_is_the_worst(void **state)
{
    (void)state;
    ran(PASS, HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), load_ended(.at = 1200)));
    ran(PASS, HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), load_ended(.at = 1300)));
    matrix_sum(row());
    EXPECT(row()->spreads[FIGURE_BLIND_NEW].worst == MS(1300) - MS(1020) - 100000);
    EXPECT(row()->spreads[FIGURE_BLIND_REUSED].worst == MS(300));
}

static void one_may_be_freed_twice(void **state)
{
    (void)state;
    ran(PASS, HISTORY(ok(.at = 1)));
    matrix_free(&matrix);
    EXPECT(!matrix.rows && matrix.n_rows == 0);
}

static void every_figure_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FIGURES; i++)
        EXPECT(figures[i].name && figures[i].meaning && figures[i].of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(the_median_is_in_the_middle_and_the_worst_at_the_end),
        ROW(of_two_the_median_is_not_the_better_one),
        ROW(what_is_not_known_does_not_count),
        ROW(never_is_worse_than_any_time),
        ROW(verdicts_and_outcomes_are_added_up),
        ROW(added_up_twice_is_the_same),
        ROW(a_run_that_could_not_be_has_no_figures),
        ROW(in_flight_is_kept_when_it_is_answered),
        ROW(without_an_upgrade_nothing_was_in_flight_at_one),
        ROW(what_an_interrupt_cut_off_was_neither_kept_nor_lost),
        ROW(the_slowest_is_told_without_the_work_that_was_asked_for),
        ROW(more_runs_bound_the_losses_more_closely),
        ROW(the_longest_blind_spot_of_any_run_is_the_worst),
        ROW(one_may_be_freed_twice),
        ROW(every_figure_has_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

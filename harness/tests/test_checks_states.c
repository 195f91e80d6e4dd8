/* Are connections that do not survive an upgrade named by the state it found them in? */
#include "hand_made.h"

#define HELD(which, n) event(EVENT_STATE_HELD, .at = 1000, .text = #which, .value = (n))
#define ENDED(which, outcome, ...)                                                                 \
    event(EVENT_STATE_ENDED, .text = #which, .value = OUTCOME_##outcome, __VA_ARGS__)
#define REOPENED(which, outcome, ...)                                                              \
    event(EVENT_STATE_REOPENED, .text = #which, .value = OUTCOME_##outcome, __VA_ARGS__)
#define SURVIVED(...) judge("every_state_survived", HISTORY(SERVED, NEW_8, __VA_ARGS__))

static char path[] = "/";

static void plan_states(uint32_t of, unsigned connections)
{
    given()->hold.of = of;
    given()->hold.connections = connections;
    given()->hold.paths[STATE_PATH] = path;
}

static void who_is_answered_has_survived(void **state)
{
    struct finding f;

    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_ACCEPTED, 2);
    f = SURVIVED(HELD(idle, 2), ENDED(idle, OK, .at = 1100, .pid = 7),
                 REOPENED(idle, OK, .at = 1101, .pid = 8), HELD(accepted, 2),
                 ENDED(accepted, OK, .at = 1100, .pid = 7),
                 ENDED(accepted, OK, .at = 1100, .pid = 7));
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "4 of 4 connections in 2 states were served");
}

static void states_that_do_not_survive_are_named(void **state)
{
    struct finding f;

    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_ACCEPTED, 2);
    f = SURVIVED(HELD(idle, 2), ENDED(idle, EMPTY, .at = 1100), ENDED(idle, RESET, .at = 1101),
                 HELD(accepted, 2), ENDED(accepted, OK, .at = 1100, .pid = 7),
                 ENDED(accepted, TIMEOUT, .at = 4000));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "accepted (1 of 2: timeout), idle (2 of 2: reset)");
    EXPECT_SAYS(f, "the first at 1100.0 ms, by the upgrade at 1000.0 ms");
}

static void a_wrong_answer_is_no_survival(void **state)
{
    (void)state;
    plan_states(1u << STATE_IDLE, 1);
    EXPECT(SURVIVED(HELD(idle, 1), ENDED(idle, BAD_STATUS, .at = 1100, .pid = 8)).verdict == FAIL);
    EXPECT(SURVIVED(HELD(idle, 1), ENDED(idle, TRUNCATED, .at = 1100)).verdict == FAIL);
}

static void what_is_lost_by_design_may_be_excused(void **state)
{
    struct finding f;

    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_ACCEPTED, 1);
    given()->limits.states = 1u << STATE_IDLE;
    f = SURVIVED(HELD(idle, 1), ENDED(idle, RESET, .at = 1100), HELD(accepted, 1),
                 ENDED(accepted, OK, .at = 1100, .pid = 7));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "1 of 2 connections in 2 states were served; lost, but excused: idle (1 of 1: "
                   "reset)");
    EXPECT(SURVIVED(HELD(idle, 1), ENDED(idle, RESET, .at = 1100), HELD(accepted, 1),
                    ENDED(accepted, RESET, .at = 1100))
               .verdict == FAIL);
}

static void who_did_not_stand_there_tells_nothing(void **state)
{
    struct finding f;

    (void)state;
    plan_states(1u << STATE_IDLE, 4);
    f = SURVIVED(HELD(idle, 3), ENDED(idle, OK, .at = 1100), ENDED(idle, OK, .at = 1100),
                 ENDED(idle, OK, .at = 1100));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "not all connections stood as they should when an upgrade struck: idle");
    EXPECT(SURVIVED(HELD(idle, 3), ENDED(idle, RESET, .at = 1100)).verdict == FAIL);
    EXPECT(SURVIVED(HELD(idle, 4)).verdict == UNKNOWN);
    EXPECT(SURVIVED(ok(.at = 1100, .pid = 8)).verdict == UNKNOWN);
}

static void a_starved_machine_tells_nothing(void **state)
{
    struct finding f;

    (void)state;
    plan_states(1u << STATE_WORKING, 1);
    given()->hold.paths[STATE_WORK_PATH] = path;
    f = SURVIVED(HELD(working, 1), ENDED(working, TIMEOUT, .at = 3000),
                 event(EVENT_STALLED, .at = 2500, .value_ms = 1200));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "starved us of its CPUs before 1 of 1 connections had ended");
    EXPECT(SURVIVED(HELD(working, 1), ENDED(working, TIMEOUT, .at = 3000),
                    event(EVENT_STALLED, .at = 2500, .value_ms = 800))
               .verdict == FAIL);
    EXPECT(SURVIVED(HELD(working, 1), ENDED(working, OPEN, .at = 1200),
                    event(EVENT_INTERRUPTED, .at = 1200))
               .verdict == UNKNOWN);
    f = SURVIVED(HELD(working, 1), ENDED(working, UNSENT, .at = 1200));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "1 of 1 connections we failed to complete");
}

static void without_states_or_upgrades_there_is_nothing_to_survive(void **state)
{
    (void)state;
    EXPECT(!SURVIVED(ok(.at = 1100, .pid = 8)).applies);
    plan_states(1u << STATE_IDLE, 1);
    EXPECT(!judge("every_state_survived", HISTORY(ok(.pid = 7))).applies);
}

static void a_state_without_a_path_is_said_to_be_left_out(void **state)
{
    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_HALF_RESPONSE, 1);
    EXPECT_SAYS(SURVIVED(HELD(idle, 1), ENDED(idle, OK, .at = 1100)),
                "not held, for want of a path: half_response");
}

/* Who served each of the two that were held. */
static void expect_served(struct history h, uint64_t old, uint64_t new, uint64_t reopened)
{
    struct facts f;

    facts_find(&f, given(), &h);
    EXPECT(f.states[STATE_IDLE].by_old + f.states[STATE_ACCEPT_QUEUE].by_old == old);
    EXPECT(f.states[STATE_IDLE].by_new + f.states[STATE_ACCEPT_QUEUE].by_new == new);
    EXPECT(f.states[STATE_IDLE].reopened == reopened);
    facts_free(&f);
    history_free(&h);
}

static void old_and_new_are_told_apart(void **state)
{
    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_ACCEPT_QUEUE, 1);
    expect_served(HISTORY(SERVED, NEW_8, ENDED(idle, OK, .at = 1100, .pid = 7),
                          REOPENED(idle, OK, .at = 1100, .pid = 8)),
                  1, 1, 1);
    expect_served(HISTORY(SERVED, NEW_8, ENDED(idle, OK, .at = 1100, .pid = 9)), 0, 0, 0);
}

/* Its connections do not live through the exec, but those that wait at the listener do. */
static void before_and_after_an_exec_are_told_apart(void **state)
{
    (void)state;
    plan_states(1u << STATE_IDLE | 1u << STATE_ACCEPT_QUEUE, 1);
    expect_served(HISTORY(SERVED, execs(.at = 1050, .pid = 7, .ino = 11),
                          ENDED(idle, OK, .at = 1051, .pid = 7)),
                  1, 0, 0);
    expect_served(HISTORY(SERVED, execs(.at = 1050, .pid = 7, .ino = 11),
                          REOPENED(idle, OK, .at = 1100, .pid = 7),
                          ENDED(accept_queue, OK, .at = 1100, .pid = 7)),
                  0, 2, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_answered_has_survived),
        TEST(states_that_do_not_survive_are_named),
        TEST(a_wrong_answer_is_no_survival),
        TEST(what_is_lost_by_design_may_be_excused),
        TEST(who_did_not_stand_there_tells_nothing),
        TEST(a_starved_machine_tells_nothing),
        TEST(without_states_or_upgrades_there_is_nothing_to_survive),
        TEST(a_state_without_a_path_is_said_to_be_left_out),
        TEST(old_and_new_are_told_apart),
        TEST(before_and_after_an_exec_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is it seen when somebody holds the port who has no business with it? */
#include "hand_made.h"

#define LISTENS       event(EVENT_LISTENING, .value = 1, .ino = 900)
#define holds(...)    event(EVENT_LISTENER, .value = HOLDS, .ino = 900, .index = 1, __VA_ARGS__)
#define accepts(...)  event(EVENT_LISTENER, .value = HOLDS_AND_POLLS, .ino = 900, __VA_ARGS__)
#define masters(...)  event(EVENT_LISTENER, .value = HOLDS_ONLY, .ino = 900, __VA_ARGS__)
#define lets_go(...)  event(EVENT_LISTENER, .value = HOLDS_NOT, __VA_ARGS__)
#define hidden(...)   event(EVENT_LISTENER, .value = HOLDS_NOT_KNOWN, __VA_ARGS__)
#define helps(...)    event(EVENT_PROC_EXEC, .text = "/bin/helper", .ino = 12, __VA_ARGS__)
#define HELPER(p, by) born(.at = 500, .pid = (p), .value = (by)), helps(.at = 501, .pid = (p))
#define STOPPED(when)                                                                              \
    event(EVENT_STOP_BEGAN, .at = (when)), event(EVENT_STOP_ENDED, .at = (when) + 500)

/* 7 serves, 8 takes over from it at 1010 ms. */
#define HANDOVER                                                                                   \
    LISTENS, SERVED, accepts(.at = 1, .pid = 7), NEW_8, accepts(.at = 1012, .pid = 8),             \
        lets_go(.at = 1050, .pid = 7), exited(.at = 1100, .pid = 7),                               \
        ok(.at = 1020, .times = 90, .every = 10, .pid = 8), load_ended(.at = 2000),                \
        exited(.at = 2450, .pid = 8), STOPPED(2400)

#define JUDGE(...) judge("listener_not_leaked", HISTORY(__VA_ARGS__))

static void who_serves_may_hold_it(void **state)
{
    struct finding f = JUDGE(HANDOVER);

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "2 processes held");
}

static void a_helper_that_did_not_close_it_leaks(void **state)
{
    struct finding f =
        JUDGE(HANDOVER, HELPER(50, 7), holds(.at = 510, .pid = 50), exited(.at = 700, .pid = 50));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 50 (helper)");
    EXPECT_SAYS(f, "from 510.0 ms on");
    EXPECT_SAYS(f, "not closed at its exec");
}

static void a_child_shares_it_until_it_execs(void **state)
{
    (void)state;
    EXPECT(JUDGE(HANDOVER, born(.at = 500, .pid = 50, .value = 7), holds(.at = 500.5, .pid = 50),
                 helps(.at = 501, .pid = 50), lets_go(.at = 510, .pid = 50))
               .verdict == PASS);
    EXPECT(JUDGE(HANDOVER, born(.at = 500, .pid = 50, .value = 7), holds(.at = 500.5, .pid = 50),
                 helps(.at = 501, .pid = 50), holds(.at = 502, .pid = 50))
               .verdict == FAIL);
}

static void a_child_that_never_execs_has_a_moment(void **state)
{
    struct finding f;

    (void)state;
    EXPECT(JUDGE(HANDOVER, born(.at = 500, .pid = 50, .value = 7), holds(.at = 501, .pid = 50),
                 exited(.at = 900, .pid = 50))
               .verdict == PASS);
    f = JUDGE(HANDOVER, execs(.at = 2, .pid = 7, .ino = 11), born(.at = 500, .pid = 50, .value = 7),
              holds(.at = 501, .pid = 50), exited(.at = 1900, .pid = 50));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "not closed after the fork");
    /* It may accept for others, or merely have inherited what does. */
    EXPECT(JUDGE(HANDOVER, born(.at = 500, .pid = 50, .value = 7), accepts(.at = 501, .pid = 50),
                 exited(.at = 1900, .pid = 50))
               .verdict == UNKNOWN);
}

static void a_master_of_those_who_serve_may_hold_it(void **state)
{
    (void)state;
    EXPECT(JUDGE(LISTENS, born(.pid = 1), helps(.pid = 1), born(.pid = 2, .value = 1),
                 born(.pid = 7, .value = 2), execs(.pid = 7, .ino = 11), holds(.at = 1, .pid = 1),
                 masters(.at = 1, .pid = 2), ok(.at = 2, .times = 99, .every = 30, .pid = 7),
                 load_ended(.at = 3000))
               .verdict == PASS);
}

static void an_idle_worker_is_no_leak(void **state)
{
    (void)state;
    EXPECT(JUDGE(PREFORK, LISTENS, accepts(.at = 1, .pid = 100), accepts(.at = 1, .pid = 101),
                 born(.at = 1, .pid = 102, .value = 90), accepts(.at = 2, .pid = 102))
               .verdict == PASS);
}

/* By the same parent, of the same program, but only one of them accepts. */
static void a_helper_of_the_servers_own_program_is_no_twin(void **state)
{
    (void)state;
    given()->server.ready_within = MS(1500);
#define CHILD_50 born(.at = 200, .pid = 50, .value = 7), execs(.at = 201, .pid = 50, .ino = 11)
    EXPECT(JUDGE(born(.at = 1005, .pid = 8, .value = 7), HANDOVER, CHILD_50,
                 holds(.at = 210, .pid = 50))
               .verdict == PASS);
    EXPECT(JUDGE(born(.at = 1005, .pid = 8, .value = 7), HANDOVER, CHILD_50,
                 masters(.at = 210, .pid = 50))
               .verdict == FAIL);
}

static void one_on_its_way_to_serving_has_time(void **state)
{
    (void)state;
    given()->server.ready_within = MS(3000);
#define FAILED_8(until)                                                                            \
    LISTENS, SERVED, accepts(.at = 1, .pid = 7), NEW_8, holds(.at = 1012, .pid = 8),               \
        ok(.at = 1020, .times = 400, .every = 10, .pid = 7), load_ended(.at = 5020),               \
        exited(.at = (until), .pid = 8)
    EXPECT(JUDGE(FAILED_8(3500)).verdict == PASS);
    EXPECT(JUDGE(FAILED_8(4900)).verdict == FAIL);
}

static void what_keeps_the_port_after_the_stop_leaks(void **state)
{
    struct finding f = JUDGE(HANDOVER, born(.at = 1500, .pid = 50, .value = 8),
                             execs(.at = 1501, .pid = 50, .ino = 11), holds(.at = 1510, .pid = 50),
                             exited(.at = 2910, .pid = 50));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "still after the stop");
}

/* Of another program than all that serve, while nobody of its generation does yet. */
static void an_upgrade_that_failed_is_no_leak(void **state)
{
    (void)state;
    given()->server.ready_within = MS(3000);
    plan_role(1, UPGRADE_BEGINS);
#define THEN_9                                                                                     \
    ok(.at = 1020, .times = 98, .every = 10, .pid = 7), step(.at = 2000, .index = 1),              \
        born(.at = 2010, .pid = 9, .value = 7), execs(.at = 2011, .pid = 9, .ino = 11),            \
        accepts(.at = 2012, .pid = 9), ok(.at = 2020, .times = 98, .every = 10, .pid = 9),         \
        load_ended(.at = 3000)
    EXPECT(JUDGE(LISTENS, SERVED, accepts(.at = 1, .pid = 7),
                 born(.at = 1010, .pid = 8, .value = 7), helps(.at = 1011, .pid = 8),
                 holds(.at = 1012, .pid = 8), exited(.at = 1500, .pid = 8), THEN_9)
               .verdict == PASS);
    EXPECT(JUDGE(LISTENS, SERVED, accepts(.at = 1, .pid = 7),
                 born(.at = 1010, .pid = 8, .value = 7), helps(.at = 1011, .pid = 8),
                 holds(.at = 1012, .pid = 8), exited(.at = 2500, .pid = 8), THEN_9)
               .verdict == FAIL);
}

static void without_a_stop_it_is_held_until_the_last_we_know_of(void **state)
{
    struct finding f =
        JUDGE(LISTENS, SERVED, accepts(.at = 1, .pid = 7), NEW_8, accepts(.at = 1012, .pid = 8),
              ok(.at = 1020, .times = 400, .every = 10, .pid = 8),
              born(.at = 4490, .pid = 50, .value = 8), holds(.at = 4500, .pid = 50),
              load_ended(.at = 5020), exited(.at = 5600, .pid = 8));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 50 (app), which neither serves nor is the parent of one that does, held "
                   "the listening socket from 4500.0 ms on (not closed after the fork?)");
}

/* Whom other claims name. */
static void an_old_one_that_stays_is_no_leak(void **state)
{
    (void)state;
    EXPECT(JUDGE(LISTENS, SERVED, accepts(.at = 1, .pid = 7), NEW_8,
                 ok(.at = 1020, .times = 400, .every = 10, .pid = 8), load_ended(.at = 5020),
                 STOPPED(6000), exited(.at = 6600, .pid = 7))
               .verdict == PASS);
}

static void who_goes_on_as_another_program_held_it_before(void **state)
{
    (void)state;
    /* A wrapper that execs the server, which has the socket from it. */
    EXPECT(JUDGE(LISTENS, SERVED, accepts(.at = 1, .pid = 7), born(.at = 1010, .pid = 8),
                 helps(.at = 1011, .pid = 8), holds(.at = 1012, .pid = 8),
                 execs(.at = 1020, .pid = 8, .ino = 11), accepts(.at = 1021, .pid = 8),
                 ok(.at = 1030, .times = 90, .every = 10, .pid = 8), load_ended(.at = 2000))
               .verdict == PASS);
    /* And one that goes on under its pid as the next generation. */
    EXPECT(JUDGE(IN_PLACE, LISTENS, accepts(.at = 1, .pid = 100), masters(.at = 3005, .pid = 100),
                 accepts(.at = 3012, .pid = 100))
               .verdict == PASS);
}

static void one_that_serves_only_after_its_exec_may_hold_it_before(void **state)
{
    (void)state;
    EXPECT(JUDGE(LISTENS, born(.pid = 7), execs(.at = 1, .pid = 7, .ino = 11),
                 holds(.at = 2, .pid = 7), born(.pid = 6), execs(.at = 1, .pid = 6, .ino = 11),
                 accepts(.at = 2, .pid = 6), ok(.at = 10, .times = 290, .every = 10, .pid = 6),
                 step(.at = 3000), execs(.at = 3010, .pid = 7, .ino = 11),
                 accepts(.at = 3011, .pid = 7), ok(.at = 3020, .times = 90, .every = 10, .pid = 7),
                 load_ended(.at = 4000))
               .verdict == PASS);
}

static void what_is_not_seen_is_not_known(void **state)
{
    struct finding f;

    (void)state;
    f = JUDGE(HANDOVER, HELPER(50, 7), hidden(.at = 510, .pid = 50));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "pid 50 (helper)");
    EXPECT(JUDGE(HANDOVER, hidden(.at = 510, .pid = 7)).verdict == PASS);
    f = JUDGE(SERVED, event(EVENT_LISTENING, .value = -1, .text = "Operation not permitted"));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "Operation not permitted");
    EXPECT(!JUDGE(SERVED).applies);
    EXPECT(!JUDGE(SERVED, LISTENS).applies);
    given()->server.who = WHO_NONE;
    EXPECT(!JUDGE(HANDOVER).applies);
}

static void who_answers_unsaid_may_well_serve(void **state)
{
    (void)state;
    EXPECT(JUDGE(HANDOVER, HELPER(50, 7), holds(.at = 510, .pid = 50),
                 ok(.at = 600, .times = 5, .every = 10))
               .verdict == UNKNOWN);
}

static void the_facts_are_when_it_was_held_and_polled(void **state)
{
    struct history h = HISTORY(HANDOVER);
    const struct holding *old, *new;
    struct facts f;

    (void)state;
    facts_find(&f, given(), &h);
    old = &f.processes[0].listener;
    new = &f.processes[1].listener;
    EXPECT(old->held_from == MS(1) && old->held_until == MS(1050));
    EXPECT(old->polled_from == MS(1) && old->polled_until == MS(1050) && old->polls_known);
    EXPECT(new->held_from == MS(1012) && new->held_until == MS(2450));
    facts_free(&f);
    history_free(&h);
}

static void the_facts_are_of_how_many_and_until_it_was_let_go_for_good(void **state)
{
    struct history h =
        HISTORY(LISTENS, SERVED, holds(.at = 1, .pid = 7), lets_go(.at = 20, .pid = 7),
                event(EVENT_LISTENER, .value = HOLDS, .ino = 900, .index = 3, .at = 30, .pid = 7),
                holds(.at = 40, .pid = 7), lets_go(.at = 50, .pid = 7), lets_go(.at = 60, .pid = 7),
                born(.pid = 6), holds(.at = 1, .pid = 6), lets_go(.at = 20, .pid = 6),
                holds(.at = 30, .pid = 6));
    const struct holding *gone, *stays;
    struct facts f;

    (void)state;
    facts_find(&f, given(), &h);
    gone = &f.processes[0].listener;
    stays = &f.processes[1].listener;
    EXPECT(gone->held_from == MS(1) && gone->held_until == MS(50) && gone->sockets == 3);
    EXPECT(stays->held_from == MS(1) && stays->held_until == -1 && stays->sockets == 1);
    facts_free(&f);
    history_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_serves_may_hold_it),
        TEST(a_helper_that_did_not_close_it_leaks),
        TEST(a_child_shares_it_until_it_execs),
        TEST(a_child_that_never_execs_has_a_moment),
        TEST(a_master_of_those_who_serve_may_hold_it),
        TEST(an_idle_worker_is_no_leak),
        TEST(a_helper_of_the_servers_own_program_is_no_twin),
        TEST(one_on_its_way_to_serving_has_time),
        TEST(what_keeps_the_port_after_the_stop_leaks),
        TEST(an_upgrade_that_failed_is_no_leak),
        TEST(without_a_stop_it_is_held_until_the_last_we_know_of),
        TEST(an_old_one_that_stays_is_no_leak),
        TEST(who_goes_on_as_another_program_held_it_before),
        TEST(one_that_serves_only_after_its_exec_may_hold_it_before),
        TEST(what_is_not_seen_is_not_known),
        TEST(who_answers_unsaid_may_well_serve),
        TEST(the_facts_are_when_it_was_held_and_polled),
        TEST(the_facts_are_of_how_many_and_until_it_was_let_go_for_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

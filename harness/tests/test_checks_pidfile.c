/* Is it seen when the pidfile does not name whom a signal should go to? */
#include "hand_made.h"

#define names(p, when)   event(EVENT_PIDFILE, .value = PIDFILE_OURS, .pid = (p), .at = (when))
#define names_dead(when) event(EVENT_PIDFILE, .value = PIDFILE_NOBODY, .pid = 7, .at = (when))
#define is_absent(when)  event(EVENT_PIDFILE, .value = PIDFILE_ABSENT, .at = (when))
#define a_stranger(when) event(EVENT_PIDFILE, .value = PIDFILE_STRANGER, .pid = 1, .at = (when))
#define says(when, what) event(EVENT_PIDFILE, .value = PIDFILE_NO_PID, .at = (when), .text = (what))

/* 7 serves from 0 to 1020 ms, 8 from 1020 to 5020. */
#define HANDOVER                                                                                   \
    SERVED, NEW_8, ok(.at = 1020, .times = 400, .every = 10, .pid = 8), load_ended(.at = 5020),    \
        exited(.at = 1500, .pid = 7), event(EVENT_STOP_BEGAN, .at = 5100),                         \
        event(EVENT_STOP_ENDED, .at = 5200)

#define JUDGE(...) judge("pidfile_was_true", HISTORY(__VA_ARGS__))

static int plan_with_pidfile(void **state)
{
    static char path[] = "/run/app.pid";

    plain_plan(state);
    given()->server.pidfile = path;
    return 0;
}

static void one_that_follows_the_handover_is_true(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(5150));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "changed 2 times");
    EXPECT(JUDGE(HANDOVER, names(7, 0), is_absent(1010), names(8, 1900)).verdict == PASS);
}

static void one_that_still_names_the_old_is_not(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 7, which had exited at 1500.0 ms");
    EXPECT(JUDGE(HANDOVER, names(7, 0), names_dead(1600)).verdict == FAIL);
    f = JUDGE(HANDOVER, event(EVENT_PIDFILE, .value = PIDFILE_NOBODY, .pid = 4321));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 4321, which does not exist");
}

/* The old one lives on for long, and serves no more. */
static void one_that_names_who_only_drains_is_not(void **state)
{
    struct finding f = JUDGE(SERVED, NEW_8, ok(.at = 1020, .times = 400, .every = 10, .pid = 8),
                             load_ended(.at = 5020), names(7, 0));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 7 of generation 1, which served no more");
    /* though its own child, which took over, serves */
    f = JUDGE(SERVED, born(.at = 1010, .pid = 8, .value = 7),
              ok(.at = 1020, .times = 400, .every = 10, .pid = 8), load_ended(.at = 5020),
              names(7, 0));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 7 of generation 1, which served no more");
}

static void one_that_was_unlinked_is_not(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(1500));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "was not there");
}

static void one_that_a_failed_child_wrote_is_not(void **state)
{
#define FAILED_8                                                                                   \
    SERVED, NEW_8, exited(.at = 1100, .pid = 8),                                                   \
        ok(.at = 1020, .times = 400, .every = 10, .pid = 7), load_ended(.at = 5020), names(7, 0)
    struct finding f = JUDGE(FAILED_8, names(8, 1015));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 8");
    EXPECT(JUDGE(FAILED_8, names(8, 1015), names(7, 1110)).verdict == PASS);
    f = JUDGE(SERVED, NEW_8, ok(.at = 1020, .times = 400, .every = 10, .pid = 7),
              load_ended(.at = 5020), names(7, 0), names(8, 1015));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 8, which never served");
}

/* Whoever signals it meanwhile hits one that is not ready. */
static void one_that_is_written_too_early_is_not(void **state)
{
    struct finding f =
        JUDGE(SERVED, NEW_8, ok(.at = 1020, .times = 200, .every = 10, .pid = 7),
              ok(.at = 3020, .times = 200, .every = 10, .pid = 8), exited(.at = 3100, .pid = 7),
              load_ended(.at = 5020), names(7, 0), names(8, 1015));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 8, which did not serve yet");
}

static void one_that_names_a_stranger_or_nothing_is_not(void **state)
{
    struct finding f = JUDGE(HANDOVER, a_stranger(0), names(8, 2000));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 1, which is none of the server's");
    f = JUDGE(HANDOVER, names(7, 0), says(1500, "hello"), names(8, 4000));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named no pid (\"hello\")");
    given()->server.who = WHO_NONE;
    EXPECT(JUDGE(HANDOVER, a_stranger(0), names(8, 2000)).verdict == FAIL);
    EXPECT(JUDGE(HANDOVER, names(7, 0), names(8, 1500)).verdict == PASS);
}

static void one_that_names_the_master_is_true(void **state)
{
    (void)state;
    EXPECT(JUDGE(PREFORK, names(90, 0)).verdict == PASS);
    EXPECT(JUDGE(IN_PLACE, names(100, 0)).verdict == PASS);
}

static void one_that_names_a_master_whose_workers_have_gone_is_not(void **state)
{
    struct finding f = JUDGE(watched, born(.pid = 6), execs(.pid = 6), born(.pid = 7, .value = 6),
                             ok(.at = 1, .times = 100, .every = 10, .pid = 7), step(.at = 1000),
                             born(.at = 1010, .pid = 16), execs(.at = 1011, .pid = 16),
                             born(.at = 1012, .pid = 18, .value = 16),
                             ok(.at = 1020, .times = 400, .every = 10, .pid = 18),
                             load_ended(.at = 5020), names(6, 0));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "named pid 6 of generation 1, which served no more");
}

/* Nobody serves between the stop and the start: nothing can be true then. */
static void a_restart_may_be_without_one(void **state)
{
    (void)state;
    EXPECT(JUDGE(SERVED, exited(.at = 1010, .pid = 7), born(.at = 3000, .pid = 8),
                 ok(.at = 3010, .times = 200, .every = 10, .pid = 8), load_ended(.at = 5020),
                 names(7, 0), is_absent(1011), names(8, 3050))
               .verdict == PASS);
    /* Who was let wait meanwhile was served in the end, by one it named. */
    EXPECT(JUDGE(SERVED, exited(.at = 1010, .pid = 7), born(.at = 3000, .pid = 8),
                 ok(.at = 1020, .times = 200, .every = 10, .ends = 3020, .pid = 8),
                 ok(.at = 3030, .times = 200, .every = 10, .pid = 8), load_ended(.at = 5020),
                 names(7, 0), is_absent(1011), names(8, 3025))
               .verdict == PASS);
}

static void a_short_untruth_in_the_end_is_not_known(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(4500));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    assert_string_equal("in the end the pidfile was not there, from 4500.0 ms on: too early to say "
                        "whether for long (limit 1000.0 ms)",
                        f.why);
}

static void one_that_names_the_dead_is_told_from_one_that_names_nobody(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0), names(8, 1015), names_dead(1600));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "from 1600.0 ms on, the pidfile named pid 7, which had exited at 1500.0 ms");
    f = JUDGE(HANDOVER, born(.at = 900, .pid = 9), names(7, 0), names(8, 1015),
              event(EVENT_PIDFILE, .value = PIDFILE_NOBODY, .pid = 9, .at = 4500));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "the pidfile named pid 9, which does not exist");
}

static void one_of_ours_that_nobody_saw_is_not_known(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(4711, 0));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f,
                "from 0.0 ms on the pidfile named pid 4711, one of the server's of whom nothing");
}

static void one_that_names_a_bystander_in_the_end_may_do_so_for_long(void **state)
{
    struct finding f =
        JUDGE(HANDOVER, born(.at = 4400, .pid = 9), names(7, 0), names(8, 1015), names(9, 4500));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "in the end the pidfile named pid 9, which never served, from 4500.0 ms on");
}

static void what_comes_after_the_end_changes_nothing(void **state)
{
    (void)state;
    EXPECT(JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(4500), names(8, 5050)).verdict ==
           UNKNOWN);
    EXPECT(
        JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(4500), a_stranger(5150)).verdict ==
        UNKNOWN);
    EXPECT(JUDGE(HANDOVER, names(7, 0), names(8, 1015), is_absent(4500), names(8, 4900)).verdict ==
           PASS);
}

static void of_untruths_that_follow_one_another_the_longest_is_told(void **state)
{
    struct finding f = JUDGE(HANDOVER, names(7, 0), says(1500, "x"), is_absent(1600),
                             a_stranger(2600), names(8, 2700), is_absent(3000), names(8, 3100));

    (void)state;
    EXPECT(f.verdict == FAIL);
    assert_string_equal("for 1670.0 ms, from 991.0 ms on, the pidfile was not there, while the "
                        "server served (limit 1000.0 ms)",
                        f.why);
}

static void what_cannot_be_read_is_not_known(void **state)
{
    struct finding f = JUDGE(
        HANDOVER, event(EVENT_PIDFILE, .value = PIDFILE_NOT_KNOWN, .text = "Permission denied"));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "Permission denied");
    EXPECT(!JUDGE(HANDOVER).applies);
    given()->server.pidfile = NULL;
    EXPECT(!JUDGE(HANDOVER, names(7, 0)).applies);
}

static void one_left_behind_is_told(void **state)
{
    struct finding f = JUDGE(HANDOVER, exited(.at = 5150, .pid = 8), names(7, 0), names(8, 1015));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "left behind, naming pid 8");
}

static void a_starved_machine_is_no_proof(void **state)
{
    (void)state;
    EXPECT(JUDGE(HANDOVER, names(7, 0), is_absent(1500), names(8, 2900),
                 event(EVENT_STALLED, .at = 2800, .value_ms = 1000))
               .verdict == UNKNOWN);
}

#define TEST_PIDFILE(name) cmocka_unit_test_setup(name, plan_with_pidfile)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_PIDFILE(one_that_follows_the_handover_is_true),
        TEST_PIDFILE(one_that_still_names_the_old_is_not),
        TEST_PIDFILE(one_that_names_who_only_drains_is_not),
        TEST_PIDFILE(one_that_was_unlinked_is_not),
        TEST_PIDFILE(one_that_a_failed_child_wrote_is_not),
        TEST_PIDFILE(one_that_is_written_too_early_is_not),
        TEST_PIDFILE(one_that_names_a_stranger_or_nothing_is_not),
        TEST_PIDFILE(one_that_names_the_master_is_true),
        TEST_PIDFILE(one_that_names_a_master_whose_workers_have_gone_is_not),
        TEST_PIDFILE(a_restart_may_be_without_one),
        TEST_PIDFILE(a_short_untruth_in_the_end_is_not_known),
        TEST_PIDFILE(one_that_names_the_dead_is_told_from_one_that_names_nobody),
        TEST_PIDFILE(one_of_ours_that_nobody_saw_is_not_known),
        TEST_PIDFILE(one_that_names_a_bystander_in_the_end_may_do_so_for_long),
        TEST_PIDFILE(what_comes_after_the_end_changes_nothing),
        TEST_PIDFILE(of_untruths_that_follow_one_another_the_longest_is_told),
        TEST_PIDFILE(what_cannot_be_read_is_not_known),
        TEST_PIDFILE(one_left_behind_is_told),
        TEST_PIDFILE(a_starved_machine_is_no_proof),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

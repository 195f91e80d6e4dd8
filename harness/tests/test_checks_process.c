/* Is it seen when no new process comes, or an old one stays? */
#include "hand_made.h"

static void without_an_upgrade_nothing_is_judged(void **state)
{
    static const char *const names[] = { "upgrade_took_effect", "old_finished_its_requests",
                                         "new_took_the_new", "no_return_to_old", "old_exited" };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct finding f = judge(names[i], HISTORY(born(.pid = 7), ok(.at = 1, .pid = 7)));

        EXPECT(f.verdict == PASS && !f.applies && f.why[0]);
    }
}

static void an_upgrade_that_nobody_noticed_did_not_happen(void **state)
{
    struct finding f =
        judge("upgrade_took_effect",
              HISTORY(SERVED, ok(.id = 100, .at = 1001, .times = 10, .every = 10, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 109);
    EXPECT_SAYS(f, "no new process answered after the upgrade at 1000.0 ms: pid 7 of generation 1 "
                   "still served");
    /* one answer of which nothing is known changes nothing */
    EXPECT(
        judge("upgrade_took_effect",
              HISTORY(SERVED, ok(.at = 1001, .times = 200, .every = 10, .pid = 7), ok(.at = 1100)))
            .verdict == FAIL);
}

static void one_whose_trigger_failed_accuses_nobody(void **state)
{
    struct finding f;

    (void)state;
    plan_role(1, UPGRADE_NONE);
    f = judge("upgrade_took_effect",
              HISTORY(born(.pid = 7), ok(.at = 1, .pid = 7), event(EVENT_STEP_BEGAN, .at = 1000),
                      event(EVENT_STEP_ENDED, .at = 1001, .value = -1), ok(.at = 1100, .pid = 7)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "but step 0, which should have begun it, failed");
    /* another step that did not, or the same one later or earlier, is no excuse */
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, ok(.at = 1001, .pid = 7),
                         event(EVENT_STEP_ENDED, .at = 1002, .index = 1, .value = -1),
                         event(EVENT_STEP_ENDED, .at = 1003, .value = -1)))
               .verdict == FAIL);
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1001, .pid = 7),
                                                event(EVENT_STEP_ENDED, .at = 999, .value = -1)))
               .verdict == FAIL);
}

static void the_file_that_was_replaced_is_named(void **state)
{
    struct finding f = judge("upgrade_took_effect", HISTORY(SERVED, on_disk(.at = 999, .ino = 12),
                                                            ok(.at = 1100, .pid = 7)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "its program file was replaced on disk (inode 12, it runs 11)");
}

static void a_new_process_with_the_old_program_is_stale(void **state)
{
    struct finding f;

    (void)state;
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, NEW_8, ok(.at = 1100, .pid = 8))).verdict ==
           PASS);
    f = judge("upgrade_took_effect",
              HISTORY(SERVED, on_disk(.at = 999, .ino = 12), NEW_8, ok(.at = 1100, .pid = 8),
                      on_disk(.at = 2000, .ino = 12)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f,
                "pid 8 of generation 2 runs an old program: inode 11, but since 999.0 ms inode 12");
    /* the same number, but of another file system */
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, on_disk(.at = 999, .dev = 1, .ino = 11),
                                                NEW_8, ok(.at = 1100, .pid = 8)))
               .verdict == FAIL);
    /* forked by an old master, never exec'd */
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, on_disk(.at = 999, .ino = 12),
                         born(.at = 1010, .pid = 8, .value = 7), ok(.at = 1100, .pid = 8)))
               .verdict == FAIL);
}

static void a_later_replacement_accuses_nobody(void **state)
{
    (void)state;
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, NEW_8, ok(.at = 1100, .pid = 8), on_disk(.at = 1500, .ino = 12)))
               .verdict == PASS);
}

static void a_look_that_came_too_late_accuses_nobody(void **state)
{
    (void)state; /* the file was replaced before 8 began, but looked at only after */
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, born(.at = 1010, .pid = 8), execs(.at = 1011, .pid = 8, .ino = 12),
                         ok(.at = 1100, .pid = 8), on_disk(.at = 1500, .ino = 12),
                         on_disk(.at = 2000, .ino = 13)))
               .verdict == PASS);
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, born(.at = 1010, .pid = 8), execs(.at = 1011, .pid = 8, .ino = 12),
                         ok(.at = 1100, .pid = 8), on_disk(.at = 1500, .ino = 13),
                         on_disk(.at = 2000, .ino = 12)))
               .verdict == FAIL);
}

static void a_program_in_a_new_place_is_known_by_a_later_look(void **state)
{
    struct finding f = judge(
        "upgrade_took_effect",
        HISTORY(SERVED, born(.at = 1010, .pid = 8),
                event(EVENT_PROC_EXEC, .at = 1011, .pid = 8, .ino = 12, .text = "/releases/v2/app"),
                ok(.at = 1100, .pid = 8),
                event(EVENT_FILE_ON_DISK, .at = 1500, .ino = 12, .text = "/releases/v2/app")));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "1 of them run the program that is on disk");
    /* what it had been when that began nobody saw */
    f = judge(
        "upgrade_took_effect",
        HISTORY(SERVED, born(.at = 1010, .pid = 8),
                event(EVENT_PROC_EXEC, .at = 1011, .pid = 8, .ino = 12, .text = "/releases/v2/app"),
                ok(.at = 1100, .pid = 8),
                event(EVENT_FILE_ON_DISK, .at = 1500, .ino = 13, .text = "/releases/v2/app")));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "the program file of 1 is not known");
}

static void an_unknown_program_file_is_said(void **state)
{
    struct finding f = judge("upgrade_took_effect",
                             HISTORY(SERVED, born(.at = 1010, .pid = 8), ok(.at = 1100, .pid = 8)));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "the program file of 1 is not known");
}

static void nobody_answering_any_more_is_no_upgrade(void **state)
{
    (void)state;
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, refused(.at = 1100))).verdict == FAIL);
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED)).verdict == UNKNOWN);
}

static void a_starved_machine_may_have_kept_the_new_process_away(void **state)
{
    struct finding f =
        judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1500, .pid = 7),
                                             event(EVENT_STALLED, .at = 1900, .value_ms = 900),
                                             event(EVENT_LOAD_ENDED, .at = 2000)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "but the machine starved us of its CPUs for 900.0 of 1000.0 ms");
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1500, .pid = 7),
                                                event(EVENT_STALLED, .at = 1900, .value_ms = 400),
                                                event(EVENT_LOAD_ENDED, .at = 2000)))
               .verdict == FAIL);
}

static void what_nobody_could_see_accuses_nobody(void **state)
{
    (void)state;
    EXPECT(judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1100, .pid = 0))).verdict ==
           UNKNOWN);
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, event(EVENT_WATCH, .value = WATCHED_WITH_HOLES),
                         ok(.at = 1100, .pid = 7)))
               .verdict == UNKNOWN);
    EXPECT(judge("upgrade_took_effect",
                 HISTORY(SERVED, event(EVENT_WATCH, .value = WATCHED_BUT_SHORT_LIVES),
                         ok(.at = 1100, .pid = 7)))
               .verdict == FAIL);
    given()->server.who = WHO_NONE;
    EXPECT(!judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1100, .pid = 7))).applies);
}

static void the_next_upgrade_is_not_the_one_that_failed(void **state)
{
    struct finding f =
        judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1500, .pid = 7), step(.at = 4000),
                                             born(.at = 4010, .pid = 9), ok(.at = 4200, .pid = 9)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "after the upgrade at 1000.0 ms: pid 7 of generation 1");
}

static void an_upgrade_overtaken_by_the_next_need_not_serve(void **state)
{
    (void)state;
    EXPECT(
        judge("upgrade_took_effect", HISTORY(SERVED, NEW_8, step(.at = 1100),
                                             born(.at = 1110, .pid = 9), ok(.at = 1200, .pid = 9)))
            .verdict == PASS);
    EXPECT(
        judge("upgrade_took_effect", HISTORY(SERVED, ok(.at = 1500, .pid = 7), step(.at = 4000),
                                             born(.at = 4010, .pid = 9), ok(.at = 4200, .pid = 9)))
            .verdict == FAIL);
}

/* As FORK_EXEC, but 7 does as it likes after the upgrade at 1000 ms. */
#define REPLACED SERVED, NEW_8, ok(.at = 1020, .times = 100, .every = 100, .pid = 8)

static void an_old_process_that_stays_is_seen(void **state)
{
    struct finding f = judge("old_exited", HISTORY(REPLACED, load_ended(.at = 11000)));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 7 of generation 1 still lived 10000.0 ms after the upgrade at 1000.0 ms");
    f = judge("old_exited",
              HISTORY(REPLACED, exited(.at = 7000, .pid = 7), load_ended(.at = 11000)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "exited only 6000.0 ms after");
    EXPECT(judge("old_exited", HISTORY(REPLACED, exited(.at = 5900, .pid = 7))).verdict == PASS);
}

static void an_exit_that_the_run_did_not_await_is_unknown(void **state)
{
    struct finding f = judge(
        "old_exited", HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8), load_ended(.at = 3000)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "too early to say");
    /* told by us to stop */
    EXPECT(judge("old_exited",
                 HISTORY(SERVED, NEW_8, ok(.at = 1020, .pid = 8),
                         event(EVENT_STOP_BEGAN, .at = 3000), exited(.at = 3010, .pid = 7)))
               .verdict == UNKNOWN);
}

static void who_never_served_or_was_not_replaced_need_not_go(void **state)
{
    (void)state;
    EXPECT(!judge("old_exited", HISTORY(SERVED, ok(.at = 1020, .pid = 7), load_ended(.at = 9000)))
                .applies);
    EXPECT(judge("old_exited", HISTORY(REPLACED, born(.pid = 6), exited(.at = 1100, .pid = 7),
                                       load_ended(.at = 11000)))
               .verdict == PASS);
    EXPECT(judge("old_exited", HISTORY(REPLACED, load_ended(.at = 11000),
                                       event(EVENT_STALLED, .at = 6000, .value_ms = 5100)))
               .verdict == UNKNOWN);
}

#define STOPPED event(EVENT_STOP_ENDED, .at = 100)

static void what_is_left_over_is_seen(void **state)
{
    (void)state;
    EXPECT(judge("none_left_over", HISTORY(STOPPED)).verdict == PASS);
    EXPECT(judge("none_left_over", HISTORY(watched)).verdict == UNKNOWN);
    EXPECT(judge("none_left_over", HISTORY(event(EVENT_STOP_ENDED, .value = 1))).verdict == FAIL);
    EXPECT(
        judge("none_left_over", HISTORY(STOPPED, event(EVENT_PROC_LEFT_OVER, .pid = 9))).verdict ==
        FAIL);
    EXPECT(
        judge("none_left_over", HISTORY(STOPPED, event(EVENT_STILL_LISTENING, .text = "port 80")))
            .verdict == FAIL);
    EXPECT(judge("none_left_over", HISTORY(STOPPED, event(EVENT_PROC_ZOMBIE, .pid = 9))).verdict ==
           FAIL);
    given()->server.attach = ATTACH_PID;
    EXPECT(!judge("none_left_over", HISTORY(watched)).applies);
    EXPECT(judge("none_left_over", HISTORY(event(EVENT_PROC_ZOMBIE, .pid = 9))).verdict == FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_an_upgrade_nothing_is_judged),
        TEST(an_upgrade_that_nobody_noticed_did_not_happen),
        TEST(one_whose_trigger_failed_accuses_nobody),
        TEST(the_file_that_was_replaced_is_named),
        TEST(a_new_process_with_the_old_program_is_stale),
        TEST(a_later_replacement_accuses_nobody),
        TEST(a_look_that_came_too_late_accuses_nobody),
        TEST(a_program_in_a_new_place_is_known_by_a_later_look),
        TEST(an_unknown_program_file_is_said),
        TEST(nobody_answering_any_more_is_no_upgrade),
        TEST(a_starved_machine_may_have_kept_the_new_process_away),
        TEST(what_nobody_could_see_accuses_nobody),
        TEST(the_next_upgrade_is_not_the_one_that_failed),
        TEST(an_upgrade_overtaken_by_the_next_need_not_serve),
        TEST(an_old_process_that_stays_is_seen),
        TEST(an_exit_that_the_run_did_not_await_is_unknown),
        TEST(who_never_served_or_was_not_replaced_need_not_go),
        TEST(what_is_left_over_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Is it told when the close of a listener cost what waited in its queue? */
#include "core/closings.h"
#include "hand_made.h"

#define listens(i, ...) event(EVENT_LISTENING, .value = 1, .ino = (i), __VA_ARGS__)
#define closes(i, ...)  event(EVENT_LISTENING, .ino = (i), __VA_ARGS__) /* .index: us since seen */
#define waits(i, n, ...)                                                                           \
    event(EVENT_LISTEN_QUEUE, .ino = (i), .value = (n), .index = 128, __VA_ARGS__)
#define grew(i, n, ...) event(EVENT_NET_COUNTER, .index = (i), .value = (n), __VA_ARGS__)
#define cut(...)        request(OUTCOME_RESET, .phase = PHASE_WAIT, .ends = 1051, __VA_ARGS__)

/* 7 serves with socket 70; the upgrade begins at 1000 ms, 8 listens from 1012 ms on. */
#define TWO                                                                                        \
    listens(70, .at = 1), waits(70, 0, .at = 1), waits(70, 2, .at = 500), SERVED, NEW_8,           \
        event(EVENT_LISTENER, .pid = 7, .at = 1, .value = HOLDS_AND_POLLS, .ino = 70, .index = 1), \
        listens(80, .at = 1012), waits(80, 0, .at = 1012), waits(70, 3, .at = 1040),               \
        ok(.at = 1020, .times = 98, .every = 10, .pid = 8), load_ended(.at = 2000)
#define JUDGE(...) judge("no_request_lost", HISTORY(__VA_ARGS__))

static void what_waited_was_reset(void **state)
{
    struct finding f =
        JUDGE(TWO, closes(70, .at = 1050, .index = 2000), cut(.at = 1031), cut(.at = 1035));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "; 2 reset by the close of the listener of pid 7 at 1050.0 ms, beside another: "
                   "3 waited in its queue when last seen, up to 2.0 ms before");
}

static void it_is_told_within_the_limit_too(void **state)
{
    struct finding f;

    (void)state;
    given()->limits.lost = 5;
    f = JUDGE(TWO, closes(70, .at = 1050, .index = 2000), cut(.at = 1031));
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "; 1 reset by the close of the listener");
}

static void more_than_waited_and_came_is_no_explanation(void **state)
{
    struct finding f = JUDGE(TWO, closes(70, .at = 1050, .index = 1), cut(.at = 1031, .times = 9));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT(!strstr(f.why, "reset by"));
}

static void what_came_since_the_last_look_counts(void **state)
{
    struct finding f = JUDGE(TWO, closes(70, .at = 1050, .index = 2000), cut(.at = 1031),
                             cut(.at = 1032), cut(.at = 1033), cut(.at = 1048.5), cut(.at = 1049));

    (void)state;
    EXPECT_SAYS(f, "; 5 reset by the close of the listener of pid 7 at 1050.0 ms, beside another: "
                   "3 waited in its queue when last seen");
    /* but not since the close */
    f = JUDGE(TWO, closes(70, .at = 1050, .index = 2000), cut(.at = 1031, .times = 5),
              ok(.at = 1050.5, .pid = 8));
    EXPECT(f.verdict == FAIL && !strstr(f.why, "reset by"));
}

static void where_nothing_closed_nothing_is_said(void **state)
{
    struct history h = HISTORY(SERVED);
    char text[8] = "?";
    struct facts f;

    (void)state;
    facts_find(&f, given(), &h);
    closings_say(&f, text, sizeof(text));
    assert_string_equal("", text);
    facts_free(&f);
    history_free(&h);
}

static void who_held_it_may_not_be_known_and_there_may_be_several(void **state)
{
    struct finding f;

    (void)state;
#define BESIDE listens(60, .at = 1), waits(60, 1, .at = 1001)
    f = JUDGE(BESIDE, TWO, closes(60, .at = 1050, .index = 3000), cut(.at = 1031));
    EXPECT_SAYS(f, "; 1 reset by the close of a listener at 1050.0 ms, beside another: 1 waited in "
                   "its queue when last seen, up to 3.0 ms before");
    f = JUDGE(BESIDE, TWO, closes(60, .at = 1050, .index = 3000),
              closes(70, .at = 1300, .index = 2000), cut(.at = 1031),
              request(OUTCOME_RESET, .phase = PHASE_WAIT, .at = 1280, .took = 21));
    EXPECT_SAYS(f, "; 2 reset by the close of 2 listeners beside others: 4 waited in their queues "
                   "when last seen, up to 3.0 ms before");
}

static void the_only_listener_is_another_matter(void **state)
{
    (void)state;
    EXPECT(!strstr(JUDGE(listens(70, .at = 1), waits(70, 3, .at = 900), SERVED,
                         closes(70, .at = 1050, .index = 2000), cut(.at = 1031),
                         load_ended(.at = 2000))
                       .why,
                   "reset by"));
}

static void what_was_lost_at_another_time_or_otherwise_is_not_counted(void **state)
{
    (void)state;
#define NOT_BY(...)                                                                                \
    EXPECT(!strstr(JUDGE(TWO, closes(70, .at = 1050, .index = 2000), __VA_ARGS__).why, "reset "    \
                                                                                       "by"))
    NOT_BY(refused(.at = 1049));
    NOT_BY(reset(.at = 1300));
    NOT_BY(reset(.at = 1020, .took = 5));
    NOT_BY(cut(.at = 1031, .lane = 1, .port = 9, .kept = true));
}

static void the_facts_are_of_each_upgrade(void **state)
{
    struct history h =
        HISTORY(TWO, closes(70, .at = 1050, .index = 2000), grew(NET_OUT_RSTS, 1, .at = 1060),
                grew(NET_OUT_RSTS, 4, .at = 1500), grew(99, 4, .at = 1500));
    const struct queue_row *old, *new;
    struct facts f;

    (void)state;
    facts_find(&f, given(), &h);
    EXPECT(f.n_queues == 3 && facts_first_queue(&f, 0) == 1);
    EXPECT(f.queues[0].upgrade == 0 && f.queues[0].most == 2);
    old = &f.queues[1];
    new = &f.queues[2];
    EXPECT(old->upgrade == 1 && old->ino == 70 && old->most == 3 && old->last == 3);
    EXPECT(old->limit == 128 && old->closed == MS(1050) && old->seen == MS(1048) && old->beside);
    EXPECT(new->ino == 80 && new->most == 0 && new->closed == -1);
    EXPECT(f.upgrades[0].net[NET_OUT_RSTS] == 4);
    EXPECT(f.upgrades[0].net[NET_LISTEN_DROPS] == -1);
    facts_free(&f);
    history_free(&h);
}

static void a_queue_goes_on_from_upgrade_to_upgrade_until_it_closes(void **state)
{
    struct history h = HISTORY(listens(70, .at = 1), waits(70, 5, .at = 10), waits(70, 2, .at = 20),
                               step(.at = 1000), listens(80, .at = 1010), waits(80, -1, .at = 1015),
                               closes(70, .at = 1050), step(.at = 2000), waits(80, 4, .at = 2010),
                               waits(80, 1, .at = 2020), event(EVENT_STOP_BEGAN, .at = 3000),
                               waits(80, 9, .at = 3005), closes(80, .at = 3010));
    struct facts f;

    (void)state;
    facts_find(&f, given(), &h);
    EXPECT(f.n_queues == 4);
    EXPECT(facts_first_queue(&f, 0) == 1 && facts_first_queue(&f, 1) == 3);
    EXPECT(f.queues[0].ino == 70 && f.queues[0].most == 5 && f.queues[0].last == 2);
    EXPECT(f.queues[0].limit == 128 && f.queues[0].closed == -1 && f.queues[0].seen == -1);
    EXPECT(f.queues[1].ino == 70 && f.queues[1].most == 2 && f.queues[1].last == 2);
    EXPECT(f.queues[1].limit == 128 && f.queues[1].closed == MS(1050));
    EXPECT(f.queues[2].ino == 80 && f.queues[2].limit == 0 && f.queues[2].upgrade == 1);
    EXPECT(f.queues[3].ino == 80 && f.queues[3].most == 4 && f.queues[3].last == 1);
    EXPECT(f.queues[3].closed == -1 && f.queues[3].upgrade == 2);
    facts_free(&f);
    history_free(&h);
}

static void more_listeners_than_there_is_room_for_are_left_out(void **state)
{
    struct row rows[600];
    struct history h;
    struct facts f;

    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        rows[i] = (struct row)listens(1 + i, .at = 1 + i);
        rows[300 + i] = (struct row)closes(1 + i, .at = 2000 - i);
    }
    h = history_of(rows, COUNT(rows));
    facts_find(&f, given(), &h);
    EXPECT(f.n_queues == 256);
    EXPECT(f.queues[0].ino == 1 && f.queues[0].closed == MS(2000) && !f.queues[0].beside);
    EXPECT(f.queues[255].ino == 256 && f.queues[255].closed == MS(1745) && f.queues[255].beside);
    facts_free(&f);
    history_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_waited_was_reset),
        TEST(it_is_told_within_the_limit_too),
        TEST(more_than_waited_and_came_is_no_explanation),
        TEST(what_came_since_the_last_look_counts),
        TEST(where_nothing_closed_nothing_is_said),
        TEST(who_held_it_may_not_be_known_and_there_may_be_several),
        TEST(the_only_listener_is_another_matter),
        TEST(what_was_lost_at_another_time_or_otherwise_is_not_counted),
        TEST(the_facts_are_of_each_upgrade),
        TEST(a_queue_goes_on_from_upgrade_to_upgrade_until_it_closes),
        TEST(more_listeners_than_there_is_room_for_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

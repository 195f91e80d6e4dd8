/* Is what happened told in words that are true, and short enough? */
#include "core/story.h"
#include "hand_made.h"

#define begun(i)       event(EVENT_LISTENING, .value = 1, .ino = (i), .at = 1)
#define closes(i, ...) event(EVENT_LISTENING, .ino = (i), __VA_ARGS__) /* .index: us since seen */

/* 7 serves; at 3000 ms an upgrade begins that brings 8. */
#define SERVED_BY_7                                                                                \
    watched, load_began(.at = 0), born(.pid = 7, .at = 0), execs(.pid = 7, .at = 0), begun(70),    \
        ok(.at = 1, .times = 299, .every = 10, .pid = 7), step(.at = 3000)
#define SERVED_BY_8                                                                                \
    born(.pid = 8, .at = 3020), execs(.pid = 8, .at = 3021),                                       \
        ok(.at = 3051, .times = 95, .every = 10, .pid = 8), load_ended(.at = 4000)

static struct story told(struct history h)
{
    struct facts facts;
    struct story story;

    facts_find(&facts, given(), &h);
    story_tell(&facts, &story);
    facts_free(&facts);
    history_free(&h);
    for (size_t i = 0; i < story.n; i++)
        print_message("    %s\n", story.sentences[i]);
    return story;
}

#define EXPECT_TOLD(i, words, history)                                                             \
    do {                                                                                           \
        struct story story_ = told(history);                                                       \
                                                                                                   \
        EXPECT(story_.n > (i));                                                                    \
        assert_string_equal(words, story_.sentences[i]);                                           \
    } while (0)

static void the_lost_are_told_with_their_time_and_place(void **state)
{
    (void)state;
    EXPECT_TOLD(
        0,
        "3 of 397 requests were lost: refused, 3,021 to 3,041 ms, between the old process's "
        "end and the new one's first request.",
        HISTORY(SERVED_BY_7, exited(.pid = 7, .at = 3005),
                refused(.at = 3020, .times = 3, .every = 10), SERVED_BY_8));
    EXPECT_TOLD(0,
                "1 of 395 requests was lost: refused, 3,041.0 ms, between the old listener's close "
                "and the new one's first request.",
                HISTORY(SERVED_BY_7, closes(70, .at = 3030, .index = 5000), refused(.at = 3040),
                        SERVED_BY_8));
    EXPECT_TOLD(
        0, "1 of 395 requests was lost: refused, 3,800.0 ms, after the old process's end.",
        HISTORY(SERVED_BY_7, exited(.pid = 7, .at = 3500), SERVED_BY_8, refused(.at = 3799)));
}

static void those_that_went_with_the_process_are_told_so(void **state)
{
    (void)state;
    EXPECT_TOLD(0,
                "3 of 397 requests were lost: 2 reset, 3,004.0 ms, as the old process ended; "
                "1 refused, 3,041.0 ms, between the old process's end and the new one's first "
                "request.",
                HISTORY(SERVED_BY_7, exited(.pid = 7, .at = 3005), reset(.at = 2990, .ends = 3004),
                        reset(.at = 2991, .ends = 3004), refused(.at = 3040), SERVED_BY_8));
}

static void each_upgrade_has_its_own(void **state)
{
    struct story story;

    (void)state;
    plan_role(1, UPGRADE_BEGINS);
    story = told(HISTORY(refused(.at = 50), SERVED_BY_7, refused(.at = 3040), SERVED_BY_8,
                         step(.at = 3500, .index = 1), refused(.at = 3600)));
    assert_string_equal("1 of 397 requests was lost before the first upgrade: refused, 51.0 ms.",
                        story.sentences[0]);
    EXPECT(strstr(story.sentences[1], "1 of 397 requests was lost at upgrade 1, at 3,000 ms: "));
    EXPECT(strstr(story.sentences[2], "1 of 397 requests was lost at upgrade 2, at 3,500 ms: "));
    EXPECT(strstr(story.sentences[3], "Upgrade 1 began at 3,000 ms; "));
}

static void of_many_upgrades_the_first_are_told(void **state)
{
    static struct step many[8];
    struct row rows[2 * 8 + 1] = { load_began(.at = 0) };
    struct story story;

    (void)state;
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = (struct step){ .role = UPGRADE_BEGINS, .repeat = 1 };
        rows[1 + 2 * i] =
            (struct row)event(EVENT_STEP_BEGAN, .at = 100.0 * (double)(i + 1), .index = (int)i);
        rows[2 + 2 * i] = (struct row)refused(.at = 100.0 * (double)(i + 1) + 10);
    }
    given()->steps = many;
    given()->n_steps = COUNT(many);
    story = told(history_of(rows, COUNT(rows)));
    assert_string_equal("5 more were lost at 5 other upgrades.", story.sentences[3]);
    EXPECT(story.n <= STORY_MOST);
}

static void nothing_lost_is_told_too(void **state)
{
    (void)state;
    EXPECT_TOLD(0,
                "None of 394 requests was lost (95 % confidence: at most 3.2 % of requests in a "
                "handover and 95 % of upgrades; blind for 51.0 ms to new connections, 1000.0 ms on "
                "reused ones).",
                HISTORY(SERVED_BY_7, SERVED_BY_8));
    EXPECT_TOLD(0, "None of 1 requests was lost (there was no upgrade to lose any).",
                HISTORY(ok()));
    EXPECT_TOLD(0, "No request was sent.", HISTORY(load_began(.at = 0)));
}

static void who_served_until_when_is_told(void **state)
{
    (void)state;
    EXPECT_TOLD(1,
                "The upgrade began at 3,000 ms; pid 7 gave its last answer at 2,982 ms and was "
                "gone at 3,500 ms; pid 8 answered from 3,052 ms on.",
                HISTORY(SERVED_BY_7, exited(.pid = 7, .at = 3500), SERVED_BY_8));
    EXPECT_TOLD(1,
                "The upgrade began at 3,000 ms; pid 7 gave its last answer at 2,982 ms and was "
                "gone; no new process answered.",
                HISTORY(SERVED_BY_7, exited(.pid = 7, .at = 2981), load_ended(.at = 4000)));
    EXPECT_TOLD(1,
                "The upgrade began at 3,000 ms; pid 7 gave its last answer at 2,982 ms; no new "
                "process answered.",
                HISTORY(SERVED_BY_7, load_ended(.at = 4000)));
}

static void the_longest_gap_beyond_the_limit_is_told(void **state)
{
    struct story story;

    (void)state;
    story =
        told(HISTORY(SERVED_BY_7, born(.pid = 8, .at = 3020), execs(.pid = 8, .at = 3021),
                     ok(.at = 3451, .times = 55, .every = 10, .pid = 8), load_ended(.at = 4000)));
    assert_string_equal("Lane new had no answer for 470 ms, from 2,982 ms on.",
                        story.sentences[story.n - 1]);
}

static void what_is_too_long_is_cut(void **state)
{
    static char name[2000];
    struct story story;

    (void)state;
    memset(name, 'x', sizeof name - 1);
    given_lanes[0].name = name;
    story = told(HISTORY(ok(.at = 1), step(.at = 10), ok(.at = 900)));
    EXPECT(strlen(story.sentences[story.n - 1]) < 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_lost_are_told_with_their_time_and_place),
        TEST(those_that_went_with_the_process_are_told_so),
        TEST(each_upgrade_has_its_own),
        TEST(of_many_upgrades_the_first_are_told),
        TEST(nothing_lost_is_told_too),
        TEST(who_served_until_when_is_told),
        TEST(the_longest_gap_beyond_the_limit_is_told),
        TEST(what_is_too_long_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

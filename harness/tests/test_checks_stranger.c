/* Is it seen when somebody else listens at the server's address? */
#include "hand_made.h"

#define holds(...)    event(EVENT_LISTENER, .value = HOLDS, .ino = 900, .index = 1, __VA_ARGS__)
#define stranger(...) event(EVENT_STRANGER, .ino = 901, __VA_ARGS__)
#define JUDGE(...)    judge("nobody_else_listened", HISTORY(__VA_ARGS__))
#define ALONE         SERVED, holds(.at = 1, .pid = 7), load_ended(.at = 2000)

static void a_server_that_has_its_port_to_itself_passes(void **state)
{
    struct finding f = JUDGE(ALONE);

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT(!JUDGE(SERVED).applies);
}

static void a_stranger_beside_it_is_named(void **state)
{
    struct finding f = JUDGE(ALONE, stranger(.at = 500, .pid = 4711, .text = "nginx"),
                             ok(.id = 900, .at = 510, .times = 3, .every = 10, .pid = 4711));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "from 500.0 ms on pid 4711 (nginx) listened");
    EXPECT_SAYS(f, "answered 3 of the requests");
    given()->server.who = WHO_NONE;
    f = JUDGE(ALONE, stranger(.at = 500, .pid = 4711, .text = "nginx"));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "may have answered any");
}

static void one_whom_nobody_sees_is_told_all_the_same(void **state)
{
    struct finding f = JUDGE(ALONE, stranger(.at = 500, .text = "a process out of sight"));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "a process out of sight");
}

static void one_that_turns_out_to_be_an_heir_is_none(void **state)
{
    (void)state;
    EXPECT(JUDGE(ALONE, stranger(.at = 500, .pid = 8, .start = 80),
                 born(.at = 490, .pid = 8, .start = 80))
               .verdict == PASS);
    EXPECT(JUDGE(ALONE, stranger(.at = 500, .pid = 8, .start = 80),
                 born(.at = 490, .pid = 8, .start = 81))
               .verdict == UNKNOWN);
}

static void who_comes_when_the_load_is_over_disturbs_nobody(void **state)
{
    (void)state;
    EXPECT(JUDGE(ALONE, stranger(.at = 2100, .pid = 4711)).verdict == PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_that_has_its_port_to_itself_passes),
        TEST(a_stranger_beside_it_is_named),
        TEST(one_whom_nobody_sees_is_told_all_the_same),
        TEST(one_that_turns_out_to_be_an_heir_is_none),
        TEST(who_comes_when_the_load_is_over_disturbs_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

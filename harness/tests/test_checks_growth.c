/* Is it seen when every reload leaves a little more behind? */
#include "hand_made.h"

#define KB       (INT64_C(1) << 10)
#define MASTER   90
#define UNSEEN   (-2)
#define NOT_TOLD (-1)

static struct row rows[4096];
static size_t n_rows;

#define ADD(...) rows[n_rows++] = (struct row)__VA_ARGS__

/* One process a generation, a second each; what it holds when its time is up. */
static void serve(enum event_kind kind, const int64_t *held, size_t n)
{
    n_rows = 0;
    for (unsigned g = 0; g < n; g++) {
        double begun = 1000.0 * g;

        if (g > 0) {
            ADD(event(EVENT_STEP_BEGAN, .at = begun));
            ADD(event(EVENT_STEP_ENDED, .at = begun));
        }
        ADD(event(EVENT_PROC_BORN, .at = begun + 10, .pid = 100 + g, .value = MASTER));
        ADD(ok(.at = begun + 20, .times = 9, .every = 100, .pid = 100 + g));
        if (held[g] != UNSEEN)
            ADD(event(kind, .at = begun + 990, .pid = 100 + g, .value = held[g]));
        ADD(event(EVENT_PROC_EXITED, .at = begun + 1100, .pid = 100 + g));
    }
    ADD(event(EVENT_LOAD_ENDED, .at = 1000.0 * (double)n));
}

static struct finding judge_rows(const char *name)
{
    return judge(name, history_of(rows, n_rows));
}

#define DESCRIPTORS(...)                                                                           \
    (serve(EVENT_DESCRIPTORS, (int64_t[]){ __VA_ARGS__ }, COUNT(((int64_t[]){ __VA_ARGS__ }))),    \
     judge_rows("no_descriptor_growth"))

static struct finding judge_memory(const int64_t *kilobytes, size_t n)
{
    int64_t bytes[64];

    for (size_t i = 0; i < n; i++)
        bytes[i] = kilobytes[i] * KB;
    serve(EVENT_MEMORY, bytes, n);
    return judge_rows("no_memory_growth");
}

#define MEMORY(...) judge_memory((int64_t[]){ __VA_ARGS__ }, COUNT(((int64_t[]){ __VA_ARGS__ })))

static void one_descriptor_with_each_generation_is_growth(void **state)
{
    struct finding f = DESCRIPTORS(7, 8, 9, 10, 11);

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "grew by 1.0 with each generation, from 7 to 11 over 5 of them");
    EXPECT(DESCRIPTORS(7, 8, 9, 10, 11, 12, 14).verdict == FAIL);
    EXPECT(DESCRIPTORS(12, 8, 9, 10, 11, 12).verdict == FAIL); /* the first is no heir */
    EXPECT(DESCRIPTORS(30, 31, 33, 32, 34, 35, 36).verdict == FAIL);
}

static void the_same_again_is_no_growth(void **state)
{
    struct finding f = DESCRIPTORS(7, 7, 7, 7, 7, 7);

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "over 5 generations");
    EXPECT(DESCRIPTORS(4, 9, 9, 9, 9, 9, 9).verdict == PASS);
    EXPECT(DESCRIPTORS(12, 11, 10, 9, 8).verdict == PASS);
}

static void noise_is_no_growth(void **state)
{
    (void)state;
    EXPECT(DESCRIPTORS(29, 29, 27, 30, 28, 31, 29).verdict == PASS);
    EXPECT(DESCRIPTORS(20, 21, 40, 41, 90).verdict == PASS);
    EXPECT(MEMORY(9000, 14000, 8000, 12000, 15000, 11000).verdict == PASS);
}

static void a_limit_may_allow_for_it(void **state)
{
    (void)state;
    given()->limits.descriptor_growth = 1;
    EXPECT(DESCRIPTORS(7, 8, 9, 10, 11).verdict == PASS);
    EXPECT(DESCRIPTORS(7, 9, 11, 13, 15).verdict == FAIL);
    given()->limits.memory_growth = 4096;
    EXPECT(MEMORY(5000, 7000, 9000, 11000, 13000).verdict == PASS);
}

static void memory_may_grow_a_little(void **state)
{
    struct finding f;

    (void)state;
    EXPECT(MEMORY(5000, 5400, 5800, 6200, 6600, 7000).verdict == PASS);
    f = MEMORY(5000, 7100, 9000, 11050, 13000, 15100);
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f,
                "KB with each generation, from 7100 to 15100 KB over 5 of them (limit 512.0 KB)");
}

static void few_generations_tell_nothing(void **state)
{
    struct finding f = DESCRIPTORS(7, 8, 9, 10);

    (void)state;
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT_SAYS(f, "4 generations; it takes 5");
    given()->server.who = WHO_NONE;
    EXPECT(!DESCRIPTORS(7, 8, 9, 10, 11).applies);
}

static void a_generation_that_never_served_does_not_count(void **state)
{
    struct finding f;

    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 7, 8, 9, 10, 11 }, 5);
    for (size_t i = 0; i < n_rows; i++)
        if (!rows[i].is_event && rows[i].made.pid == 102)
            rows[i].made.pid = 0;
    f = judge_rows("no_descriptor_growth");
    EXPECT(f.verdict == PASS && !f.applies);
    EXPECT_SAYS(f, "4 generations served");
}

static void what_could_not_be_seen_accuses_nobody(void **state)
{
    struct finding f = DESCRIPTORS(7, 8, NOT_TOLD, 10, 11);

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "in 4 of 5 generations only");
    EXPECT(DESCRIPTORS(7, 8, 9, 10, UNSEEN).verdict == UNKNOWN);
    EXPECT(DESCRIPTORS(UNSEEN, UNSEEN, UNSEEN, UNSEEN, UNSEEN).verdict == UNKNOWN);
    EXPECT(DESCRIPTORS(7, 8, NOT_TOLD, 10, 11, 12, 13).verdict == FAIL);
    EXPECT(DESCRIPTORS(7, 7, NOT_TOLD, 7, 7, 7, 7).verdict == PASS);
}

static void connections_that_come_and_go_are_not_counted(void **state)
{
    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 7, 17, 27, 37, 47 }, 5);
    for (unsigned g = 0; g < 5; g++)
        ADD(event(EVENT_DESCRIPTORS, .at = 1000.0 * g + 800, .pid = 100 + g, .value = 7));
    EXPECT(judge_rows("no_descriptor_growth").verdict == PASS);
    /* but before its pool was filled it had no use for that many */
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 17, 18, 19, 20, 21 }, 5);
    for (unsigned g = 0; g < 5; g++)
        ADD(event(EVENT_DESCRIPTORS, .at = 1000.0 * g + 100, .pid = 100 + g, .value = 7));
    EXPECT(judge_rows("no_descriptor_growth").verdict == FAIL);
}

static void our_own_connections_are_not_counted(void **state)
{
    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 9, 8, 12, 10, 12 }, 5);
    for (unsigned g = 0; g < 5; g++) /* 2, 0, 3, 0 and 1 of them */
        for (int64_t n = 0; n < (int64_t[]){ 2, 0, 3, 0, 1 }[g]; n++)
            ADD(ok(.at = 1000.0 * g + 950, .took = 100, .pid = 100 + g));
    EXPECT(judge_rows("no_descriptor_growth").verdict == FAIL);
    for (size_t i = 0; i < n_rows; i++)
        rows[i].made.lane = !rows[i].is_event; /* kept ones */
    EXPECT(judge_rows("no_descriptor_growth").verdict == PASS);
}

/* The n-th generation has n more processes that serve. */
static void more_processes_are_no_growth_of_each(void **state)
{
    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 7, 7, 7, 7, 7 }, 5);
    for (unsigned g = 0; g < 5; g++)
        for (unsigned i = 0; i <= g; i++) {
            double begun = 1000.0 * g;
            uint32_t pid = 200 + 10 * g + i;

            ADD(event(EVENT_PROC_BORN, .at = begun + 10, .pid = pid, .value = MASTER));
            ADD(ok(.at = begun + 30 + i, .pid = pid));
            ADD(event(EVENT_DESCRIPTORS, .at = begun + 990, .pid = pid, .value = 7));
            ADD(event(EVENT_PROC_EXITED, .at = begun + 1100, .pid = pid));
        }
    EXPECT(judge_rows("no_descriptor_growth").verdict == PASS);
}

/* Beside the one with 7: it is neither the first nor the last that is looked at. */
static void of_several_the_median_counts(void **state)
{
    struct finding f;

    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 1, 2, 3, 4, 5 }, 5);
    for (unsigned g = 0; g < 5; g++)
        for (unsigned i = 0; i < 4; i++) {
            int64_t held[] = { 7, 90, 95, 6 };
            double begun = 1000.0 * g;
            uint32_t pid = 200 + 10 * g + i;

            ADD(event(EVENT_PROC_BORN, .at = begun + 11 + i, .pid = pid, .value = MASTER));
            ADD(ok(.at = begun + 30 + i, .pid = pid));
            ADD(event(EVENT_DESCRIPTORS, .at = begun + 990, .pid = pid, .value = held[i]));
            ADD(event(EVENT_PROC_EXITED, .at = begun + 1100, .pid = pid));
        }
    f = judge_rows("no_descriptor_growth");
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "descriptors of those who serve did not grow beyond the limit: +0.0 each");
    for (size_t i = 0; i < n_rows; i++) /* what the median holds grows */
        if (rows[i].is_event && rows[i].what == EVENT_DESCRIPTORS && rows[i].made.value == 7)
            rows[i].made.value += rows[i].made.pid / 10 - 20;
    f = judge_rows("no_descriptor_growth");
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "grew by 1.0 with each generation, from 7 to 11");
}

static void a_master_that_keeps_them_is_seen(void **state)
{
    struct finding f;

    (void)state;
    serve(EVENT_DESCRIPTORS, (int64_t[]){ 7, 7, 7, 7, 7 }, 5);
    ADD(event(EVENT_PROC_BORN, .at = 0, .pid = MASTER));
    for (unsigned g = 0; g < 5; g++)
        ADD(event(EVENT_DESCRIPTORS, .at = 1000.0 * g + 5, .pid = MASTER, .value = 4 + g));
    f = judge_rows("no_descriptor_growth");
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "pid 90, which stays, grew by 1.0");
    ADD(event(EVENT_DESCRIPTORS, .at = 2500, .pid = MASTER, .value = NOT_TOLD));
    f = judge_rows("no_descriptor_growth");
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "pid 90, which stays, could be looked at in 4 of 5 generations only");
}

static void of_many_that_stay_the_first_eight_are_looked_at(void **state)
{
    (void)state;
    for (unsigned leaks = 8; leaks <= 9; leaks++) {
        serve(EVENT_DESCRIPTORS, (int64_t[]){ 7, 7, 7, 7, 7 }, 5);
        for (unsigned i = 1; i <= 9; i++) {
            ADD(event(EVENT_PROC_BORN, .at = i, .pid = i));
            for (unsigned g = 0; g < 5; g++)
                ADD(event(EVENT_DESCRIPTORS, .at = 1000.0 * g + 10, .pid = i,
                          .value = 4 + (i == leaks ? g : 0)));
        }
        EXPECT(judge_rows("no_descriptor_growth").verdict == (leaks <= 8 ? FAIL : PASS));
    }
}

static void an_exec_carries_them_on(void **state)
{
    (void)state;
    n_rows = 0;
    ADD(event(EVENT_PROC_BORN, .at = 0, .pid = 7, .start = 5));
    for (unsigned g = 0; g < 5; g++) {
        double begun = 1000.0 * g;

        if (g > 0)
            ADD(event(EVENT_STEP_BEGAN, .at = begun));
        ADD(event(EVENT_PROC_EXEC, .at = begun + 10, .pid = 7, .start = 5, .text = APP));
        ADD(ok(.at = begun + 20, .times = 9, .every = 100, .pid = 7));
        ADD(event(EVENT_DESCRIPTORS, .at = begun + 900, .pid = 7, .start = 5, .value = 7 + g));
    }
    ADD(event(EVENT_LOAD_ENDED, .at = 5000));
    EXPECT(judge_rows("no_descriptor_growth").verdict == FAIL);
    /* looks at another process that had the pid before */
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].is_event && rows[i].what == EVENT_DESCRIPTORS)
            rows[i].made.start = 4;
    EXPECT(judge_rows("no_descriptor_growth").verdict == UNKNOWN);
}

static void many_generations_are_judged_by_some(void **state)
{
    int64_t held[600];

    (void)state;
    for (size_t i = 0; i < COUNT(held); i++)
        held[i] = 7 + (int64_t)i;
    serve(EVENT_DESCRIPTORS, held, COUNT(held));
    EXPECT(judge_rows("no_descriptor_growth").verdict == FAIL);
    for (size_t i = 0; i < COUNT(held); i++)
        held[i] = 7;
    serve(EVENT_DESCRIPTORS, held, COUNT(held));
    EXPECT(judge_rows("no_descriptor_growth").verdict == PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_descriptor_with_each_generation_is_growth),
        TEST(the_same_again_is_no_growth),
        TEST(noise_is_no_growth),
        TEST(a_limit_may_allow_for_it),
        TEST(memory_may_grow_a_little),
        TEST(few_generations_tell_nothing),
        TEST(a_generation_that_never_served_does_not_count),
        TEST(what_could_not_be_seen_accuses_nobody),
        TEST(connections_that_come_and_go_are_not_counted),
        TEST(our_own_connections_are_not_counted),
        TEST(more_processes_are_no_growth_of_each),
        TEST(of_several_the_median_counts),
        TEST(a_master_that_keeps_them_is_seen),
        TEST(of_many_that_stay_the_first_eight_are_looked_at),
        TEST(an_exec_carries_them_on),
        TEST(many_generations_are_judged_by_some),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

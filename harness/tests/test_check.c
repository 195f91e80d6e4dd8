/* Do the checks stand anything, and are they quick? */
#include "hand_made.h"

#include <stdlib.h>
#include <time.h>

static uint64_t state_of_chance;

static uint64_t chance(uint64_t below)
{
    state_of_chance =
        state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (state_of_chance >> 33) % below;
}

/* Mostly times of a short run, sometimes what no run can yield. */
static int64_t any_time(void)
{
    if (chance(20) == 0)
        return (int64_t)(chance(2) ? TIME_MAX : -TIME_MAX);
    return chance(10) ? (int64_t)chance(1000) * NS_PER_MS : -1;
}

static struct history any_history(void)
{
    struct history h = { 0 };

    for (uint64_t n = chance(60); n > 0; n--) {
        struct event e = { .at = any_time(),
                           .start = (int64_t)chance(3),
                           .value = chance(3) ? (int64_t)chance(3) : any_time(),
                           .ino = chance(3),
                           .pid = (pid_t)chance(6) - 1,
                           .index = (int32_t)chance(8) - 2,
                           .kind = (enum event_kind)chance(N_EVENT_KINDS) };

        e.text = chance(2) ? history_text(&h, APP) : (uint32_t)chance(9);
        history_add_event(&h, &e);
    }
    for (uint64_t n = chance(80); n > 0; n--) {
        struct sample s = { .due = any_time(),
                            .sent = any_time(),
                            .connected = any_time(),
                            .first_byte = any_time(),
                            .done = any_time(),
                            .id = (uint32_t)chance(100),
                            .pid = (uint32_t)chance(6) - 1,
                            .port = (uint16_t)chance(4),
                            .lane = (uint8_t)chance(4),
                            .outcome = (uint8_t)chance(N_OUTCOMES + 2),
                            .phase = (uint8_t)chance(N_PHASES + 2) };

        history_add_sample(&h, &s);
    }
    history_freeze(&h);
    return h;
}

static void any_scenario(void)
{
    plain_plan(NULL);
    given()->n_lanes = chance(3);
    given()->n_steps = chance(5);
    for (size_t i = 0; i < COUNT(given_steps); i++)
        given_steps[i].role = (enum upgrade_role)chance(5);
    given_lanes[0].shape = (enum shape)chance(3);
    given_lanes[0].rate = (double)chance(1000);
    given_lanes[1].lost = (int64_t)chance(3) - 1;
    given()->server.who = chance(4) ? WHO_AUTO : WHO_NONE;
    given()->server.attach = chance(4) ? ATTACH_NOT : ATTACH_PID;
    given()->limits.gap = any_time();
    given()->limits.overlap = any_time();
    given()->limits.late = any_time();
}

static void no_history_is_too_odd_to_be_judged(void **state)
{
    struct finding found[64];

    (void)state;
    for (int round = 0; round < 20000; round++) {
        enum verdict worst = PASS, verdict;
        struct history h;
        struct facts f;

        any_scenario();
        h = any_history();
        facts_find(&f, given(), &h);
        verdict = check_all(&f, found);
        for (size_t i = 0; i < n_checks; i++) {
            EXPECT(found[i].why[0] && strlen(found[i].why) < sizeof(found[i].why));
            EXPECT(found[i].applies || found[i].verdict == PASS);
            EXPECT(checks[i].about != ABOUT_BELIEF || found[i].verdict != FAIL);
            if (found[i].verdict > worst)
                worst = found[i].verdict;
        }
        EXPECT(verdict == worst);
        facts_free(&f);
        history_free(&h);
    }
}

static void a_run_without_anything_proves_nothing(void **state)
{
    struct history h = { 0 };
    struct finding found[64];
    struct facts f;

    (void)state;
    given()->n_lanes = given()->n_steps = 0;
    history_freeze(&h);
    facts_find(&f, given(), &h);
    EXPECT(check_all(&f, found) == UNKNOWN);
    facts_free(&f);
    history_free(&h);
}

static void a_sentence_that_is_too_long_is_cut(void **state)
{
    char longer[1000];
    struct finding f;

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    f = finding(FAIL, NULL, "%s", longer);
    EXPECT(strlen(f.why) == sizeof(f.why) - 1 && f.sample == NO_SAMPLE && f.applies);
    f = finding_not_applicable("%s", longer);
    EXPECT(strlen(f.why) == sizeof(f.why) - 1 && f.verdict == PASS && !f.applies);
}

static void every_check_has_a_claim_and_a_name_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_checks; i++) {
        EXPECT(checks[i].run && checks[i].claim[strlen(checks[i].claim) - 1] == '.');
        EXPECT(check_named(checks[i].name) == &checks[i]);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#define MANY     1000000
#define UPGRADES 20
#define WORKERS  8

/* 100 s at 10,000/s in two lanes; 20 upgrades, each with eight new workers.
   Recorded in the order of their ends, as a run does. */
static struct history a_million(void)
{
    int64_t every = 100 * NS_PER_S / MANY;
    struct history h = { 0 };

    history_add_event(&h, &(struct event){ .kind = EVENT_WATCH });
    for (int lane = 0; lane < 2; lane++)
        history_add_event(
            &h, &(struct event){ .kind = EVENT_LANE_PLANNED, .index = lane, .value = MANY / 2 });
    for (int g = 0; g <= UPGRADES; g++) {
        int64_t at = g * 4500 * NS_PER_MS;

        if (g > 0) {
            history_add_event(&h, &(struct event){ .at = at, .kind = EVENT_STEP_BEGAN });
            history_add_event(&h, &(struct event){ .at = at, .kind = EVENT_STEP_ENDED });
        }
        for (int w = 0; w < WORKERS; w++) {
            struct event e = { .at = at + NS_PER_MS,
                               .kind = EVENT_PROC_BORN,
                               .pid = 100 + g * WORKERS + w };

            history_add_event(&h, &e);
            e.kind = EVENT_PROC_EXITED;
            e.at += 4600 * NS_PER_MS;
            history_add_event(&h, &e);
        }
    }
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t id = i ^ 7; /* not quite in order */
        int64_t due = 2 * NS_PER_MS + id * every, took = 200000 + (int64_t)chance(5000000);
        uint32_t g = (uint32_t)((due - 20 * NS_PER_MS) / (4500 * NS_PER_MS));

        history_add_sample(
            &h,
            &(struct sample){ .id = id,
                              .due = due,
                              .sent = due + 5000,
                              .connected = due + 9000,
                              .first_byte = due + took,
                              .done = due + took + 1000,
                              .pid = 100 + (g < UPGRADES ? g : UPGRADES) * WORKERS + id % WORKERS,
                              .port = (uint16_t)(id % 64 + 1),
                              .lane = id % 2,
                              .phase = PHASE_DONE });
    }
    return h;
}

static void a_million_requests_are_judged_at_once(void **state)
{
    struct finding found[64];
    struct history h;
    struct facts f;
    double begun, frozen, known, judged;

    (void)state;
    given_steps[0].repeat = UPGRADES;
    given_lanes[0].rate = given_lanes[1].rate = 5000;
    h = a_million();
    begun = seconds();
    history_freeze(&h);
    frozen = seconds();
    facts_find(&f, given(), &h);
    known = seconds();
    check_all(&f, found);
    judged = seconds();
    print_message("    freeze %.0f ms, facts %.0f ms, checks %.0f ms\n", (frozen - begun) * 1e3,
                  (known - frozen) * 1e3, (judged - known) * 1e3);
    for (size_t i = 0; i < n_checks; i++)
        print_message("    %s: %s\n", checks[i].name, found[i].why);
    EXPECT(f.all.ok == MANY && f.n_upgrades == UPGRADES);
    facts_free(&f);
    history_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_history_is_too_odd_to_be_judged),
        TEST(a_run_without_anything_proves_nothing),
        TEST(a_sentence_that_is_too_long_is_cut),
        TEST(every_check_has_a_claim_and_a_name_of_its_own),
        TEST(a_million_requests_are_judged_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

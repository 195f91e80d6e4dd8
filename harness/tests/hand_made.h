/* What would the judge say to this?  Tiny histories written down by hand:

       judge("no_request_lost", HISTORY(ok(.id = 0), refused(.id = 1)))

   Times are milliseconds.  A test may change the plan with given(). */
#ifndef HUPPROOF_HAND_MADE_H
#define HUPPROOF_HAND_MADE_H

#include "core/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)
#define MS(n)      ((int64_t)((n)*1000000.0))
#define APP        "/srv/app"

/* One row is a request, `times` requests `every` ms, or an event. */
struct made {
    int nothing;           /* so that a row may say nothing at all */
    double at, took, ends; /* took: 1 if not said; ends: all answers come at that time */
    double late, every;    /* left so late after it was due */
    double connects;       /* the time that took; 0.1 if not said */
    unsigned times, id;    /* id: numbered as they come if not said */
    uint32_t pid;
    uint16_t port;
    uint8_t lane, phase;
    uint32_t bytes;
    bool kept; /* the connection was there already */
    int64_t start, value, dev, ino;
    double value_ms;
    double due; /* of a step; if not said, it was on time */
    int index;
    const char *text, *version;
};

struct row {
    bool is_event;
    int what;
    struct made made;
};

#define event(kind, ...)                                                                           \
    {                                                                                              \
        true, kind,                                                                                \
        {                                                                                          \
            0, __VA_ARGS__                                                                         \
        }                                                                                          \
    }
#define request(outcome, ...)                                                                      \
    {                                                                                              \
        false, outcome,                                                                            \
        {                                                                                          \
            0, __VA_ARGS__                                                                         \
        }                                                                                          \
    }
#define ok(...)        request(OUTCOME_OK, __VA_ARGS__)
#define refused(...)   request(OUTCOME_REFUSED, .pid = 0, __VA_ARGS__)
#define reset(...)     request(OUTCOME_RESET, .phase = PHASE_WAIT, __VA_ARGS__)
#define truncated(...) request(OUTCOME_TRUNCATED, .phase = PHASE_READ, __VA_ARGS__)

#define born(...)       event(EVENT_PROC_BORN, __VA_ARGS__)
#define execs(...)      event(EVENT_PROC_EXEC, .text = APP, __VA_ARGS__)
#define exited(...)     event(EVENT_PROC_EXITED, __VA_ARGS__)
#define on_disk(...)    event(EVENT_FILE_ON_DISK, .text = APP, __VA_ARGS__)
#define step(...)       event(EVENT_STEP_BEGAN, __VA_ARGS__), event(EVENT_STEP_ENDED, __VA_ARGS__)
#define watched         event(EVENT_WATCH, .text = "cn_proc")
#define load_began(...) event(EVENT_LOAD_BEGAN, __VA_ARGS__)
#define load_ended(...) event(EVENT_LOAD_ENDED, __VA_ARGS__)

#define HISTORY(...)                                                                               \
    history_of((struct row[]){ __VA_ARGS__ }, COUNT(((struct row[]){ __VA_ARGS__ })))

/* The plan that is judged by: two lanes, one upgrade.  Anew for each test. */
static struct lane given_lanes[2];
static struct step given_steps[8];
static struct scenario given_scenario;

static inline struct scenario *given(void)
{
    return &given_scenario;
}

static inline int plain_plan(void **state)
{
    (void)state;
    given_lanes[0] = (struct lane){ .name = "new", .rate = 100, .lost = -1 };
    given_lanes[1] =
        (struct lane){ .name = "reused", .rate = 100, .lost = -1, .connection = CONNECTION_REUSED };
    memset(given_steps, 0, sizeof(given_steps));
    given_steps[0] = (struct step){ .role = UPGRADE_BEGINS, .repeat = 1 };
    given_scenario = (struct scenario){
        .lanes = given_lanes,
        .n_lanes = 2,
        .steps = given_steps,
        .n_steps = 1,
        .limits = { .gap = MS(300),
                    .latency = MS(1000),
                    .overlap = MS(1000),
                    .drain = MS(5000),
                    .late = MS(50),
                    .requests = 3,
                    .attributed = 0.99,
                    .memory_growth = 512 },
    };
    return 0;
}

static inline void plan_role(size_t index, enum upgrade_role role)
{
    given_steps[index] = (struct step){ .role = role, .repeat = 1 };
    if (given_scenario.n_steps <= index)
        given_scenario.n_steps = index + 1;
}

static inline void add_requests(struct history *h, const struct row *row)
{
    const struct made *m = &row->made;
    double first = m->at > 0 ? m->at : 10.0 * (m->id ? m->id : (double)h->n_samples);

    for (unsigned i = 0; i < (m->times ? m->times : 1); i++) {
        double due = first + i * m->every, sent = due + m->late;
        double done = m->ends > 0 ? m->ends : sent + (m->took > 0 ? m->took : 1);
        bool never = row->what != OUTCOME_OK && m->phase == PHASE_CONNECT;
        struct sample s = {
            .id = m->id ? m->id + i : (uint32_t)h->n_samples,
            .bytes = m->bytes,
            .due = MS(due),
            .sent = MS(sent),
            .done = MS(done),
            .connected = never ? -1
                               : MS(sent) + (m->kept       ? 0
                                             : m->connects ? MS(m->connects)
                                                           : 100000),
            .first_byte = row->what == OUTCOME_OK ? MS(done) : -1,
            .pid = m->pid,
            .port = m->port,
            .lane = m->lane,
            .outcome = (uint8_t)row->what,
            .phase = row->what == OUTCOME_OK ? PHASE_DONE : m->phase,
            .version = history_text(h, m->version),
        };

        if (row->what == OUTCOME_OPEN)
            s.done = -1;
        history_add_sample(h, &s);
    }
}

/* Lanes whose plan is not written down sent what was planned. */
static inline void add_plans(struct history *h)
{
    for (size_t i = 0; i < h->n_events; i++)
        if (h->events[i].kind == EVENT_LANE_PLANNED)
            return;
    for (int lane = 0; lane < (int)given()->n_lanes; lane++) {
        struct event e = { .kind = EVENT_LANE_PLANNED, .index = lane };

        for (size_t i = 0; i < h->n_samples; i++)
            e.value += h->samples[i].lane == lane;
        history_add_event(h, &e);
    }
}

static inline struct history history_of(const struct row *rows, size_t n)
{
    struct history h = { 0 };

    for (size_t i = 0; i < n; i++) {
        const struct made *m = &rows[i].made;
        struct event e = { .at = MS(m->at),
                           .kind = (enum event_kind)rows[i].what,
                           .start = m->start,
                           .pid = (pid_t)m->pid,
                           .dev = (uint64_t)m->dev,
                           .ino = (uint64_t)m->ino,
                           .index = m->index,
                           .value = m->value + MS(m->value_ms) };

        if (!rows[i].is_event) {
            add_requests(&h, &rows[i]);
            continue;
        }
        if (e.kind == EVENT_STEP_BEGAN)
            e.value = MS(m->due > 0 ? m->due : m->at);
        e.text = history_text(&h, m->text);
        history_add_event(&h, &e);
    }
    add_plans(&h);
    history_freeze(&h);
    return h;
}

static inline const struct check *check_named(const char *name)
{
    for (size_t i = 0; i < n_checks; i++)
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    fail_msg("no check is called %s", name);
    return NULL;
}

static inline struct finding judge(const char *name, struct history h)
{
    struct facts facts;
    struct finding f;

    facts_find(&facts, given(), &h);
    f = check_named(name)->run(&facts);
    facts_free(&facts);
    history_free(&h);
    print_message("    %s: %s\n", name, f.why);
    return f;
}

/* The names of the claims about clients or processes that fail, and of all that are in
   doubt ("?name"), one after another. */
static inline const char *broken(struct history h, bool clients_only)
{
    static char names[1024];
    struct finding found[64];
    struct facts facts;

    names[0] = '\0';
    facts_find(&facts, given(), &h);
    check_all(&facts, found);
    for (size_t i = 0; i < n_checks; i++) {
        if (found[i].verdict == PASS || (clients_only && checks[i].about != ABOUT_CLIENTS))
            continue;
        sprintf(names + strlen(names), "%s%s%s", names[0] ? " " : "",
                found[i].verdict == UNKNOWN ? "?" : "", checks[i].name);
        print_message("    %s: %s\n", checks[i].name, found[i].why);
    }
    facts_free(&facts);
    history_free(&h);
    return names;
}

#define EXPECT_BROKEN(names, history)      assert_string_equal(names, broken(history, false))
#define EXPECT_CLIENTS_SEE(names, history) assert_string_equal(names, broken(history, true))
#define EXPECT_SAYS(finding, part)         assert_non_null(strstr((finding).why, part))

#define TEST(name) cmocka_unit_test_setup(name, plain_plan)

/* Handovers as they should be.  The upgrade begins at 3000 ms. */
#define BEFORE_3000(who)                                                                           \
    watched, load_began(.at = 0), on_disk(.at = 0, .ino = 11),                                     \
        ok(.at = 1, .times = 299, .every = 10, .pid = who),                                        \
        ok(.at = 5, .pid = who, .lane = 1, .port = 1000),                                          \
        ok(.at = 15, .times = 298, .every = 10, .pid = who, .lane = 1, .port = 1000,               \
           .kept = true),                                                                          \
        on_disk(.at = 3000, .ino = 11), step(.at = 3000)
#define AFTER_3050(who)                                                                            \
    ok(.at = 3051, .times = 495, .every = 10, .pid = who),                                         \
        ok(.at = 3055, .pid = who, .lane = 1, .port = 1001),                                       \
        ok(.at = 3065, .times = 494, .every = 10, .pid = who, .lane = 1, .port = 1001,             \
           .kept = true),                                                                          \
        load_ended(.at = 8000), on_disk(.at = 8000, .ino = 11),                                    \
        event(EVENT_STOP_BEGAN, .at = 8100), event(EVENT_STOP_ENDED, .at = 8200)

#define FORK_EXEC                                                                                  \
    born(.pid = 100), execs(.pid = 100, .ino = 11), BEFORE_3000(100),                              \
        ok(.at = 2995, .took = 200, .pid = 100), born(.at = 3010, .pid = 200, .value = 100),       \
        execs(.at = 3011, .pid = 200, .ino = 11),                                                  \
        ok(.at = 3001, .times = 5, .every = 10, .pid = 100), AFTER_3050(200),                      \
        exited(.at = 3300, .pid = 100), exited(.at = 8150, .pid = 200)
#define PREFORK                                                                                    \
    born(.pid = 90), execs(.pid = 90, .ino = 11), born(.pid = 100, .value = 90),                   \
        born(.pid = 101, .value = 90), BEFORE_3000(100), ok(.at = 2995, .took = 50, .pid = 101),   \
        born(.at = 3010, .pid = 200, .value = 90),                                                 \
        ok(.at = 3001, .times = 5, .every = 10, .ends = 3049, .pid = 200), AFTER_3050(200),        \
        exited(.at = 3030, .pid = 100), exited(.at = 3060, .pid = 101),                            \
        exited(.at = 8150, .pid = 200), exited(.at = 8160, .pid = 90)
#define IN_PLACE                                                                                   \
    born(.pid = 100), execs(.pid = 100, .ino = 11), BEFORE_3000(100),                              \
        ok(.at = 2995, .took = 10, .pid = 100), execs(.at = 3010, .pid = 100, .ino = 11),          \
        ok(.at = 3001, .times = 5, .every = 10, .ends = 3049, .pid = 100), AFTER_3050(100),        \
        exited(.at = 8150, .pid = 100)

/* Served by 7 to 1000 ms; upgrade there. */
#define SERVED                                                                                     \
    watched, born(.pid = 7), execs(.pid = 7, .ino = 11), on_disk(.ino = 11),                       \
        ok(.at = 1, .times = 100, .every = 10, .pid = 7), step(.at = 1000)
#define NEW_8 born(.at = 1010, .pid = 8), execs(.at = 1011, .pid = 8, .ino = 11)

#endif

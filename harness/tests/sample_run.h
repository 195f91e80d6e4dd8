/* A tiny run with a bit of everything, for tests of what is written about runs. */
#ifndef HUPPROOF_SAMPLE_RUN_H
#define HUPPROOF_SAMPLE_RUN_H

#include "core/history.h"
#include "json/scenario_read.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sample_scenario =
    "{\"name\": \"sample\", \"why\": \"shows a bit of everything\",\n"
    " \"server\": {\"command\": [\"app\"], \"url\": \"http://127.0.0.1:80\",\n"
    "              \"env\": {\"A\": \"b\"}, \"files\": {\"app.conf\": [\"one\", \"two\"]}},\n"
    " \"lanes\": [{\"name\": \"new\", \"rate\": 100}, {\"name\": \"sl\\\"ow\", \"rate\": 0.1}],\n"
    " \"states\": {\"of\": [\"idle\", \"accepted\"]}, \"limits\": {\"states\": [\"idle\"]},\n"
    " \"for\": \"2s\", \"seed\": 9007199254740991,\n"
    " \"steps\": [{\"at\": \"1s\", \"signal\": \"HUP\"}, {\"wait\": 0}]}";

static inline void sample_events(struct history *h)
{
    const struct event events[] = {
        { .at = -5, .kind = EVENT_WATCH, .value = 1, .text = history_text(h, "polling") },
        { .kind = EVENT_SERVER_STARTED,
          .pid = 10,
          .text = history_text(h, "app \"x\" \n\x01 \xff") },
        { .kind = EVENT_PROC_BORN, .pid = 10, .start = 77, .value = 1 },
        { .at = 1,
          .kind = EVENT_PROC_EXEC,
          .pid = 10,
          .start = 77,
          .dev = UINT64_MAX,
          .ino = 3,
          .text = history_text(h, "/bin/app") },
        { .at = 2, .kind = EVENT_LOAD_BEGAN },
        { .at = NS_PER_S,
          .kind = EVENT_STEP_BEGAN,
          .index = 0,
          .pid = 10,
          .value = NS_PER_S,
          .text = history_text(h, "HUP to 10") },
        { .at = NS_PER_S + 1, .kind = EVENT_STEP_ENDED, .index = 0 },
        { .at = NS_PER_S + 2, .kind = EVENT_STEP_BEGAN, .index = 1 },
        { .at = NS_PER_S + 2, .kind = EVENT_PROC_BORN, .pid = 11, .start = 78, .value = 10 },
        { .at = NS_PER_S + 3, .kind = EVENT_PROC_EXITED, .pid = 10, .start = 77, .value = SIGKILL },
        { .at = NS_PER_S + 4, .kind = EVENT_STARVED, .pid = 11, .index = 500, .value = 3 },
        { .at = NS_PER_S, .kind = EVENT_STATE_HELD, .value = 2, .text = history_text(h, "idle") },
        { .at = NS_PER_S + 5,
          .kind = EVENT_STATE_ENDED,
          .value = OUTCOME_RESET,
          .text = history_text(h, "idle") },
        { .at = NS_PER_S + 6,
          .kind = EVENT_STATE_REOPENED,
          .pid = 11,
          .start = 78,
          .text = history_text(h, "idle") },
        { .at = 2 * NS_PER_S, .kind = EVENT_LANE_PLANNED, .index = 1, .value = 11 },
        { .at = 2 * NS_PER_S, .kind = EVENT_LOAD_ENDED },
        { .at = 2 * NS_PER_S, .kind = EVENT_PROC_EXITED, .pid = 11, .start = 78, .value = -1 },
    };

    for (size_t i = 0; i < COUNT(events); i++)
        history_add_event(h, &events[i]);
}

static inline void sample_requests(struct history *h)
{
    for (uint32_t i = 0; i < N_OUTCOMES; i++) {
        struct sample s = {
            .id = i,
            .lane = i % 2,
            .outcome = (enum outcome)i,
            .phase = (enum phase)(i % N_PHASES),
            .due = i * 150 * NS_PER_MS,
            .sent = i * 150 * NS_PER_MS + 1234,
            .connected = -1,
            .first_byte = -1,
            .done = i * 150 * NS_PER_MS + 5678,
        };

        if (i == OUTCOME_OK) {
            s.connected = 2000;
            s.first_byte = 3000;
            s.pid = 10;
            s.status = 200;
            s.bytes = UINT32_MAX;
            s.port = 65535;
            s.unframed = 1;
            s.version = history_text(h, "v1 \xc3\xa4\xf0\x9f\x98\x80");
        }
        if (i == OUTCOME_REFUSED)
            s.error = 111;
        history_add_sample(h, &s);
    }
}

/* Both are the caller's to free. */
static inline void sample_run(struct scenario *sc, struct history *h)
{
    struct err err = { 0 };

    memset(h, 0, sizeof *h);
    if (scenario_read_text("sample.json", sample_scenario, NULL, sc, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    strcpy(h->started, "2026-01-02T03:04:05.678Z");
    h->machine = (struct machine){ 8, INT64_C(1) << 35, "Some \"CPU\"", "Linux 6.1.0" };
    sample_events(h);
    sample_requests(h);
    history_freeze(h);
}

/* The same numbers every time. */
static inline uint32_t sample_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Overwrites, drops or doubles a few bytes of a text that has room for twice its length. */
static inline void sample_mutate(char *text, uint64_t *state)
{
    static const char likely[] = "{}[]\",:0129-.eE\\ \n/$truefalsn\x01\x80\xff";

    for (uint32_t n = 1 + sample_random(state) % 4; n > 0; n--) {
        size_t length = strlen(text);
        size_t at = length ? sample_random(state) % length : 0;

        switch (sample_random(state) % 4) {
        case 0:
            memmove(text + at, text + at + (length > 0), length - at + (length == 0));
            break;
        case 1:
            text[at] = '\0';
            if (sample_random(state) % 8 != 0 && length > 0)
                text[at] = likely[sample_random(state) % (sizeof likely - 1)];
            break;
        case 2:
            if (length > 0 && sample_random(state) % 8 == 0)
                text[at] = '\0';
            break;
        default:
            memmove(text + at + 1, text + at, length - at + 1);
            text[at] = likely[sample_random(state) % (sizeof likely - 1)];
        }
    }
}

/* How many mutations; more by HUPPROOF_FUZZ. */
static inline unsigned sample_rounds(unsigned usual)
{
    const char *more = getenv("HUPPROOF_FUZZ");

    return more ? (unsigned)strtoul(more, NULL, 10) : usual;
}

#endif

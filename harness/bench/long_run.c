/* What would a long run have recorded? */
#include "long_run.h"
#include "json/scenario_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 2000, UPGRADES = 3, WORKERS = 4, POOL = 16, SLOW_OF = 200, STARVED_EVERY_S = 10 };

#define TAKEOVER  (100 * NS_PER_MS)
#define DRAINED   (1500 * NS_PER_MS)
#define SLOW_TOOK (1000 * NS_PER_MS)

static const char plan[] =
    "{\"name\": \"long-run\", \"for\": \"%ds\",\n"
    " \"server\": {\"command\": [\"/srv/app\"], \"url\": \"http://127.0.0.1:80\"},\n"
    " \"lanes\": [{\"name\": \"new\", \"connection\": \"new\", \"rate\": 1000},\n"
    "           {\"name\": \"reused\", \"connection\": \"reused\", \"rate\": 990, \"pool\": 16},\n"
    "           {\"name\": \"slow\", \"rate\": 10, \"path\": \"/?sleep=1\"}],\n"
    " \"steps\": [{\"at\": \"%dms\", \"signal\": \"HUP\"}, {\"at\": \"%dms\", \"signal\": "
    "\"HUP\"},\n"
    "           {\"at\": \"%dms\", \"signal\": \"HUP\"}]}";

static uint32_t random_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Of generation 0, 1 ...; worker 0 is the leader. */
static pid_t pid_of(int generation, int worker)
{
    return 1000 + generation * 100 + worker;
}

static int64_t struck(int64_t duration, int upgrade)
{
    return duration * upgrade / (UPGRADES + 1);
}

static int generation_at(int64_t duration, int64_t sent)
{
    int g = 0;

    while (g < UPGRADES && sent >= struck(duration, g + 1) + TAKEOVER)
        g++;
    return g;
}

static void add(struct history *h, struct event e, const char *text)
{
    e.text = history_text(h, text);
    history_add_event(h, &e);
}

static void live(struct history *h, int g, int64_t from, int64_t to)
{
    for (int w = 0; w <= WORKERS; w++) {
        struct event e = { .pid = pid_of(g, w), .start = 5000 + g, .ino = 11, .dev = 2 };

        e.at = from + w;
        e.kind = EVENT_PROC_BORN;
        e.value = w ? pid_of(g, 0) : g ? pid_of(g - 1, 0) : 1;
        add(h, e, NULL);
        e.value = 0;
        if (w == 0) {
            e.at = from;
            e.kind = EVENT_PROC_EXEC;
            add(h, e, "/srv/app");
        }
        e.at = to + w;
        e.kind = EVENT_PROC_EXITED;
        add(h, e, NULL);
    }
}

static void add_events(struct history *h, int64_t duration, const uint64_t planned[3])
{
    int64_t begun = NS_PER_S, end = begun + duration;

    add(h, (struct event){ .kind = EVENT_WATCH }, "kernel events");
    add(h, (struct event){ .kind = EVENT_LOAD_BEGAN, .at = begun }, NULL);
    for (int g = 0; g <= UPGRADES; g++) {
        int64_t from = g ? begun + struck(duration, g) + 20 * NS_PER_MS : 0;
        int64_t to = g < UPGRADES ? begun + struck(duration, g + 1) + DRAINED : end + 3 * NS_PER_S;

        live(h, g, from, to);
    }
    for (int k = 0; k < UPGRADES; k++) {
        int64_t at = begun + struck(duration, k + 1);

        add(h, (struct event){ .kind = EVENT_FILE_ON_DISK, .at = at - 1, .dev = 2, .ino = 11 },
            "/srv/app");
        add(h,
            (struct event){
                .kind = EVENT_STEP_BEGAN, .at = at, .index = k, .value = at, .pid = pid_of(k, 0) },
            "HUP");
        add(h, (struct event){ .kind = EVENT_STEP_ENDED, .at = at + 1, .index = k }, NULL);
    }
    for (int64_t at = begun; at < end; at += STARVED_EVERY_S * NS_PER_S)
        add(h,
            (struct event){ .kind = EVENT_STARVED,
                            .at = at,
                            .pid = pid_of(generation_at(duration, at - begun), 1),
                            .index = 100,
                            .value = 2 * NS_PER_MS },
            NULL);
    for (int i = 0; i < 3; i++)
        add(h,
            (struct event){
                .kind = EVENT_LANE_PLANNED, .at = end, .index = i, .value = (int64_t)planned[i] },
            NULL);
    add(h, (struct event){ .kind = EVENT_LOAD_ENDED, .at = end }, NULL);
    add(h, (struct event){ .kind = EVENT_STOP_BEGAN, .at = end + 2 * NS_PER_S }, NULL);
    add(h, (struct event){ .kind = EVENT_STOP_ENDED, .at = end + 4 * NS_PER_S }, NULL);
}

static struct sample request(uint32_t id, int64_t duration, unsigned lost_of, uint64_t *random)
{
    int64_t due = (int64_t)id * NS_PER_S / RATE;
    int g = generation_at(duration, due);
    struct sample s = { .id = id, .lane = id % 2, .due = due + NS_PER_S, .status = 200 };

    if (id % SLOW_OF == 1)
        s.lane = 2;
    s.sent = s.due + 20000 + random_number(random) % 100000;
    s.port = (uint16_t)(33000 + random_number(random) % 27000);
    s.connected = s.sent + 40000 + random_number(random) % 50000;
    if (s.lane == 1) {
        s.port = (uint16_t)(2000 + g * POOL + (int)(id / 2 % POOL));
        s.connected = s.sent;
    }
    s.first_byte = s.connected + 100000 + random_number(random) % 900000;
    if (s.lane == 2)
        s.first_byte += SLOW_TOOK;
    s.done = s.first_byte + 10000;
    s.pid = (uint32_t)pid_of(g, 1 + s.port % WORKERS);
    s.phase = PHASE_DONE;
    if (lost_of && random_number(random) % lost_of == 0) {
        s.outcome = s.lane == 1 ? OUTCOME_RESET : OUTCOME_REFUSED;
        s.phase = s.lane == 1 ? PHASE_WAIT : PHASE_CONNECT;
        s.connected = s.lane == 1 ? s.connected : -1;
        s.first_byte = -1;
        s.pid = s.status = 0;
    }
    return s;
}

static int by_end(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;

    return (x->done > y->done) - (x->done < y->done);
}

void long_run(struct scenario *sc, struct history *h, size_t n, unsigned lost_of)
{
    int seconds = (int)((n + RATE - 1) / RATE), quarter = seconds * 1000 / (UPGRADES + 1);
    int64_t duration = seconds * NS_PER_S;
    uint64_t random = 1, planned[3] = { 0 };
    struct sample *all = mem_new(n, sizeof *all);
    struct err err = { 0 };
    char text[1024];

    snprintf(text, sizeof text, plan, seconds, quarter, 2 * quarter, 3 * quarter);
    if (scenario_read_text("long-run.json", text, NULL, sc, &err) != 0) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    *h = (struct history){ .started = "2026-01-02T03:04:05.678Z" };
    for (size_t i = 0; i < n; i++) {
        all[i] = request((uint32_t)i, duration, lost_of, &random);
        planned[all[i].lane]++;
    }
    qsort(all, n, sizeof *all, by_end); /* they come in when they end */
    add_events(h, duration, planned);
    for (size_t i = 0; i < n; i++)
        history_add_sample(h, &all[i]);
    free(all);
}

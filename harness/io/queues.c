/* Which sockets listen where the server should, and how many connections wait in each? */
#include "io/queues.h"

#include <errno.h>
#include <string.h>

enum { LEAST_MS = 3 };

/* So many times as long as a look cost. */
#define REST 300

int64_t queues_rest(int64_t before)
{
    return REST * (recorder_cpu_time() - before);
}

static void note(struct queues *q, enum event_kind kind, uint64_t ino, int64_t value, int64_t index,
                 const char *text)
{
    history_add_event(q->record->h,
                      &(struct event){ .at = recorder_now(q->record),
                                       .kind = kind,
                                       .ino = ino,
                                       .value = value,
                                       .index = index < INT32_MAX ? (int32_t)index : INT32_MAX,
                                       .text = history_text(q->record->h, text) });
}

static void note_changes(struct queues *q, const struct listening_set *now)
{
    /* Those that are new first: one that closed did so beside them. */
    for (size_t i = 0; i < now->n; i++) {
        const struct listening *s = &now->all[i], *before = listening_by_ino(&q->set, s->ino);

        if (!before)
            note(q, EVENT_LISTENING, s->ino, 1, 0, "");
        if (!before || before->queue != s->queue || before->limit != s->limit)
            note(q, EVENT_LISTEN_QUEUE, s->ino, s->queue, s->limit, "");
    }
    for (size_t i = 0; i < q->set.n; i++)
        if (!listening_by_ino(now, q->set.all[i].ino))
            note(q, EVENT_LISTENING, q->set.all[i].ino, 0,
                 (recorder_now(q->record) - q->looked) / NS_PER_US, "");
}

int queues_look(struct queues *q)
{
    int64_t began = recorder_now(q->record);
    struct listening_set now;

    if (listening_find(&q->at, &now) != 0) {
        if (q->error != errno) {
            q->error = errno;
            note(q, EVENT_LISTENING, 0, -1, 0, strerror(errno));
        }
        return -1;
    }
    note_changes(q, &now);
    q->error = 0;
    q->set = now;
    q->looked = began;
    return 0;
}

static void on_time(uv_timer_t *timer)
{
    struct queues *q = timer->data;
    int64_t before = recorder_cpu_time();
    uint64_t rest;

    if (!q->often)
        return;
    queues_look(q);
    rest = (uint64_t)(queues_rest(before) / NS_PER_MS) + 1;
    uv_timer_start(timer, on_time, rest > LEAST_MS ? rest : LEAST_MS, 0);
}

void queues_look_often(struct queues *q, bool often)
{
    if (!q->record || q->often == often)
        return;
    q->often = often;
    if (often)
        uv_timer_start(&q->timer, on_time, LEAST_MS, 0);
}

void queues_start(struct queues *q, uv_loop_t *loop, const struct server *server,
                  struct recorder *r)
{
    *q = (struct queues){ .record = r };
    uv_timer_init(loop, &q->timer);
    q->timer.data = q;
    uv_unref((uv_handle_t *)&q->timer);
    listening_open(&q->at, server);
}

void queues_stop(struct queues *q)
{
    if (!q->record)
        return;
    uv_close((uv_handle_t *)&q->timer, NULL);
    listening_close(&q->at);
    q->record = NULL;
}

/* What happened?  Keeps the evidence while it comes in and puts it in order. */
#include "core/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct outcome_row outcomes[N_OUTCOMES] = {
    [OUTCOME_OK] = { "ok", "answered, whole and as expected", CLASS_OK },
    [OUTCOME_REFUSED] = { "refused", "nobody accepted the connection", CLASS_LOST },
    [OUTCOME_RESET] = { "reset", "the connection was cut", CLASS_LOST },
    [OUTCOME_EMPTY] = { "empty", "the connection was closed before any answer", CLASS_LOST },
    [OUTCOME_TRUNCATED] = { "truncated", "the answer broke off before its end", CLASS_WRONG },
    [OUTCOME_TIMEOUT] = { "timeout", "no whole answer within the lane's timeout", CLASS_LOST },
    [OUTCOME_BAD_STATUS] = { "bad_status", "answered with a status that is not a success",
                             CLASS_WRONG },
    [OUTCOME_BAD_BODY] = { "bad_body", "answered with a body that is not what was asked for",
                           CLASS_WRONG },
    [OUTCOME_RESENT] = { "resent",
                         "lost on a reused connection; a client library would have hidden it",
                         CLASS_LOST },
    [OUTCOME_UNSENT] = { "unsent", "never left: our own fault, not the server's", CLASS_OURS },
    [OUTCOME_OPEN] = { "open", "still unanswered at the end", CLASS_LOST },
    [OUTCOME_TLS] = { "tls",
                      "no TLS handshake: the certificate is not to be trusted, or no agreement",
                      CLASS_LOST },
};

const char *const phase_names[N_PHASES] = {
    [PHASE_CONNECT] = "connect", [PHASE_TLS] = "tls",   [PHASE_SEND] = "send",
    [PHASE_WAIT] = "wait",       [PHASE_READ] = "read", [PHASE_DONE] = "done",
};

const char *const event_names[N_EVENT_KINDS] = {
    [EVENT_SERVER_STARTED] = "server_started",
    [EVENT_SERVER_READY] = "server_ready",
    [EVENT_LOAD_BEGAN] = "load_began",
    [EVENT_LOAD_ENDED] = "load_ended",
    [EVENT_INTERRUPTED] = "interrupted",
    [EVENT_LANE_PLANNED] = "lane_planned",
    [EVENT_STEP_BEGAN] = "step_began",
    [EVENT_STEP_ENDED] = "step_ended",
    [EVENT_PROC_BORN] = "proc_born",
    [EVENT_PROC_EXEC] = "proc_exec",
    [EVENT_PROC_EXITED] = "proc_exited",
    [EVENT_PROC_ZOMBIE] = "proc_zombie",
    [EVENT_PROC_LEFT_OVER] = "proc_left_over",
    [EVENT_FILE_ON_DISK] = "file_on_disk",
    [EVENT_DESCRIPTORS] = "descriptors",
    [EVENT_MEMORY] = "memory",
    [EVENT_LISTENING] = "listening",
    [EVENT_LISTEN_QUEUE] = "listen_queue",
    [EVENT_LISTENER] = "listener",
    [EVENT_STRANGER] = "stranger",
    [EVENT_PIDFILE] = "pidfile",
    [EVENT_NET_COUNTER] = "net_counter",
    [EVENT_STARVED] = "starved",
    [EVENT_STALLED] = "stalled",
    [EVENT_WATCH] = "watch",
    [EVENT_STOP_BEGAN] = "stop_began",
    [EVENT_STOP_ENDED] = "stop_ended",
    [EVENT_STILL_LISTENING] = "still_listening",
    [EVENT_LEDGER] = "ledger",
    [EVENT_DONE_TIMES] = "done_times",
    [EVENT_STATE_HELD] = "state_held",
    [EVENT_STATE_ENDED] = "state_ended",
    [EVENT_STATE_REOPENED] = "state_reopened",
    [EVENT_LEDGER_UNREAD] = "ledger_unread",
    [EVENT_ATTRIBUTED] = "attributed",
    [EVENT_TLS_HANDSHAKE] = "tls_handshake",
    [EVENT_STREAM_REFUSED] = "stream_refused",
    [EVENT_CERTIFICATE] = "certificate",
};

const char *const pidfile_states[N_PIDFILE_STATES] = {
    [PIDFILE_ABSENT] = "absent",     [PIDFILE_NO_PID] = "no_pid", [PIDFILE_NOBODY] = "nobody",
    [PIDFILE_STRANGER] = "stranger", [PIDFILE_OURS] = "server",
};

static size_t more(size_t room)
{
    return room ? room * 2 : 64;
}

void history_add_sample(struct history *h, const struct sample *s)
{
    assert(!h->frozen);
    if (h->n_samples == h->samples_room) {
        h->samples_room = more(h->samples_room);
        h->samples = mem_grow(h->samples, h->samples_room, sizeof(*s));
    }
    h->samples[h->n_samples++] = *s;
}

void history_add_event(struct history *h, const struct event *e)
{
    assert(!h->frozen);
    if (h->n_events == h->events_room) {
        h->events_room = more(h->events_room);
        h->events = mem_grow(h->events, h->events_room, sizeof(*e));
    }
    h->events[h->n_events++] = *e;
}

/* FNV-1a: a server may give every answer a version of its own. */
static size_t hash(const char *text)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (size_t)(sum ^ sum >> 32);
}

/* Where text is, or the empty slot where it belongs; half the slots are empty. */
static uint32_t *slot_of(struct history *h, const char *text)
{
    size_t slot = hash(text) & (h->n_slots - 1);

    while (h->slots[slot] && strcmp(h->texts[h->slots[slot]], text) != 0)
        slot = (slot + 1) & (h->n_slots - 1);
    return &h->slots[slot];
}

static void make_room_for_text(struct history *h)
{
    if (h->n_texts < h->texts_room)
        return;
    h->texts_room = more(h->texts_room);
    h->texts = mem_grow(h->texts, h->texts_room, sizeof(h->texts[0]));
    if (h->n_texts == 0)
        h->texts[h->n_texts++] = mem_text("");
    free(h->slots);
    h->n_slots = h->texts_room * 2;
    h->slots = mem_new(h->n_slots, sizeof(h->slots[0]));
    for (size_t i = 1; i < h->n_texts; i++)
        *slot_of(h, h->texts[i]) = (uint32_t)i;
}

uint32_t history_text(struct history *h, const char *text)
{
    uint32_t *slot;

    if (!text || !*text)
        return 0;
    make_room_for_text(h);
    slot = slot_of(h, text);
    if (!*slot) {
        *slot = (uint32_t)h->n_texts;
        h->texts[h->n_texts++] = mem_text(text);
    }
    return *slot;
}

const char *history_text_of(const struct history *h, uint32_t number)
{
    return number < h->n_texts ? h->texts[number] : "";
}

/* Few rows are out of place: they come in by when they ended, or with a delay.
   So sort small keys, stably, and move each row once. */
struct key {
    int64_t time;
    size_t tie, row;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->tie > y->tie) - (x->tie < y->tie);
}

static bool in_order(const struct key *keys, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (compare_keys(&keys[i - 1], &keys[i]) > 0)
            return false;
    return true;
}

/* Rows in the order of their keys; may return another array. */
static void *put_in_order(void *rows, size_t size, struct key *keys, size_t n)
{
    char *sorted;

    if (in_order(keys, n))
        return rows;
    qsort(keys, n, sizeof(keys[0]), compare_keys);
    sorted = mem_new(n, size);
    for (size_t i = 0; i < n; i++)
        memcpy(sorted + i * size, (char *)rows + keys[i].row * size, size);
    free(rows);
    return sorted;
}

void history_freeze(struct history *h)
{
    size_t most = h->n_samples > h->n_events ? h->n_samples : h->n_events;
    struct key *keys = mem_new(most, sizeof(*keys));

    for (size_t i = 0; i < h->n_samples; i++)
        keys[i] = (struct key){ h->samples[i].sent, h->samples[i].id, i };
    h->samples = put_in_order(h->samples, sizeof(h->samples[0]), keys, h->n_samples);
    for (size_t i = 0; i < h->n_events; i++)
        keys[i] = (struct key){ h->events[i].at, i, i };
    h->events = put_in_order(h->events, sizeof(h->events[0]), keys, h->n_events);
    free(keys);
    h->frozen = true;
}

void history_free(struct history *h)
{
    for (size_t i = 0; i < h->n_texts; i++)
        free(h->texts[i]);
    free(h->texts);
    free(h->slots);
    free(h->samples);
    free(h->events);
    memset(h, 0, sizeof(*h));
}

/* Which connections are held when an upgrade strikes, and what becomes of them? */
#include "io/states_message.h"
#include "io/states_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BUFFER_SIZE = 64 * 1024, LOOK_EVERY_MS = 10 };

/* The rest leaves when a new process has answered, but neither before the old one can have
   noticed, nor so late that only our waiting is judged. */
#define REST_AFTER  (100 * NS_PER_MS)
#define REST_WITHIN NS_PER_S

static const struct state_row any_request = { .before = SENT_ALL };

static void on_readable(uv_poll_t *poll, int status, int what)
{
    (void)status, (void)what;
    states_catch_up(poll->data);
    states_advance(poll->data);
}

static bool new_has_answered(const struct states_held *s)
{
    for (size_t i = 0; i < s->watch->n; i++) {
        const struct watched *w = s->watch->all[i];

        if (w->answers && w->epoch == s->watch->epoch && !w->in_vain)
            return true;
    }
    return false;
}

void states_look(struct states_held *s)
{
    int64_t now = recorder_now(s->record);

    if (!s->first)
        return;
    for (struct held *h = s->first; h; h = h->next) {
        int64_t since = now - h->struck;

        if (h->struck < 0)
            continue;
        if (!h->completed && since >= REST_AFTER && (since >= REST_WITHIN || new_has_answered(s)))
            held_complete(h, s->plan, &s->messages[N_STATES]);
        if (since >= s->sc->hold.timeout) {
            held_go_on(h, s->plan); /* what came in time is in time */
            held_cut(h, s->plan, OUTCOME_TIMEOUT);
        }
    }
    states_sweep(s, false);
}

static void on_tick(uv_timer_t *timer)
{
    states_look(timer->data);
}

int states_open(struct states_held *s, uv_loop_t *loop, struct err *err)
{
    int epoll;

    if (!s->sc->hold.of)
        return 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return err_set(err, "states: epoll: %s", strerror(errno));
    s->plan = mem_new(1, sizeof *s->plan);
    s->messages = mem_new(N_STATES + 1, sizeof *s->messages);
    *s->plan = (struct held_plan){ .clock = s->record,
                                   .answers = s->answers,
                                   .owners = s->owners,
                                   .epoll = epoll,
                                   .buffer = mem_new(1, BUFFER_SIZE),
                                   .buffer_size = BUFFER_SIZE };
    s->plan->socket.no_delay = true;
    s->plan->socket.names_senders = s->owners && s->sc->server.unix_path;
    s->plan->socket.address_size = address_of(&s->sc->server, &s->plan->socket.address);
    for (int i = 0; i < N_STATES; i++)
        if (scenario_holds(s->sc, (enum state)i))
            states_message(&s->messages[i], s->sc, &states[i]);
    states_message(&s->messages[N_STATES], s->sc, &any_request);
    uv_poll_init(loop, &s->readable, epoll);
    uv_timer_init(loop, &s->tick);
    s->readable.data = s->tick.data = s;
    uv_timer_start(&s->tick, on_tick, LOOK_EVERY_MS, LOOK_EVERY_MS); /* sets what `again` means */
    uv_timer_stop(&s->tick);
    s->handles = 2;
    uv_poll_start(&s->readable, UV_READABLE, on_readable);
    s->is_open = true;
    return 0;
}

static void note_held(struct states_held *s, enum state state, uint32_t n)
{
    record(s->record, EVENT_STATE_HELD, (int32_t)s->upgrades, n, states[state].name);
}

void states_strike(struct states_held *s)
{
    uint32_t n[N_STATES] = { 0 };
    int64_t now;

    if (!s->is_open)
        return;
    states_catch_up(s); /* who has been answered by now does not stand there */
    s->preparing = false;
    states_open_all(s, true);
    now = recorder_now(s->record);
    for (struct held *h = s->first; h; h = h->next) {
        bool connects = states[h->state].shown == SHOWN_BY_CONNECT;

        if (h->struck >= 0 || (!connects && !held_stands(h, s->another_answered)))
            continue;
        h->struck = now;
        n[h->state]++;
    }
    for (size_t i = 0; i < N_STATES; i++)
        if (scenario_holds(s->sc, (enum state)i))
            note_held(s, (enum state)i, n[i]);
    states_free_another(s);
    states_sweep(s, true);
}

void states_struck(struct states_held *s)
{
    if (!s->is_open)
        return;
    for (struct held *h = s->first; h; h = h->next)
        if (h->upgrade == s->upgrades && states[h->state].rest == REST_AT_ONCE)
            held_complete(h, s->plan, &s->messages[N_STATES]);
    s->upgrades++;
    states_sweep(s, false);
}

size_t states_in_flight(const struct states_held *s)
{
    size_t n = 0;

    for (const struct held *h = s->first; h; h = h->next)
        n += h->struck >= 0;
    return n;
}

void states_abandon(struct states_held *s)
{
    if (!s->is_open)
        return;
    for (struct held *h = s->first; h; h = h->next)
        held_cut(h, s->plan, OUTCOME_OPEN);
    s->preparing = false;
    states_sweep(s, true);
}

static void on_closed(uv_handle_t *handle)
{
    struct states_held *s = handle->data;

    if (--s->handles > 0)
        return;
    close(s->plan->epoll);
    free(s->plan);
}

void states_close(struct states_held *s)
{
    if (!s->is_open)
        return;
    s->is_open = s->preparing = false;
    states_free_another(s);
    while (s->first) {
        struct held *h = s->first;

        s->first = h->next;
        states_free_one(h);
    }
    for (size_t i = 0; i <= N_STATES; i++)
        free(s->messages[i].bytes);
    free(s->messages);
    free(s->plan->buffer);
    uv_close((uv_handle_t *)&s->readable, on_closed);
    uv_close((uv_handle_t *)&s->tick, on_closed);
}

/* How do connections that are held come and go, and is each where it should be? */
#include "io/states_parts.h"

#include <stdlib.h>
#include <sys/epoll.h>

enum { EVENTS = 64 };

static struct held *states_open_one(struct states_held *s, int state)
{
    struct held *h = mem_new(1, sizeof *h);

    h->state = state;
    h->message = &s->messages[state];
    h->upgrade = s->upgrades;
    held_open(h, s->plan);
    return h;
}

static void add(struct states_held *s, struct held *h)
{
    h->next = s->first;
    s->first = h;
}

void states_free_one(struct held *h)
{
    held_close(h);
    free(h);
}

void states_free_another(struct states_held *s)
{
    if (s->another)
        states_free_one(s->another);
    s->another = NULL;
}

static void note_end(struct states_held *s, const struct held *h)
{
    const struct watched *w = h->pid ? watch_find(s->watch, (pid_t)h->pid) : NULL;

    history_add_event(
        s->record->h,
        &(struct event){ .at = h->at,
                         .kind = h->reopened ? EVENT_STATE_REOPENED : EVENT_STATE_ENDED,
                         .pid = h->outcome == OUTCOME_OK ? (pid_t)h->pid : 0,
                         .start = h->outcome == OUTCOME_OK && w ? w->start : 0,
                         .index = (int32_t)h->upgrade,
                         .value = h->outcome,
                         .text = history_text(s->record->h, states[h->state].name) });
}

/* Those that have ended since an upgrade struck; or, dropped, have not seen it. */
void states_sweep(struct states_held *s, bool drop)
{
    for (struct held **place = &s->first; *place;) {
        struct held *h = *place;
        bool over = h->struck >= 0 ? h->ended : drop;

        if (!over) {
            place = &h->next;
            continue;
        }
        if (h->struck >= 0)
            note_end(s, h);
        *place = h->next;
        states_free_one(h);
    }
    if (!s->first && !s->preparing)
        uv_timer_stop(&s->tick);
}

/* One that is opened once all the others have sent what they should is behind them in the
   queue of whoever accepts. */
static void open_another(struct states_held *s)
{
    for (const struct held *h = s->first; h; h = h->next)
        if (h->struck < 0 && !h->ended && (h->done < h->allowed || h->phase == PHASE_CONNECT))
            return;
    s->another = states_open_one(s, N_STATES);
}

bool states_all_stand(const struct states_held *s)
{
    if (!s->preparing)
        return true;
    if (!s->another_answered)
        return false;
    for (const struct held *h = s->first; h; h = h->next)
        if (h->struck < 0 && !held_has_failed(h) && !held_stands(h, true))
            return false;
    return true;
}

void states_advance(struct states_held *s)
{
    if (!s->preparing)
        return;
    if (!s->another && !s->another_answered)
        open_another(s);
    if (states_all_stand(s))
        s->on_stand(s->arg);
}

void states_catch_up(struct states_held *s)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(s->plan->epoll, events, EVENTS, 0);

    for (int i = 0; i < n; i++)
        held_go_on(events[i].data.ptr, s->plan);
    if (s->another && s->another->ended) {
        s->another_answered = s->another->outcome == OUTCOME_OK;
        states_free_another(s);
    }
    states_sweep(s, false);
}

void states_open_all(struct states_held *s, bool at_the_last_moment)
{
    for (int i = 0; i < N_STATES; i++) {
        bool last = states[i].shown == SHOWN_BY_CONNECT;

        if (!scenario_holds(s->sc, (enum state)i) || last != at_the_last_moment)
            continue;
        for (unsigned n = 0; n < s->sc->hold.connections; n++)
            add(s, states_open_one(s, i));
    }
}

void states_prepare(struct states_held *s)
{
    if (!s->is_open)
        return;
    s->preparing = true;
    s->another_answered = false;
    uv_timer_again(&s->tick);
    states_open_all(s, false);
    states_advance(s);
}

void states_drop(struct states_held *s)
{
    if (!s->preparing)
        return;
    s->preparing = false;
    states_free_another(s);
    states_sweep(s, true);
}

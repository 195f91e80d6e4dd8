/* Who carries a lane's requests?  libcurl's multi interface on libuv.  Source:
   curl_multi_socket_action(3). */
#include "io/client_kinds.h"
#include "io/curl_pace.h"
#include "io/curl_sockets.h"
#include "io/curl_transfer.h"

#include <errno.h>
#include <stdlib.h>

struct curl_client {
    struct client base;
    struct curl_sockets sockets;
    struct curl_plan plan;
    struct curl_pace *pace;
    struct curl_slot **slots, *fresh; /* of the pool; of the requests that have one each */
    size_t n_slots;
    struct transfer **all, **busy;
    size_t n_all, all_room, n_busy, busy_room;
    struct transfer *idle;                 /* a connection for each request */
    struct transfer *rested, *rested_last; /* pooled: longest idle first */
};

static struct curl_client *of(struct client *c)
{
    return (struct curl_client *)c;
}

static void rest(struct curl_client *c, struct transfer *t)
{
    t->next = NULL;
    if (!t->pooled) {
        t->next = c->idle;
        c->idle = t;
    } else if (c->rested) {
        c->rested_last->next = t;
        c->rested_last = t;
    } else {
        c->rested = c->rested_last = t;
    }
}

static void finish(struct curl_client *c, struct transfer *t, CURLcode code, bool cut)
{
    struct sample s = transfer_end(t, code, cut, c->base.o.texts);

    curl_multi_remove_handle(c->sockets.multi, t->easy);
    transfer_let_go(t);
    c->busy[t->busy_at] = c->busy[--c->n_busy];
    c->busy[t->busy_at]->busy_at = t->busy_at;
    rest(c, t);
    c->base.o.on_done(c->base.o.arg, &s);
}

static void on_messages(void *arg)
{
    struct curl_client *c = arg;
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(c->sockets.multi, &left))) {
        struct transfer *t;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        if (transfer_starts_over(t, m->data.result)) {
            curl_multi_remove_handle(c->sockets.multi, t->easy);
            curl_multi_add_handle(c->sockets.multi, t->easy);
            continue;
        }
        finish(c, t, m->data.result, false);
    }
}

static struct transfer *one_more(struct curl_client *c, struct curl_slot *slot)
{
    struct transfer *t = transfer_new(&c->plan, slot, slot != c->fresh);

    if (!t)
        return NULL;
    if (c->n_all == c->all_room) {
        c->all_room = c->all_room ? 2 * c->all_room : 16;
        c->all = mem_grow(c->all, c->all_room, sizeof(struct transfer *));
    }
    c->all[c->n_all++] = t;
    return t;
}

/* A pooled connection if one rests; else, an open loop waits for nobody, a
   connection more. */
static struct transfer *take(struct curl_client *c)
{
    struct transfer *t = c->rested;

    if (t) {
        c->rested = t->next;
        return t;
    }
    t = c->idle;
    if (t) {
        c->idle = t->next;
        return t;
    }
    return one_more(c, c->fresh);
}

static void send_one(struct client *base, uint32_t id, int64_t due)
{
    struct curl_client *c = of(base);
    struct sample s = client_sample(base, id, due);
    struct transfer *t = take(c);

    if (!t) {
        s.outcome = OUTCOME_UNSENT;
        s.error = ENOMEM;
        s.done = s.sent;
        base->o.on_done(base->o.arg, &s);
        return;
    }
    transfer_begin(t, &s);
    if (c->n_busy == c->busy_room) {
        c->busy_room = c->busy_room ? 2 * c->busy_room : 16;
        c->busy = mem_grow(c->busy, c->busy_room, sizeof(struct transfer *));
    }
    t->busy_at = (unsigned)c->n_busy;
    c->busy[c->n_busy++] = t;
    curl_multi_add_handle(c->sockets.multi, t->easy);
    curl_sockets_go(&c->sockets);
}

static size_t in_flight(const struct client *c)
{
    return ((const struct curl_client *)c)->n_busy;
}

static void abandon_all(struct client *base)
{
    struct curl_client *c = of(base);

    while (c->n_busy)
        finish(c, c->busy[c->n_busy - 1], CURLE_OK, true);
}

static void on_pace(void *arg)
{
    struct curl_client *c = arg;

    for (size_t i = 0; i < c->n_busy; i++)
        transfer_go_on(c->busy[i]);
    if (c->n_busy)
        curl_sockets_go(&c->sockets);
}

/* Streams take turns: all connections carry one before any carries two. */
static void fill_pool(struct curl_client *c, const struct lane *lane)
{
    unsigned streams = lane->streams ? lane->streams : 1;

    c->n_slots = lane->connection == CONNECTION_REUSED ? lane->pool : 0;
    c->slots = mem_new(c->n_slots, sizeof(struct curl_slot *));
    for (size_t i = 0; i < c->n_slots; i++)
        c->slots[i] = curl_slot_new(&c->plan, (int)i);
    c->fresh = curl_slot_new(&c->plan, -1);
    for (size_t i = 0; i < c->n_slots * streams; i++) {
        struct transfer *t = one_more(c, c->slots[i % c->n_slots]);

        if (t)
            rest(c, t);
    }
}

static struct client *open_one(const struct client_options *o, struct err *err)
{
    struct curl_client *c = mem_new(1, sizeof *c);
    const struct lane *lane = o->lane;

    if (curl_sockets_open(&c->sockets, o->loop, on_messages, c, err) != 0) {
        free(c);
        return NULL;
    }
    c->plan = (struct curl_plan){ .server = o->server,
                                  .lane = lane,
                                  .lane_number = o->lane_number,
                                  .answers = o->answers,
                                  .clock = o->clock,
                                  .handshakes = o->handshakes,
                                  .ids = o->ids,
                                  .owners = o->owners };
    curl_plan_open(&c->plan);
    /* Pooled connections end when the server ends them, not because extra ones
       come and go beside them. */
    curl_multi_setopt(c->sockets.multi, CURLMOPT_MAXCONNECTS, (long)INT32_MAX);
    fill_pool(c, lane);
    if (lane->send_rate > 0 || lane->read_rate > 0)
        c->pace = curl_pace_open(o->loop, on_pace, c);
    return &c->base;
}

static void close_all(struct client *base)
{
    struct curl_client *c = of(base);

    abandon_all(base);
    for (size_t i = 0; i < c->n_all; i++)
        transfer_free(c->all[i]);
    curl_pace_close(c->pace);
    curl_sockets_close(&c->sockets);
    for (size_t i = 0; i < c->n_slots; i++)
        curl_slot_free(c->slots[i]);
    curl_slot_free(c->fresh);
    free(c->slots);
    curl_plan_close(&c->plan);
    free(c->all);
    free(c->busy);
    free(c);
}

/* libcurl looks whether a kept connection has ended when it is about to use it. */
static void catch_up(struct client *base)
{
    (void)base;
}

const struct client_kind_row client_curl = { open_one,  catch_up,    send_one,
                                             in_flight, abandon_all, close_all };

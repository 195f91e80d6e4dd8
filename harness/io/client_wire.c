/* Who carries a lane's requests?  Our own HTTP/1.1, with nothing between a failure and
   its record.  Its connections wait at an epoll of their own, which waits at the loop:
   libuv's handles for sockets of others cost three system calls more each. */
#include "io/client_kinds.h"
#include "io/wire_waits.h"
#include "io/wires.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256, BUFFER_SIZE = 64 * 1024, PACE_MS = 5, SLOW_BUFFER = 4096 };

struct wire_client {
    struct client base;
    struct wire_plan plan;
    struct wires free;   /* a connection for each request */
    struct wires rested; /* pooled: longest idle first */
    struct wires busy;   /* in the order their eldest were due, so that deadlines are, too */
    size_t n_under_way;
    bool deadline_set;
    int handles;
    uv_poll_t readable;
    uv_timer_t deadline, pace;
    struct wire_waits waits; /* for their owners */
};

static struct wire_client *of(struct client *c)
{
    return (struct wire_client *)c;
}

/* After a request on it has ended. */
static void put_away(struct wire_client *c, struct wire *w)
{
    wires_take_out(&c->busy, w);
    if (w->n) {
        wires_put_in_order(&c->busy, w);
        return;
    }
    wire_rest(w);
    wires_put_last(w->pooled ? &c->rested : &c->free, w);
}

static void tell(struct wire_client *c, const struct sample *s)
{
    c->n_under_way--;
    c->base.o.on_done(c->base.o.arg, s);
}

/* Whoever is told may send the next. */
static void finish(struct wire_client *c, struct wire *w)
{
    struct sample s;

    while (wire_take(w, &s)) {
        if (!w->over)
            put_away(c, w);
        tell(c, &s);
    }
}

static void give_up(struct wire_client *c, struct wire *w, enum outcome why)
{
    struct sample s = wire_give_up(w, &c->plan, why);

    put_away(c, w);
    tell(c, &s);
}

static void go_on(void *arg, struct wire *w)
{
    struct wire_client *c = arg;

    wire_go_on(w, &c->plan, 0);
    finish(c, w);
}

static void catch_up(struct client *base)
{
    struct wire_client *c = of(base);
    struct epoll_event events[EVENTS];
    int n;

    do {
        n = epoll_wait(c->plan.epoll, events, EVENTS, 0);
        for (int i = 0; i < n; i++) {
            struct wire *w = events[i].data.ptr;

            if (events[i].data.ptr == &c->waits) {
                wire_waits_look(&c->waits, client_now(base), go_on, c);
                continue;
            }
            wire_go_on(w, &c->plan, events[i].events);
            finish(c, w);
        }
    } while (n == EVENTS);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    catch_up(poll->data);
}

/* Slow ones go on as time passes. */
static void on_pace(uv_timer_t *timer)
{
    struct wire_client *c = timer->data;

    for (struct wire *w = c->busy.first, *next; w; w = next) {
        next = w->next;
        go_on(c, w);
    }
}

static int64_t deadline_of(const struct wire_client *c, const struct wire *w)
{
    return wire_eldest(w)->due + c->base.o.lane->timeout;
}

static void on_deadline(uv_timer_t *timer);

/* Whoever is late is found when the eldest is: one timer for all, seldom set. */
static void set_deadline(struct wire_client *c)
{
    int64_t left;

    c->deadline_set = c->busy.first != NULL;
    if (!c->deadline_set)
        return;
    left = deadline_of(c, c->busy.first) - client_now(&c->base);
    uv_update_time(c->base.o.loop);
    uv_timer_start(&c->deadline, on_deadline, left > 0 ? (uint64_t)(left / NS_PER_MS + 1) : 1, 0);
}

static void on_deadline(uv_timer_t *timer)
{
    struct wire_client *c = timer->data;
    struct wire *w;

    catch_up(&c->base); /* what came in time is in time */
    while ((w = c->busy.first) && deadline_of(c, w) <= client_now(&c->base))
        give_up(c, w, OUTCOME_TIMEOUT);
    set_deadline(c);
}

static struct wire *one_more(const struct client_options *o, bool pooled)
{
    struct wire *w = wire_new(o->lane->pipeline);

    w->pooled = pooled;
    return w;
}

/* One that carries requests already, for as many behind one another as the lane asks for. */
static struct wire *joined(struct wire_client *c)
{
    struct wire *w = c->base.o.lane->pipeline > 1 ? c->busy.first : NULL;

    while (w && !wire_has_room(w))
        w = w->next;
    return w;
}

/* A pooled connection if one rests; else, an open loop waits for nobody, a
   connection more. */
static struct wire *take(struct wire_client *c)
{
    struct wires *from = c->rested.first ? &c->rested : &c->free;
    struct wire *w = from->first;

    if (w)
        wires_take_out(from, w);
    else
        w = one_more(&c->base.o, false);
    wires_put_last(&c->busy, w);
    return w;
}

static void send_one(struct client *base, uint32_t id, int64_t due)
{
    struct wire_client *c = of(base);
    struct wire *busy = joined(c);
    struct wire *w = busy ? busy : take(c);
    struct sample s = client_sample(base, id, due);

    c->n_under_way++;
    wire_begin(w, &c->plan, &s);
    if (w->awaits_owner)
        wire_waits_add(&c->waits, w, s.sent);
    finish(c, w);
    if (!c->deadline_set)
        set_deadline(c);
}

static size_t in_flight(const struct client *c)
{
    return ((const struct wire_client *)c)->n_under_way;
}

static void abandon_all(struct client *base)
{
    struct wire_client *c = of(base);

    while (c->busy.first)
        give_up(c, c->busy.first, OUTCOME_OPEN);
}

static struct wire_socket_plan socket_of(const struct client_options *o)
{
    struct wire_socket_plan p = { .no_delay = o->lane->connection == CONNECTION_REUSED,
                                  /* so that a server feels it that its answer is read slowly */
                                  .receive_buffer = o->lane->read_rate > 0 ? SLOW_BUFFER : 0,
                                  .sources = o->sources,
                                  .names_senders = o->owners && o->server->unix_path };

    p.address_size = address_of(o->server, &p.address);
    return p;
}

static struct client *open_one(const struct client_options *o, struct err *err)
{
    struct wire_client *c;
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    c = mem_new(1, sizeof *c);
    if (epoll < 0 || wire_waits_open(&c->waits, epoll) != 0) {
        err_set(err, "lane %s: epoll: %s", o->lane->name, strerror(errno));
        if (epoll >= 0)
            close(epoll);
        free(c);
        return NULL;
    }
    c->plan = (struct wire_plan){ .clock = o->clock,
                                  .answers = o->answers,
                                  .texts = o->texts,
                                  .owners = o->owners,
                                  .lane = o->lane,
                                  .socket = socket_of(o),
                                  .to_head = strcmp(o->lane->method, "HEAD") == 0,
                                  .epoll = epoll,
                                  .buffer = mem_new(1, BUFFER_SIZE),
                                  .buffer_size = BUFFER_SIZE };
    wire_request_open(&c->plan.request, o->server, o->lane, o->ids);
    uv_poll_init(o->loop, &c->readable, epoll);
    uv_timer_init(o->loop, &c->deadline);
    uv_timer_init(o->loop, &c->pace);
    c->readable.data = c->deadline.data = c->pace.data = c;
    c->handles = 3;
    if (o->lane->send_rate > 0 || o->lane->read_rate > 0)
        uv_timer_start(&c->pace, on_pace, PACE_MS, PACE_MS);
    uv_poll_start(&c->readable, UV_READABLE, on_readable);
    for (unsigned i = 0; o->lane->connection == CONNECTION_REUSED && i < o->lane->pool; i++)
        wires_put_last(&c->rested, one_more(o, true));
    return &c->base;
}

static void on_closed(uv_handle_t *handle)
{
    struct wire_client *c = handle->data;

    if (--c->handles > 0)
        return;
    close(c->plan.epoll);
    free(c);
}

static void close_all(struct client *base)
{
    struct wire_client *c = of(base);

    abandon_all(base);
    wires_free(&c->rested);
    wires_free(&c->free);
    wire_waits_close(&c->waits);
    wire_request_close(&c->plan.request);
    free(c->plan.buffer);
    uv_close((uv_handle_t *)&c->readable, on_closed);
    uv_close((uv_handle_t *)&c->deadline, on_closed);
    uv_close((uv_handle_t *)&c->pace, on_closed);
}

const struct client_kind_row client_wire = { open_one,  catch_up,    send_one,
                                             in_flight, abandon_all, close_all };

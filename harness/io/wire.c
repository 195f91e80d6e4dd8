/* How does one connection of the wire client carry one request after another, or several at a
   time? */
#include "io/wire.h"
#include "io/wire_outcome.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct wire *wire_new(unsigned depth)
{
    struct wire *w;

    assert(depth > 0);
    w = mem_new(1, sizeof *w + depth * sizeof w->ring[0]);

    w->fd = -1;
    w->room = depth;
    return w;
}

void wire_close(struct wire *w)
{
    if (w->fd >= 0)
        close(w->fd); /* and with it goes its place at the epoll */
    w->fd = -1;
    w->polled = w->to_send = w->closed_by_server = w->connects = w->ends = w->stray = false;
    w->done = 0;
    w->port = 0;
}

static struct sample *at(struct wire *w, unsigned i)
{
    i += w->first;
    return &w->ring[i < w->room ? i : i - w->room];
}

/* Whose answer is due. */
static struct sample *current(struct wire *w)
{
    return at(w, w->over);
}

static void drop_first(struct wire *w)
{
    w->first = w->first + 1 < w->room ? w->first + 1 : 0;
    w->n--;
    w->left -= w->left > 0;
}

static bool waits(const struct wire *w)
{
    return w->n > w->over;
}

static void await_answer(struct wire *w, const struct wire_plan *p)
{
    w->received = 0;
    wire_answer_begin(&w->answer, p->answers, p->to_head);
}

/* What the answer says, as far as it came. */
static enum outcome note_answer(struct wire *w, const struct wire_plan *p, struct sample *s)
{
    enum outcome worth = wire_answer_end(&w->answer);

    s->unframed = wire_answer_is_unframed(&w->answer);
    s->status = wire_answer_status(&w->answer);
    s->pid = w->answer.said.pid;
    s->version = history_text(p->texts, w->answer.said.version);
    return worth;
}

static void end_one(struct sample *s, enum outcome outcome, int error, int64_t now)
{
    s->outcome = outcome;
    s->error = (uint16_t)error;
    s->done = now;
}

/* No answer will come any more: not to the one that is due one, nor to those behind it. */
static void end_all(struct wire *w, const struct wire_plan *p, enum outcome first,
                    enum outcome behind, int error)
{
    int64_t now = recorder_now(p->clock);

    note_answer(w, p, current(w));
    end_one(current(w), first, error, now);
    for (unsigned i = w->over + 1; i < w->n; i++)
        end_one(at(w, i), behind, error, now);
    for (; w->gone; w->gone--)
        drop_first(w);
    w->over = w->n;
    w->ends = true;
}

static void end_by_error(struct wire *w, const struct wire_plan *p, int error)
{
    enum outcome outcome = wire_outcome_of_error(current(w)->phase, error);

    end_all(w, p, outcome, outcome, error);
}

/* The one that is due an answer has it. */
static void end_well(struct wire *w, const struct wire_plan *p, int64_t now)
{
    struct sample *s = current(w);
    enum outcome worth = note_answer(w, p, s);

    if (!s->unframed)
        s->phase = PHASE_DONE;
    w->ends |= s->unframed || !w->answer.keeps_alive || w->left <= w->over;
    end_one(s, worth == OUTCOME_OK && w->stray ? OUTCOME_BAD_BODY : worth, 0, now);
    if (w->gone) {
        w->gone--;
        drop_first(w);
    } else {
        w->over++;
    }
    if (waits(w))
        await_answer(w, p);
}

static void end_by_close(struct wire *w, const struct wire_plan *p)
{
    bool answered = current(w)->first_byte >= 0;

    if (answered && wire_answer_finish(&w->answer) == WIRE_WHOLE)
        end_well(w, p, recorder_now(p->clock));
    else
        end_all(w, p, wire_outcome_of_close(answered), wire_outcome_of_close(false), 0);
    if (waits(w))
        end_all(w, p, wire_outcome_of_close(false), wire_outcome_of_close(false), 0);
}

/* Edge-triggered: what is there already is told at once. */
static void wait_for_events(struct wire *w, const struct wire_plan *p)
{
    bool to_send = w->connects || w->left < w->n;
    struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (to_send ? EPOLLOUT : 0),
                             .data.ptr = w };

    if (w->polled && (w->to_send || !to_send))
        return;
    if (epoll_ctl(p->epoll, w->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &e) != 0) {
        end_all(w, p, OUTCOME_UNSENT, OUTCOME_UNSENT, errno);
        return;
    }
    w->polled = true;
    w->to_send = to_send;
}

static void note_port(struct wire *w, const struct wire_plan *p)
{
    union any_address a = { 0 };
    socklen_t size = sizeof a;
    int family = p->socket.address.any.sa_family;

    if (family != AF_UNIX && getsockname(w->fd, &a.any, &size) == 0)
        w->port = ntohs(family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static void begin_to_send(struct wire *w, const struct wire_plan *p)
{
    struct sample *s = current(w);

    s->connected = recorder_now(p->clock);
    note_port(w, p);
    w->connects = false;
    s->port = w->port;
    s->phase = PHASE_SEND;
}

/* How much more a slow one may do by now. */
static size_t allowed(double rate, int64_t since, size_t done, const struct wire_plan *p)
{
    double most;

    if (rate <= 0)
        return SIZE_MAX;
    most = rate * (double)(recorder_now(p->clock) - since) / NS_PER_S - (double)done;
    return most < 1 ? 0 : (size_t)most;
}

/* False: it comes before its request has left. */
static bool is_due_an_answer(const struct wire *w, unsigned i)
{
    return i < w->left || (i == w->left && i < w->n && w->done > 0);
}

/* False: nothing more is to be read of it now. */
static bool take_in(struct wire *w, const struct wire_plan *p, size_t n)
{
    int64_t now = recorder_now(p->clock);
    bool too_early; /* the rest of its request, and those behind, cannot follow */
    size_t used;

    w->received += n;
    for (size_t from = 0; from < n && waits(w); from += used) {
        struct sample *s = current(w);
        enum wire_progress progress =
            wire_answer_take(&w->answer, p->buffer + from, n - from, &used);

        if (s->first_byte < 0) {
            s->first_byte = now;
            s->phase = PHASE_READ;
            s->bytes = 0;
        }
        sample_add_bytes(s, used);
        if (progress == WIRE_MORE)
            continue;
        if (from + used < n)
            w->stray |= !w->answer.keeps_alive || !is_due_an_answer(w, w->over + 1);
        too_early = w->left <= w->over;
        if (progress == WIRE_WHOLE)
            end_well(w, p, now);
        if (waits(w) && (progress == WIRE_BROKEN || w->stray))
            end_all(w, p, OUTCOME_BAD_BODY, OUTCOME_BAD_BODY, 0);
        else if (waits(w) && too_early)
            end_all(w, p, OUTCOME_UNSENT, OUTCOME_UNSENT, 0);
    }
    return waits(w) && (n == p->buffer_size || w->closed_by_server);
}

/* send_error: of what was to be sent before; 0: there was none. */
static void receive(struct wire *w, const struct wire_plan *p, int send_error)
{
    ssize_t n;

    do {
        size_t most = allowed(p->lane->read_rate, current(w)->sent, w->received, p);

        if (most == 0)
            return;
        n = recv(w->fd, p->buffer, most < p->buffer_size ? most : p->buffer_size, 0);
    } while ((n > 0 && take_in(w, p, (size_t)n)) || (n < 0 && errno == EINTR));
    if (!waits(w))
        return;
    if (n == 0 && (!send_error || current(w)->first_byte >= 0))
        end_by_close(w, p);
    else if (send_error)
        end_by_error(w, p, send_error);
    else if (n < 0 && errno != EAGAIN)
        end_by_error(w, p, errno);
}

static void note_sent(struct wire *w, const struct wire_plan *p, struct sample *s, size_t n)
{
    w->done += n;
    if (s->phase == PHASE_SEND)
        sample_add_bytes(s, n);
    if (w->done < wire_request_size(&p->request, s->id))
        return;
    w->left++;
    w->done = 0;
    if (s->phase == PHASE_SEND) { /* no answer has begun yet */
        s->phase = PHASE_WAIT;
        s->bytes = 0;
    }
}

static void send_rest(struct wire *w, const struct wire_plan *p)
{
    while (w->left < w->n) {
        struct sample *s = at(w, w->left);
        size_t most = allowed(p->lane->send_rate, s->sent, w->done, p);
        ssize_t n;

        if (most == 0)
            return;
        n = wire_request_send(&p->request, s->id, w->done, most, w->fd);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            receive(w, p, errno); /* it may have said why before it left */
        if (n < 0)
            return;
        if (w->connects) /* it could not have left before */
            begin_to_send(w, p);
        note_sent(w, p, s, (size_t)n);
    }
}

bool wire_has_room(const struct wire *w)
{
    return w->n < w->room && !w->connects && !w->gone && !w->ends && !w->stray &&
           !w->closed_by_server;
}

void wire_begin(struct wire *w, const struct wire_plan *p, const struct sample *s)
{
    bool is_open = w->fd >= 0;
    int error = is_open ? 0 : wire_socket_open(&p->socket, &w->fd);
    struct sample *mine = at(w, w->n++);

    *mine = *s;
    mine->port = w->port;
    mine->phase = is_open ? PHASE_SEND : PHASE_CONNECT;
    w->connects |= !is_open;
    if (w->n == 1)
        await_answer(w, p);
    if (error)
        end_by_error(w, p, error);
    else if (w->stray) /* whatever comes now, nobody could say to what it is the answer */
        end_all(w, p, OUTCOME_BAD_BODY, OUTCOME_BAD_BODY, 0);
    else if (w->left == w->n - 1)
        /* On one machine a connection is mostly there as soon as it is asked for. */
        send_rest(w, p);
    if (waits(w))
        wait_for_events(w, p);
}

static bool is_connected(struct wire *w, const struct wire_plan *p)
{
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        end_by_error(w, p, error);
        return false;
    }
    begin_to_send(w, p);
    return true;
}

/* Ended by the server before it is used again: no loss, but there is none any more. */
static void look_at_resting(struct wire *w)
{
    char byte;
    ssize_t n = recv(w->fd, &byte, 1, MSG_PEEK);

    if (n > 0)
        w->stray = true;
    else if (n == 0 || errno != EAGAIN)
        wire_close(w);
}

void wire_go_on(struct wire *w, const struct wire_plan *p, uint32_t events)
{
    /* Of an end that came together with the last bytes we are told but once. */
    w->closed_by_server |= (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    if (!waits(w) && w->fd >= 0)
        look_at_resting(w);
    if (!waits(w) || (w->connects && (!events || !is_connected(w, p))))
        return;
    send_rest(w, p);
    if (waits(w))
        receive(w, p, 0);
}

bool wire_take(struct wire *w, struct sample *s)
{
    if (w->over == 0)
        return false;
    *s = *at(w, 0);
    w->over--;
    drop_first(w);
    return true;
}

const struct sample *wire_eldest(const struct wire *w)
{
    return at((struct wire *)w, w->gone);
}

struct sample wire_give_up(struct wire *w, const struct wire_plan *p, enum outcome why)
{
    struct sample *s = at(w, w->gone);
    struct sample given_up;

    if (w->gone++ == 0)
        note_answer(w, p, s);
    end_one(s, why, 0, recorder_now(p->clock));
    given_up = *s;
    if (w->gone == w->n) {
        wire_answer_end(&w->answer);
        w->n = w->gone = w->left = 0;
        w->ends = true;
    }
    return given_up;
}

void wire_rest(struct wire *w)
{
    if (!w->pooled || w->ends || w->stray || w->closed_by_server)
        wire_close(w);
}

/* How does one connection of the wire client carry one request after another? */
#include "io/wire.h"
#include "io/wire_outcome.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOW_BUFFER = 4096 };

void wire_close(struct wire *w)
{
    if (w->fd >= 0)
        close(w->fd); /* and with it goes its place at the epoll */
    w->fd = -1;
    w->polled = w->to_send = w->closed_by_server = false;
}

static void end(struct wire *w, const struct wire_plan *p, enum outcome outcome, int error)
{
    w->sample.outcome = (uint8_t)outcome;
    w->sample.error = error;
    w->sample.done = recorder_now(p->clock);
    w->state = WIRE_ENDED;
}

static void end_by_error(struct wire *w, const struct wire_plan *p, int error)
{
    end(w, p, wire_outcome_of_error(w->sample.phase, error), error);
}

/* Edge-triggered: what is there already is told at once. */
static bool wait_for_events(struct wire *w, const struct wire_plan *p)
{
    bool to_send = w->state == WIRE_CONNECTS || w->state == WIRE_SENDS;
    struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (to_send ? EPOLLOUT : 0),
                             .data.ptr = w };

    if (w->polled && (w->to_send || !to_send))
        return true;
    if (epoll_ctl(p->epoll, w->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &e) != 0) {
        end(w, p, OUTCOME_UNSENT, errno);
        return false;
    }
    w->polled = true;
    w->to_send = to_send;
    return true;
}

static void note_port(struct wire *w, const struct wire_plan *p)
{
    union any_address a = { 0 };
    socklen_t size = sizeof a;

    w->sample.connected = recorder_now(p->clock);
    if (p->address.any.sa_family == AF_UNIX || getsockname(w->fd, &a.any, &size) != 0)
        return;
    w->sample.port = ntohs(p->address.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static void begin_to_send(struct wire *w, const struct wire_plan *p)
{
    note_port(w, p);
    w->state = WIRE_SENDS;
    w->sample.phase = PHASE_SEND;
}

static void end_by_close(struct wire *w, const struct wire_plan *p)
{
    bool answered = w->sample.first_byte >= 0;

    if (answered && wire_answer_finish(&w->answer) == WIRE_WHOLE)
        end(w, p, OUTCOME_OK, 0);
    else
        end(w, p, wire_outcome_of_close(answered), 0);
    w->answer.keeps_alive = false;
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

/* False: nothing more is to be read of it now. */
static bool take_in(struct wire *w, const struct wire_plan *p, size_t n)
{
    size_t used;

    w->received += n;
    if (w->sample.first_byte < 0) {
        w->sample.first_byte = recorder_now(p->clock);
        w->sample.phase = PHASE_READ;
    }
    switch (wire_answer_take(&w->answer, p->buffer, n, &used)) {
    case WIRE_MORE:
        return n == p->buffer_size || w->closed_by_server;
    case WIRE_BROKEN:
        end(w, p, OUTCOME_BAD_BODY, 0);
        return false;
    case WIRE_WHOLE:
        break;
    }
    w->stray |= used < n;
    end(w, p, OUTCOME_OK, 0);
    return false;
}

static void receive(struct wire *w, const struct wire_plan *p)
{
    ssize_t n;

    do {
        size_t most = allowed(p->lane->read_rate, w->sample.sent, w->received, p);

        if (most == 0)
            return;
        n = recv(w->fd, p->buffer, most < p->buffer_size ? most : p->buffer_size, 0);
    } while ((n > 0 && take_in(w, p, (size_t)n)) || (n < 0 && errno == EINTR));
    if (n == 0)
        end_by_close(w, p);
    else if (n < 0 && errno != EAGAIN)
        end_by_error(w, p, errno);
}

static void send_rest(struct wire *w, const struct wire_plan *p)
{
    size_t size = wire_request_size(&p->request, w->sample.id);
    ssize_t n = 0;

    while (w->done < size) {
        size_t most = allowed(p->lane->send_rate, w->sample.sent, w->done, p);

        if (most == 0)
            return;
        n = wire_request_send(&p->request, w->sample.id, w->done, most, w->fd);
        if (n < 0 && errno != EINTR)
            break;
        if (w->state == WIRE_CONNECTS) /* it could not have left before */
            begin_to_send(w, p);
        w->done += n > 0 ? (size_t)n : 0;
    }
    if (n < 0 && errno != EAGAIN) {
        int error = errno;

        receive(w, p); /* it may have said why before it left */
        if (w->state != WIRE_ENDED || w->sample.first_byte < 0)
            end_by_error(w, p, error);
    } else if (n >= 0) {
        w->state = WIRE_WAITS;
        w->sample.phase = PHASE_WAIT;
    }
}

static int open_socket(struct wire *w, const struct wire_plan *p)
{
    int on = 1;

    w->fd = socket(p->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (w->fd < 0)
        return errno;
    if (p->address.any.sa_family != AF_UNIX && p->lane->connection == CONNECTION_REUSED)
        setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (p->lane->read_rate > 0) /* so that the server feels it */
        setsockopt(w->fd, SOL_SOCKET, SO_RCVBUF, &(int){ SLOW_BUFFER }, sizeof(int));
    if (p->sources && sources_bind(p->sources, w->fd) != 0)
        return errno;
    if (connect(w->fd, &p->address.any, p->address_size) == 0 || errno == EINPROGRESS)
        return 0;
    return errno;
}

void wire_begin(struct wire *w, const struct wire_plan *p, const struct sample *s)
{
    bool is_open = w->fd >= 0;
    uint16_t port = w->sample.port;

    w->sample = *s;
    w->sample.port = is_open ? port : 0;
    w->sample.phase = is_open ? PHASE_SEND : PHASE_CONNECT;
    w->state = is_open ? WIRE_SENDS : WIRE_CONNECTS;
    w->done = w->received = 0;
    wire_answer_begin(&w->answer, p->answers, strcmp(p->lane->method, "HEAD") == 0);
    if (!is_open) {
        int error = open_socket(w, p);

        w->stray = false;
        if (error) {
            end_by_error(w, p, error);
            return;
        }
    }
    /* On one machine a connection is mostly there as soon as it is asked for. */
    send_rest(w, p);
    if (w->state != WIRE_ENDED)
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
    if (w->state == WIRE_RESTS && w->fd >= 0)
        look_at_resting(w);
    if (w->state == WIRE_CONNECTS && (!events || !is_connected(w, p)))
        return;
    if (w->state == WIRE_SENDS)
        send_rest(w, p);
    if (w->state == WIRE_SENDS || w->state == WIRE_WAITS)
        receive(w, p);
}

void wire_cut(struct wire *w, const struct wire_plan *p, enum outcome why)
{
    w->answer.keeps_alive = false;
    end(w, p, why, 0);
}

struct sample wire_take(struct wire *w, struct history *texts)
{
    struct sample *s = &w->sample;
    enum outcome worth = wire_answer_end(&w->answer);

    s->unframed = wire_answer_is_unframed(&w->answer);
    if (s->outcome == OUTCOME_OK && !s->unframed)
        s->phase = PHASE_DONE;
    if (s->outcome == OUTCOME_OK)
        s->outcome = (uint8_t)(worth == OUTCOME_OK && w->stray ? OUTCOME_BAD_BODY : worth);
    s->status = wire_answer_status(&w->answer);
    s->pid = w->answer.said.pid;
    s->version = history_text(texts, w->answer.said.version);
    if (!w->pooled || s->phase != PHASE_DONE || !w->answer.keeps_alive || w->stray ||
        w->closed_by_server)
        wire_close(w);
    w->state = WIRE_RESTS;
    return *s;
}

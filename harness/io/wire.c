/* How does one connection of the wire client carry one request after another, or several at a
   time? */
#include "io/wire_parts.h"

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
    w->awaits_owner = false;
    w->accepted = 0;
    w->done = 0;
    w->port = 0;
}

/* Edge-triggered: what is there already is told at once. */
static void wait_for_events(struct wire *w, const struct wire_plan *p)
{
    bool to_send = w->connects || w->left < w->n;
    struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (to_send ? EPOLLOUT : 0),
                             .data.ptr = w };

    if (w->polled && (w->to_send || !to_send))
        return;
    if (epoll_ctl(p->epoll, w->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &e) != 0)
        wire_end_all(w, p, OUTCOME_UNSENT, OUTCOME_UNSENT, errno);
    w->polled = true;
    w->to_send = to_send;
}

bool wire_has_room(const struct wire *w)
{
    return w->n < w->room && !w->connects && !w->gone && !w->ends && !w->stray &&
           !w->closed_by_server;
}

/* Where the server closes with its answer: once that has come, it is mostly too late. */
static bool asks_early(const struct wire_plan *p)
{
    return p->owners && !p->socket.names_senders &&
           owners_wait_for_accept(p->owners, p->lane->connection);
}

void wire_begin(struct wire *w, const struct wire_plan *p, const struct sample *s)
{
    bool is_open = w->fd >= 0;
    int error = is_open ? 0 : wire_socket_open(&p->socket, &w->fd);
    struct sample *mine = wire_at(w, w->n++);

    *mine = *s;
    mine->port = w->port;
    mine->phase = is_open ? PHASE_SEND : PHASE_CONNECT;
    w->connects |= !is_open;
    w->awaits_owner |= !is_open && asks_early(p);
    if (w->n == 1)
        wire_await_answer(w, p);
    if (error)
        wire_end_by_error(w, p, error);
    else if (w->stray) /* whatever comes now, nobody could say to what it is the answer */
        wire_end_all(w, p, OUTCOME_BAD_BODY, OUTCOME_BAD_BODY, 0);
    else if (w->left == w->n - 1)
        /* On one machine a connection is mostly there as soon as it is asked for. */
        wire_send(w, p);
    if (wire_waits(w))
        wait_for_events(w, p);
}

static void look_at_connecting(struct wire *w, const struct wire_plan *p)
{
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error)
        wire_end_by_error(w, p, error);
    else
        wire_connected(w, p);
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
    if (!wire_waits(w) && w->fd >= 0)
        look_at_resting(w);
    if (w->connects && events)
        look_at_connecting(w, p);
    if (wire_waits(w))
        wire_send(w, p);
    if (wire_waits(w))
        wire_receive(w, p, 0);
}

void wire_rest(struct wire *w)
{
    if (!w->pooled || w->ends || w->stray || w->closed_by_server)
        wire_close(w);
}

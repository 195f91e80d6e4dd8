/* How is one connection brought into a state, and completed when the upgrade has struck? */
#include "io/held.h"
#include "io/wire_outcome.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void held_close(struct held *h)
{
    if (h->fd >= 0) {
        close(h->fd);
        wire_answer_end(&h->answer);
    }
    h->fd = -1;
}

static void end(struct held *h, const struct held_plan *p, enum outcome outcome)
{
    if (outcome != OUTCOME_OK || !h->begun)
        h->at = recorder_now(p->clock);
    h->outcome = outcome;
    h->ended = true;
}

static bool owes_no_answer(const struct held *h)
{
    const struct held_message *m = h->message;

    return m->may_reopen && h->done == m->before && h->answers == m->answers_before && !h->begun;
}

/* An answer is whole. */
static void count_answer(struct held *h, const struct held_plan *p)
{
    enum outcome worth = wire_answer_end(&h->answer);

    h->keeps_alive = h->answer.keeps_alive;
    h->pid = h->answer.said.pid;
    if (!h->pid && p->owners)
        h->pid = owners_name(p->owners, &h->other_end, NO_REQUEST);
    h->other_end.sender = 0;
    if (++h->answers == h->message->answers || worth != OUTCOME_OK)
        end(h, p, worth);
    h->begun = h->has_body = false;
    wire_answer_begin(&h->answer, p->answers, false);
}

static void end_by_close(struct held *h, const struct held_plan *p)
{
    if (owes_no_answer(h))
        h->closed = true;
    else if (h->begun && wire_answer_finish(&h->answer) == WIRE_WHOLE)
        count_answer(h, p);
    else
        end(h, p, wire_outcome_of_close(h->begun));
    if (!h->ended && !h->closed)
        end(h, p, OUTCOME_EMPTY);
}

static void take_in(struct held *h, const struct held_plan *p, size_t n)
{
    size_t used;

    for (size_t from = 0; from < n && !h->ended; from += used) {
        enum wire_progress progress;

        if (!h->begun)
            h->at = recorder_now(p->clock);
        h->begun = true;
        progress = wire_answer_take(&h->answer, p->buffer + from, n - from, &used);
        h->has_body |= h->answer.body_end != NULL;
        if (progress == WIRE_BROKEN)
            end(h, p, OUTCOME_BAD_BODY);
        else if (progress == WIRE_WHOLE)
            count_answer(h, p);
    }
}

static void receive(struct held *h, const struct held_plan *p)
{
    ssize_t n = 1;

    while (!h->ended && (n > 0 || errno == EINTR)) {
        n = wire_socket_receive(&p->socket, h->fd, p->buffer, p->buffer_size, &h->other_end.sender);
        if (n > 0)
            take_in(h, p, (size_t)n);
        if (n == 0)
            break;
    }
    if (h->ended)
        return;
    if (n == 0)
        end_by_close(h, p);
    else if (errno != EAGAIN)
        end(h, p, wire_outcome_of_error(h->phase, errno));
}

static void send_allowed(struct held *h, const struct held_plan *p)
{
    union any_address peer;
    socklen_t size = sizeof peer;
    ssize_t n = 1;

    if (h->phase == PHASE_CONNECT && getpeername(h->fd, &peer.any, &size) == 0)
        h->phase = PHASE_SEND;
    while (h->done < h->allowed && (n > 0 || errno == EINTR)) {
        n = send(h->fd, h->message->bytes + h->done, h->allowed - h->done, MSG_NOSIGNAL);
        h->done += n > 0 ? (size_t)n : 0;
    }
    if (n < 0 && errno != EAGAIN) {
        int error = errno;

        if (h->phase != PHASE_CONNECT)
            receive(h, p); /* it may have said why before it left */
        if (!h->ended || h->outcome == OUTCOME_EMPTY)
            end(h, p, wire_outcome_of_error(h->phase, error));
    }
}

void held_go_on(struct held *h, const struct held_plan *p)
{
    if (h->fd < 0 || h->ended || h->closed)
        return;
    send_allowed(h, p);
    if (!h->ended)
        receive(h, p);
}

static int open_socket(struct held *h, const struct held_plan *p)
{
    struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = h };
    int error = wire_socket_open(&p->socket, &h->fd);

    wire_answer_begin(&h->answer, p->answers, false);
    owned_open(&h->other_end, h->fd);
    if (error)
        return error;
    return epoll_ctl(p->epoll, EPOLL_CTL_ADD, h->fd, &e) ? errno : 0;
}

void held_open(struct held *h, const struct held_plan *p)
{
    int error = open_socket(h, p);

    h->phase = PHASE_CONNECT;
    h->struck = -1;
    h->allowed = h->message->before;
    if (error)
        end(h, p, wire_outcome_of_error(PHASE_CONNECT, error));
    else
        send_allowed(h, p);
}

static void open_again(struct held *h, const struct held_plan *p, const struct held_message *again)
{
    int64_t struck = h->struck;

    held_close(h);
    h->message = again;
    h->done = h->answers = 0;
    h->closed = h->begun = h->has_body = false;
    h->reopened = true;
    held_open(h, p);
    h->struck = struck;
}

void held_complete(struct held *h, const struct held_plan *p, const struct held_message *again)
{
    h->completed = true;
    held_go_on(h, p); /* it may have been closed already */
    if (h->closed)
        open_again(h, p, again);
    h->allowed = h->message->size;
    if (!h->ended)
        send_allowed(h, p);
}

bool held_has_failed(const struct held *h)
{
    bool answered = h->answers > 0;

    if (h->ended || h->closed)
        return true;
    return states[h->state].shown == SHOWN_BY_ANSWER ? answered && !h->keeps_alive : answered;
}

bool held_stands(const struct held *h, bool another)
{
    if (held_has_failed(h))
        return false;
    switch (states[h->state].shown) {
    case SHOWN_BY_CONNECT:
        return true;
    case SHOWN_BY_ANOTHER:
        return another && h->done == h->message->before && !h->begun;
    case SHOWN_BY_ANSWER:
        return h->answers > 0;
    case SHOWN_BY_BEGINNING:
        return h->has_body;
    }
    return false;
}

void held_cut(struct held *h, const struct held_plan *p, enum outcome why)
{
    if (!h->ended)
        end(h, p, why);
}

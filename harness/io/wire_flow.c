/* What is sent and received on a connection, and when? */
#include "io/wire_parts.h"

#include <errno.h>
#include <sys/socket.h>

static void note_port(struct wire *w, const struct wire_plan *p)
{
    union any_address a = { 0 };
    socklen_t size = sizeof a;
    int family = p->socket.address.any.sa_family;

    if (family != AF_UNIX && getsockname(w->fd, &a.any, &size) == 0)
        w->port = ntohs(family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

void wire_connected(struct wire *w, const struct wire_plan *p)
{
    struct sample *s = wire_current(w);

    s->connected = recorder_now(p->clock);
    note_port(w, p);
    w->connects = false;
    s->port = w->port;
    s->phase = PHASE_SEND;
    if (p->owners)
        owned_open(&w->other_end, w->fd);
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
    for (size_t from = 0; from < n && wire_waits(w); from += used) {
        struct sample *s = wire_current(w);
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
            wire_end_well(w, p, now);
        if (wire_waits(w) && (progress == WIRE_BROKEN || w->stray))
            wire_end_all(w, p, OUTCOME_BAD_BODY, OUTCOME_BAD_BODY, 0);
        else if (wire_waits(w) && too_early)
            wire_end_all(w, p, OUTCOME_UNSENT, OUTCOME_UNSENT, 0);
    }
    return wire_waits(w) && (n == p->buffer_size || w->closed_by_server);
}

void wire_receive(struct wire *w, const struct wire_plan *p, int send_error)
{
    ssize_t n;

    do {
        size_t most = allowed(p->lane->read_rate, wire_current(w)->sent, w->received, p);

        if (most == 0)
            return;
        n = wire_socket_receive(&p->socket, w->fd, p->buffer,
                                most < p->buffer_size ? most : p->buffer_size,
                                &w->other_end.sender);
    } while ((n > 0 && take_in(w, p, (size_t)n)) || (n < 0 && errno == EINTR));
    if (!wire_waits(w))
        return;
    if (n == 0 && (!send_error || wire_current(w)->first_byte >= 0))
        wire_end_by_close(w, p);
    else if (send_error)
        wire_end_by_error(w, p, send_error);
    else if (n < 0 && errno != EAGAIN)
        wire_end_by_error(w, p, errno);
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

static bool is_connected(const struct wire *w)
{
    union any_address a;
    socklen_t size = sizeof a;

    return getpeername(w->fd, &a.any, &size) == 0;
}

/* Some servers close at once when they have answered: who has accepted the connection has to
   be known before the request leaves. */
static bool awaits_owner(struct wire *w, const struct wire_plan *p)
{
    int64_t now;

    if (w->connects && !is_connected(w))
        return true;
    if (w->connects)
        wire_connected(w, p);
    now = recorder_now(p->clock);
    switch (owners_look_early(p->owners, &w->other_end)) {
    case EARLY_IS_QUEUED:
        return true;
    case EARLY_IS_ACCEPTED:
        w->accepted = w->accepted ? w->accepted : now;
        return now - w->accepted < WIRE_OWNER_WITHIN;
    default:
        return false;
    }
}

void wire_send(struct wire *w, const struct wire_plan *p)
{
    if (w->awaits_owner)
        w->awaits_owner = awaits_owner(w, p);
    if (w->awaits_owner)
        return;
    while (w->left < w->n) {
        struct sample *s = wire_at(w, w->left);
        size_t most = allowed(p->lane->send_rate, s->sent, w->done, p);
        ssize_t n;

        if (most == 0)
            return;
        n = wire_request_send(&p->request, s->id, w->done, most, w->fd);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            wire_receive(w, p, errno); /* it may have said why before it left */
        if (n < 0)
            return;
        if (w->connects) /* it could not have left before */
            wire_connected(w, p);
        note_sent(w, p, s, (size_t)n);
    }
}

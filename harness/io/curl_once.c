/* How is libcurl kept from sending a request twice, and when may it? */
#include "io/curl_parts.h"

#include <errno.h>
#include <sys/socket.h>

void transfer_leave_link(struct transfer *t)
{
    if (!t->link)
        return;
    if (t->link->opener == &t->sample)
        t->link->opener = NULL;
    t->link->users -= t->rides;
    t->rides = false;
    link_release(t->link);
    t->link = NULL;
}

/* As if nothing had been sent: the server has said that it did nothing. */
static void forget_refused(struct transfer *t)
{
    struct recorder *to = t->plan->handshakes;

    if (to)
        record(to, EVENT_STREAM_REFUSED, t->plan->lane_number, t->sample.id, "");
    transfer_leave_link(t);
    t->sends = 0;
    t->stream = 0;
    t->opens = false;
}

/* libcurl is at it again: may it? */
static bool may_send(struct transfer *t)
{
    if (t->sends == 0)
        return true;
    if (t->plan->lane->http != HTTP_2 || !t->link || !link_refused(t->link, t->stream)) {
        t->refused_resend = true;
        return false;
    }
    forget_refused(t);
    return true;
}

static void find_link(struct transfer *t, uint16_t port)
{
    if (!t->opens) {
        transfer_leave_link(t);
        t->link = link_find(t->slot, port);
        if (t->link)
            link_hold(t->link);
    }
    if (!t->link)
        return;
    t->link->port = port;
    t->link->opener = NULL;
    t->link->users++;
    t->rides = true;
}

/* libcurl 7.88 speaks HTTP/2 "with prior knowledge" on connections that it opens, but fails on
   those that it has; told merely to speak HTTP/2 it uses these, but would not open one so. */
static bool is_misguided(struct transfer *t, bool opens)
{
    if (t->plan->lane->http == HTTP_2 && !t->plan->server->https && opens == t->reuses)
        t->misguided = true;
    return t->misguided;
}

static int on_about_to_send(void *arg, char *to, char *from, int to_port, int from_port)
{
    struct transfer *t = arg;
    char byte;

    (void)to, (void)from, (void)to_port;
    if (!may_send(t) || is_misguided(t, t->opens))
        return CURL_PREREQFUNC_ABORT;
    t->sends++;
    t->went = recorder_now(t->plan->clock);
    find_link(t, (uint16_t)from_port);
    if (t->opens && t->sample.connected < 0)
        t->sample.connected = t->went;
    if (!t->opens && t->link && !t->plan->server->https && t->plan->lane->http == HTTP_1_1)
        t->stray = recv(t->link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
    t->sample.port = (uint16_t)from_port;
    t->sample.phase = PHASE_SEND;
    return CURL_PREREQFUNC_OK;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = arg;
    int fd;

    (void)purpose;
    if (!may_send(t) || is_misguided(t, true)) /* a second copy of the request */
        return CURL_SOCKET_BAD;
    fd = socket(a->family, a->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->protocol);
    if (fd < 0) {
        t->sample.error = errno;
        t->sample.outcome = OUTCOME_UNSENT;
        return CURL_SOCKET_BAD;
    }
    transfer_leave_link(t);
    t->opens = true;
    t->link = link_new(t->slot, fd);
    t->link->plan = t->plan;
    t->link->opener = &t->sample;
    return fd;
}

void transfer_set_connecting(struct transfer *t)
{
    curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_about_to_send);
    curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, slot_close_socket);
    curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t->slot);
}

/* What may change from one start to the next. */
void transfer_prepare(struct transfer *t)
{
    const struct curl_plan *p = t->plan;
    int64_t left = p->lane->timeout - (recorder_now(p->clock) - t->sample.due);

    if (p->server->https || p->lane->http == HTTP_2)
        slot_drop_ended(t->slot, p->server->https);
    if (p->lane->http == HTTP_2 && !p->server->https) {
        t->reuses = t->pooled && slot_has_link(t->slot);
        curl_easy_setopt(
            t->easy, CURLOPT_HTTP_VERSION,
            (long)(t->reuses ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
    }
    t->misguided = false;
    t->starts++;
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > NS_PER_MS ? left / NS_PER_MS : 1));
}

static bool was_refused(const struct transfer *t, CURLcode code)
{
    return code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT && t->sends == 1 &&
           !t->refused_resend && t->sample.first_byte < 0 && t->link && t->link->going_away &&
           t->stream > t->link->last_stream;
}

bool transfer_starts_over(struct transfer *t, CURLcode code)
{
    enum { MOST_STARTS = 10 };
    bool refused = was_refused(t, code);

    if ((!t->misguided && !refused) || t->starts >= MOST_STARTS)
        return false;
    if (refused)
        forget_refused(t);
    transfer_leave_link(t);
    t->opens = false;
    transfer_prepare(t);
    return true;
}

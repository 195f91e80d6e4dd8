/* What does libcurl do with a request, told honestly?  Its multi interface on
   libuv.  libcurl sends a request again when a reused connection dies before
   any answer, and then reports success; here the second sending is refused and
   the outcome is `resent`.  Sources: CURLOPT_PREREQFUNCTION(3),
   CURLOPT_OPENSOCKETFUNCTION(3), curl_multi_socket_action(3). */
#include "io/client.h"
#include "io/curl_sockets.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One easy handle; used again and again, so that its set-up is paid once. */
struct transfer {
    struct client *client;
    CURL *easy;
    struct transfer *next;    /* in a list of the idle */
    bool pooled;              /* has a kept-alive connection of its own */
    unsigned busy_at;         /* index in client->busy */
    unsigned sends;           /* how often libcurl was about to send the request */
    int fd;                   /* of its latest connection */
    bool opens;               /* a connection of its own, instead of a kept one */
    bool stray;               /* something was there to read before the request left */
    bool refused_resend;
    struct curl_slist *connect_to, *resolve;
    struct sample sample;
    struct answer answer;
};

struct client {
    struct client_options o;
    struct curl_sockets sockets;
    struct curl_slist *headers;
    char *url, *body;
    CURLU *parsed;            /* the url; NULL: libcurl will say at each request what is wrong */
    char host[64], port[8];
    struct transfer **all, **busy;
    size_t n_all, all_room, n_busy, busy_room;
    struct transfer *idle;                    /* a connection for each request */
    struct transfer *rested, *rested_last;    /* pooled: longest idle first */
};

static int64_t now(const struct client *c)
{
    return recorder_now(c->o.clock);
}

static int on_about_to_send(void *arg, char *to, char *from, int to_port, int from_port)
{
    struct transfer *t = arg;
    char byte;

    (void)to, (void)from, (void)to_port;
    if (t->sends++ > 0) {
        t->refused_resend = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (t->opens)
        t->sample.connected = now(t->client);
    else
        t->stray = recv(t->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
    t->sample.port = (uint16_t)from_port;
    t->sample.phase = PHASE_SEND;
    return CURL_PREREQFUNC_OK;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = arg;
    int fd;

    (void)purpose;
    if (t->sends > 0) { /* for a second copy of the request */
        t->refused_resend = true;
        return CURL_SOCKET_BAD;
    }
    t->opens = true;
    fd = socket(a->family, a->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->protocol);
    if (fd < 0) {
        t->sample.error = errno;
        t->sample.outcome = OUTCOME_UNSENT;
        return CURL_SOCKET_BAD;
    }
    t->fd = fd;
    return fd;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    if (t->sample.first_byte < 0) {
        t->sample.first_byte = now(t->client);
        t->sample.phase = PHASE_READ;
    }
    answer_header(t->client->o.answers, &t->answer, line, size * n);
    return size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    answer_body(t->client->o.answers, &t->answer, data, size * n);
    return size * n;
}

/* How a failed request failed.  Before anything of the answer came and after
   are different losses. */
static enum outcome outcome_of(const struct transfer *t, CURLcode code, long error)
{
    bool answered = t->sample.first_byte >= 0;

    if (t->refused_resend)
        return OUTCOME_RESENT;
    if (t->sample.outcome == OUTCOME_UNSENT)
        return OUTCOME_UNSENT;
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        if (error == EADDRNOTAVAIL || error == EMFILE || error == ENFILE || error == ENOBUFS)
            return OUTCOME_UNSENT;
        return error == ECONNRESET ? OUTCOME_RESET : OUTCOME_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return OUTCOME_TIMEOUT;
    case CURLE_GOT_NOTHING:
        return OUTCOME_EMPTY;
    case CURLE_SEND_ERROR:
        return OUTCOME_RESET;
    case CURLE_RECV_ERROR:
        if (answered && error == 0)
            return OUTCOME_BAD_BODY; /* broken chunks */
        return answered && error != ECONNRESET ? OUTCOME_TRUNCATED : OUTCOME_RESET;
    case CURLE_PARTIAL_FILE:
        return OUTCOME_TRUNCATED;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return OUTCOME_UNSENT;
    default: /* no HTTP at all, broken headers */
        return OUTCOME_BAD_BODY;
    }
}

static bool has_body(const struct client *c, long status)
{
    return status != 204 && status != 304 && strcmp(c->o.lane->method, "HEAD") != 0;
}

static enum outcome outcome_of_answer(const struct transfer *t, long status)
{
    if (!t->answer.framed && has_body(t->client, status))
        return OUTCOME_TRUNCATED; /* nobody can know whether it is whole */
    if (status < 200 || status > 299)
        return OUTCOME_BAD_STATUS;
    return t->answer.bad || t->stray ? OUTCOME_BAD_BODY : OUTCOME_OK;
}

static void rest(struct client *c, struct transfer *t)
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

static void finish(struct transfer *t, enum outcome outcome)
{
    struct client *c = t->client;
    struct sample s = t->sample;
    bool whole = outcome == OUTCOME_OK && (t->answer.framed || !has_body(c, s.status));

    answer_end(c->o.answers, &t->answer);
    if (outcome == OUTCOME_OK) /* only now is it known whether the body says what it must */
        outcome = outcome_of_answer(t, s.status);
    s.outcome = (uint8_t)outcome;
    if (whole)
        s.phase = PHASE_DONE;
    s.pid = t->answer.pid;
    s.unframed = s.status && !t->answer.framed;
    s.version = history_text(c->o.texts, t->answer.version);
    s.done = now(c);
    curl_multi_remove_handle(c->sockets.multi, t->easy);
    c->busy[t->busy_at] = c->busy[--c->n_busy];
    c->busy[t->busy_at]->busy_at = t->busy_at;
    rest(c, t);
    c->o.on_done(c->o.arg, &s);
}

static void on_messages(void *arg)
{
    struct client *c = arg;
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(c->sockets.multi, &left))) {
        struct transfer *t;
        CURLcode code = m->data.result;
        long status = 0, error = 0;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
        t->sample.status = (uint16_t)status;
        if (code != CURLE_OK && !t->sample.error)
            t->sample.error = (int32_t)error;
        if (t->sample.phase == PHASE_SEND && t->sample.first_byte < 0)
            t->sample.phase = code == CURLE_SEND_ERROR ? PHASE_SEND : PHASE_WAIT;
        finish(t, code == CURLE_OK ? OUTCOME_OK : outcome_of(t, code, error));
    }
}

/* Gives a pooled transfer a connection that no other shares: libcurl keeps
   connections by host name, so each has a name of its own for the same address. */
static void name_connection(struct transfer *t, size_t number)
{
    const struct client *c = t->client;
    char text[160];

    snprintf(text, sizeof text, "::pool%zu.invalid:%s", number, c->port);
    t->connect_to = curl_slist_append(NULL, text);
    snprintf(text, sizeof text, "pool%zu.invalid:%s:%s", number, c->port, c->host);
    t->resolve = curl_slist_append(NULL, text);
    curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to);
    curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve);
}

static void set_method(struct transfer *t)
{
    const struct client *c = t->client;
    const struct lane *lane = c->o.lane;

    if (lane->body_bytes) {
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, c->body);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)lane->body_bytes);
    }
    if (strcmp(lane->method, "HEAD") == 0)
        curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(lane->method, "GET") != 0 || lane->body_bytes)
        curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, lane->method);
}

static struct transfer *transfer_new(struct client *c, bool pooled)
{
    struct transfer *t = mem_new(1, sizeof *t);

    t->client = c;
    t->pooled = pooled;
    t->easy = curl_easy_init();
    if (!t->easy) {
        free(t);
        return NULL;
    }
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    if (c->parsed) /* a tenth of what libcurl does for a request is to read its URL */
        curl_easy_setopt(t->easy, CURLOPT_CURLU, c->parsed);
    else
        curl_easy_setopt(t->easy, CURLOPT_URL, c->url);
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(t->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "hupproof/" HUPPROOF_VERSION);
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_MAXAGE_CONN, 86400L);
    curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, 1024L);
    curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_about_to_send);
    curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    if (c->o.server->unix_path)
        curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, c->o.server->unix_path);
    set_method(t);
    if (pooled) {
        name_connection(t, c->n_all);
    } else {
        curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    }
    if (c->n_all == c->all_room) {
        c->all_room = c->all_room ? 2 * c->all_room : 16;
        c->all = mem_grow(c->all, c->all_room, sizeof(struct transfer *));
    }
    c->all[c->n_all++] = t;
    return t;
}

/* A pooled connection if one rests; else, an open loop waits for nobody, a
   connection more. */
static struct transfer *take(struct client *c)
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
    return transfer_new(c, false);
}

void client_curl_send(struct client *c, uint32_t id, int64_t due)
{
    struct sample s = { .id = id,
                        .lane = c->o.lane_number,
                        .due = due,
                        .sent = now(c),
                        .connected = -1,
                        .first_byte = -1,
                        .done = -1 };
    int64_t left = c->o.lane->timeout - (s.sent - due);
    struct transfer *t = take(c);

    if (!t) {
        s.outcome = OUTCOME_UNSENT;
        s.error = ENOMEM;
        s.done = s.sent;
        c->o.on_done(c->o.arg, &s);
        return;
    }
    t->sample = s;
    t->answer = (struct answer){ 0 };
    t->sends = 0;
    t->opens = t->stray = t->refused_resend = false;
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > NS_PER_MS ? left / NS_PER_MS : 1));
    if (c->n_busy == c->busy_room) {
        c->busy_room = c->busy_room ? 2 * c->busy_room : 16;
        c->busy = mem_grow(c->busy, c->busy_room, sizeof(struct transfer *));
    }
    t->busy_at = (unsigned)c->n_busy;
    c->busy[c->n_busy++] = t;
    curl_multi_add_handle(c->sockets.multi, t->easy);
    curl_sockets_go(&c->sockets);
}

size_t client_curl_in_flight(const struct client *c)
{
    return c->n_busy;
}

void client_curl_abandon(struct client *c)
{
    while (c->n_busy)
        finish(c->busy[c->n_busy - 1], OUTCOME_OPEN);
}

static void read_address(struct client *c)
{
    char *part = NULL;

    c->parsed = curl_url();
    if (!c->parsed || curl_url_set(c->parsed, CURLUPART_URL, c->url, 0) != CURLUE_OK) {
        curl_url_cleanup(c->parsed);
        c->parsed = NULL;
        return;
    }
    if (curl_url_get(c->parsed, CURLUPART_HOST, &part, 0) == CURLUE_OK)
        snprintf(c->host, sizeof c->host, "%s", strcmp(part, "localhost") ? part : "127.0.0.1");
    curl_free(part);
    part = NULL;
    if (curl_url_get(c->parsed, CURLUPART_PORT, &part, CURLU_DEFAULT_PORT) == CURLUE_OK)
        snprintf(c->port, sizeof c->port, "%s", part);
    curl_free(part);
}

struct client *client_curl_open(const struct client_options *o, struct err *err)
{
    struct client *c = mem_new(1, sizeof *c);
    const struct lane *lane = o->lane;
    size_t n = strlen(o->server->url) + strlen(lane->path) + 1;

    c->o = *o;
    if (curl_sockets_open(&c->sockets, o->loop, on_messages, c, err) != 0) {
        free(c);
        return NULL;
    }
    c->url = mem_new(1, n);
    snprintf(c->url, n, "%s%s", o->server->url, lane->path);
    read_address(c);
    if (lane->body_bytes) {
        c->body = mem_new(1, lane->body_bytes);
        memset(c->body, 'x', lane->body_bytes);
    }
    c->headers = curl_slist_append(NULL, "Expect:");
    if (lane->connection == CONNECTION_NEW)
        c->headers = curl_slist_append(c->headers, "Connection: close");
    for (char **h = lane->headers; h && *h; h++)
        c->headers = curl_slist_append(c->headers, *h);
    /* Pooled connections end when the server ends them, not because extra ones
       come and go beside them. */
    curl_multi_setopt(c->sockets.multi, CURLMOPT_MAXCONNECTS, (long)INT32_MAX);
    for (unsigned i = 0; lane->connection == CONNECTION_REUSED && i < lane->pool; i++) {
        struct transfer *t = transfer_new(c, true);

        if (t)
            rest(c, t);
    }
    return c;
}

void client_curl_close(struct client *c)
{
    client_curl_abandon(c);
    for (size_t i = 0; i < c->n_all; i++) {
        curl_easy_cleanup(c->all[i]->easy);
        curl_slist_free_all(c->all[i]->connect_to);
        curl_slist_free_all(c->all[i]->resolve);
        free(c->all[i]);
    }
    curl_sockets_close(&c->sockets);
    curl_slist_free_all(c->headers);
    curl_url_cleanup(c->parsed);
    free(c->all);
    free(c->busy);
    free(c->url);
    free(c->body);
    free(c);
}

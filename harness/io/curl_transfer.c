/* How is libcurl told to send a request once, and only once? */
#include "io/curl_transfer.h"
#include "io/curl_outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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
        t->sample.connected = recorder_now(t->plan->clock);
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
        t->sample.first_byte = recorder_now(t->plan->clock);
        t->sample.phase = PHASE_READ;
    }
    answer_header(t->plan->answers, &t->answer, line, size * n);
    return size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    answer_body(t->plan->answers, &t->answer, data, size * n);
    return size * n;
}

/* Gives a pooled transfer a connection that no other shares: libcurl keeps
   connections by host name, so each has a name of its own for the same address. */
static void name_connection(struct transfer *t, int number)
{
    const struct curl_plan *p = t->plan;
    char text[160];

    snprintf(text, sizeof text, "::pool%d.invalid:%s", number, p->port);
    t->connect_to = curl_slist_append(NULL, text);
    snprintf(text, sizeof text, "pool%d.invalid:%s:%s", number, p->port, p->host);
    t->resolve = curl_slist_append(NULL, text);
    curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to);
    curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve);
}

static void set_method(struct transfer *t)
{
    const struct curl_plan *p = t->plan;
    const struct lane *lane = p->lane;

    if (lane->body_bytes) {
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, p->body);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)lane->body_bytes);
    }
    if (strcmp(lane->method, "HEAD") == 0)
        curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(lane->method, "GET") != 0 || lane->body_bytes)
        curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, lane->method);
}

struct transfer *transfer_new(const struct curl_plan *p, int pool)
{
    struct transfer *t = mem_new(1, sizeof *t);

    t->plan = p;
    t->pooled = pool >= 0;
    t->easy = curl_easy_init();
    if (!t->easy) {
        free(t);
        return NULL;
    }
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    if (p->parsed) /* a tenth of what libcurl does for a request is to read its URL */
        curl_easy_setopt(t->easy, CURLOPT_CURLU, p->parsed);
    else
        curl_easy_setopt(t->easy, CURLOPT_URL, p->url);
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(t->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "hupproof/" HUPPROOF_VERSION);
    t->headers = (struct curl_slist){ .data = t->id, .next = p->headers };
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, p->ids ? &t->headers : p->headers);
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
    if (p->server->unix_path)
        curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, p->server->unix_path);
    set_method(t);
    if (t->pooled) {
        name_connection(t, pool);
    } else {
        curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    }
    return t;
}

void transfer_free(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->connect_to);
    curl_slist_free_all(t->resolve);
    free(t);
}

void transfer_begin(struct transfer *t, const struct sample *s)
{
    int64_t left = t->plan->lane->timeout - (s->sent - s->due);

    t->sample = *s;
    t->answer = (struct answer){ 0 };
    t->sends = 0;
    t->opens = t->stray = t->refused_resend = false;
    if (t->plan->ids)
        snprintf(t->id, sizeof t->id, REQUEST_ID_HEADER ": %s%" PRIu32, t->plan->ids, s->id);
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > NS_PER_MS ? left / NS_PER_MS : 1));
}

static bool has_body(const struct curl_plan *p, long status)
{
    return status != 204 && status != 304 && strcmp(p->lane->method, "HEAD") != 0;
}

static enum outcome outcome_of_answer(const struct transfer *t, long status)
{
    if (!t->answer.framed && has_body(t->plan, status))
        return OUTCOME_TRUNCATED; /* nobody can know whether it is whole */
    if (status < 200 || status > 299)
        return OUTCOME_BAD_STATUS;
    return t->answer.bad || t->stray ? OUTCOME_BAD_BODY : OUTCOME_OK;
}

static enum outcome outcome_of(const struct transfer *t, CURLcode code, long error)
{
    if (t->refused_resend)
        return OUTCOME_RESENT;
    if (t->sample.outcome == OUTCOME_UNSENT)
        return OUTCOME_UNSENT;
    if (code != CURLE_OK)
        return curl_outcome(code, error, t->sample.phase);
    return outcome_of_answer(t, t->sample.status);
}

static void count_bytes(struct transfer *t)
{
    bool came = t->sample.phase == PHASE_READ || t->sample.phase == PHASE_DONE;
    curl_off_t body = 0;
    long head = 0;

    if (!came && t->sample.phase != PHASE_SEND)
        return;
    curl_easy_getinfo(t->easy, came ? CURLINFO_HEADER_SIZE : CURLINFO_REQUEST_SIZE, &head);
    curl_easy_getinfo(t->easy, came ? CURLINFO_SIZE_DOWNLOAD_T : CURLINFO_SIZE_UPLOAD_T, &body);
    sample_add_bytes(&t->sample, (size_t)head);
    sample_add_bytes(&t->sample, (size_t)body);
}

struct sample transfer_end(struct transfer *t, CURLcode code, bool cut, struct history *texts)
{
    struct sample *s = &t->sample;
    long status = 0, error = 0;

    if (!cut) {
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
        s->status = (uint16_t)status;
        if (code != CURLE_OK && !s->error)
            s->error = (uint16_t)error;
        if (s->phase == PHASE_SEND && s->first_byte < 0)
            s->phase = code == CURLE_SEND_ERROR ? PHASE_SEND : PHASE_WAIT;
    }
    answer_end(t->plan->answers, &t->answer); /* only now is it known what the body says */
    s->outcome = cut ? OUTCOME_OPEN : outcome_of(t, code, error);
    if (!cut && code == CURLE_OK && (t->answer.framed || !has_body(t->plan, s->status)))
        s->phase = PHASE_DONE;
    s->pid = t->answer.pid;
    s->unframed = s->status && !t->answer.framed;
    s->version = history_text(texts, t->answer.version);
    s->done = recorder_now(t->plan->clock);
    count_bytes(t);
    return *s;
}

static void read_address(struct curl_plan *p)
{
    char *part = NULL;

    p->parsed = curl_url();
    if (!p->parsed || curl_url_set(p->parsed, CURLUPART_URL, p->url, 0) != CURLUE_OK) {
        curl_url_cleanup(p->parsed);
        p->parsed = NULL;
        return;
    }
    if (curl_url_get(p->parsed, CURLUPART_HOST, &part, 0) == CURLUE_OK)
        snprintf(p->host, sizeof p->host, "%s", strcmp(part, "localhost") ? part : "127.0.0.1");
    curl_free(part);
    part = NULL;
    if (curl_url_get(p->parsed, CURLUPART_PORT, &part, CURLU_DEFAULT_PORT) == CURLUE_OK)
        snprintf(p->port, sizeof p->port, "%s", part);
    curl_free(part);
}

void curl_plan_open(struct curl_plan *p)
{
    const struct lane *lane = p->lane;
    size_t n = strlen(p->server->url) + strlen(lane->path) + 1;

    p->url = mem_new(1, n);
    snprintf(p->url, n, "%s%s", p->server->url, lane->path);
    read_address(p);
    if (lane->body_bytes) {
        p->body = mem_new(1, lane->body_bytes);
        memset(p->body, 'x', lane->body_bytes);
    }
    p->headers = curl_slist_append(NULL, "Expect:");
    if (lane->connection == CONNECTION_NEW)
        p->headers = curl_slist_append(p->headers, "Connection: close");
    for (char **h = lane->headers; h && *h; h++)
        p->headers = curl_slist_append(p->headers, *h);
}

void curl_plan_close(struct curl_plan *p)
{
    curl_slist_free_all(p->headers);
    curl_url_cleanup(p->parsed);
    free(p->url);
    free(p->body);
}

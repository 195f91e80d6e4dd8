/* How is libcurl told to send a request once, and only once? */
#include "io/curl_heard.h"
#include "io/curl_outcome.h"
#include "io/curl_parts.h"
#include "io/curl_tls.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_connection(struct transfer *t)
{
    if (t->plan->server->unix_path)
        curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, t->plan->server->unix_path);
    curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->slot->connect_to);
    curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->slot->resolve);
    if (t->plan->server->https)
        curl_tls_set_up(t);
    if (t->plan->lane->http == HTTP_2) {
        curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
        curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, (long)t->pooled);
        curl_heard_set_up(t);
    } else {
        curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    }
    curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, (long)!t->pooled);
    curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, (long)!t->pooled);
}

struct transfer *transfer_new(struct curl_plan *p, struct curl_slot *slot, bool pooled)
{
    struct transfer *t = mem_new(1, sizeof *t);

    t->plan = p;
    t->slot = slot;
    t->pooled = pooled;
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
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "hupproof/" HUPPROOF_VERSION);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_MAXAGE_CONN, 86400L);
    curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, 1024L);
    transfer_set_connecting(t);
    transfer_set_bodies(t);
    set_connection(t);
    return t;
}

void transfer_free(struct transfer *t)
{
    transfer_leave_link(t);
    curl_easy_cleanup(t->easy);
    free(t);
}

/* Whoever is to be known by the connection that he holds must not end it as he answers: then
   that is done here, once the answer has come. */
static void set_headers(struct transfer *t)
{
    struct curl_plan *p = t->plan;
    bool closes = p->lane->connection == CONNECTION_NEW && p->lane->http == HTTP_1_1 &&
                  !(p->owners && p->owners->early);
    struct curl_slist *all = closes ? &p->closing : p->headers;

    t->headers = (struct curl_slist){ .data = t->id, .next = all };
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, p->ids ? &t->headers : all);
}

void transfer_begin(struct transfer *t, const struct sample *s)
{
    transfer_leave_link(t);
    t->sample = *s;
    t->answer = (struct answer){ 0 };
    t->sends = 0;
    t->stream = 0;
    t->uploaded = t->downloaded = 0;
    t->opens = t->stray = t->refused_resend = t->paused = false;
    t->holder = 0;
    set_headers(t);
    if (t->plan->ids)
        snprintf(t->id, sizeof t->id, REQUEST_ID_HEADER ": %s%" PRIu32, t->plan->ids, s->id);
    if (t->plan->server->https)
        curl_tls_choose(t);
    t->starts = 0;
    transfer_prepare(t);
}

void transfer_go_on(struct transfer *t)
{
    if (!t->paused)
        return;
    t->paused = false;
    curl_easy_pause(t->easy, CURLPAUSE_CONT);
}

static bool has_body(const struct curl_plan *p, long status)
{
    return status != 204 && status != 304 && strcmp(p->lane->method, "HEAD") != 0;
}

/* HTTP/2 tells by itself where a body ends; a server that agreed on HTTP/1.1 instead did not
   give what was asked for. */
static enum outcome outcome_of_answer(struct transfer *t, long status)
{
    long version = 0;

    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    t->answer.framed |= version == CURL_HTTP_VERSION_2;
    t->answer.bad |= t->plan->lane->http == HTTP_2 && version != CURL_HTTP_VERSION_2;
    if (!t->answer.framed && has_body(t->plan, status))
        return OUTCOME_TRUNCATED; /* nobody can know whether it is whole */
    if (status < 200 || status > 299)
        return OUTCOME_BAD_STATUS;
    return t->answer.bad || t->stray ? OUTCOME_BAD_BODY : OUTCOME_OK;
}

static enum outcome outcome_of(struct transfer *t, CURLcode code, long error)
{
    if (t->refused_resend)
        return OUTCOME_RESENT;
    if (t->sample.outcome == OUTCOME_UNSENT || t->misguided)
        return OUTCOME_UNSENT;
    if (code == CURLE_OK)
        return outcome_of_answer(t, t->sample.status);
    return curl_outcome(&(struct curl_ending){ .code = code,
                                               .error = error,
                                               .phase = t->sample.phase,
                                               .tls = t->plan->server->https,
                                               .http2 = t->plan->lane->http == HTTP_2,
                                               .ended = t->link && link_has_ended(t->link),
                                               .wrong = t->link && t->link->tls.wrong });
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
    s->pid = t->answer.pid ? t->answer.pid : t->holder;
    s->unframed = s->status && !t->answer.framed;
    s->version = history_text(texts, t->answer.version);
    s->done = recorder_now(t->plan->clock);
    count_bytes(t);
    return *s;
}

void transfer_let_go(struct transfer *t)
{
    /* Of a socket that has not connected yet libcurl 7.88 does not say that it closes it: the
       next to get its number would be taken for it. */
    if (t->link && t->link->opener == &t->sample)
        slot_forget_link(t->slot, t->link);
    transfer_leave_link(t);
}

/* What does each TLS handshake of a libcurl connection show?  OpenSSL tells as it goes
   (SSL_CTX_set_info_callback(3)); CURLOPT_SSL_CTX_FUNCTION(3) lets us ask it to. */
#include "io/curl_tls.h"
#include "io/certificate.h"
#include "io/curl_transfer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>

/* Where a session keeps the time, in ns since the run began, of its last handshake. */
static int time_of_session(void)
{
    static int index = -1;

    if (index < 0)
        index = SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

static void on_begin(struct curl_link *l, const SSL *ssl)
{
    const SSL_SESSION *offered = SSL_get_session(ssl);

    l->tls.began = recorder_now(l->plan->clock);
    l->tls.offered = offered && SSL_SESSION_is_resumable(offered); /* one that broke is not */
    if (l->tls.offered)
        l->tls.session = (intptr_t)SSL_SESSION_get_ex_data(offered, time_of_session());
    link_note_port(l);
    if (!l->opener)
        return;
    l->opener->connected = l->tls.began;
    l->opener->port = l->port;
    l->opener->phase = PHASE_TLS;
}

/* One that is resumed sends no certificate: what OpenSSL then has is that of the session. */
static void on_done(struct curl_link *l, const SSL *ssl)
{
    bool resumed = SSL_session_reused(ssl);
    struct recorder *to = l->plan->handshakes;
    char serial[CERTIFICATE_SERIAL] = "", text[CERTIFICATE_SERIAL + 32];
    int64_t now = recorder_now(l->plan->clock);

    l->tls.done = true;
    SSL_SESSION_set_ex_data(SSL_get_session(ssl), time_of_session(), (void *)(intptr_t)now);
    if (!to)
        return;
    if (!resumed)
        certificate_serial(SSL_get0_peer_certificate(ssl), serial);
    snprintf(text, sizeof text, "%s%s%s", SSL_get_version(ssl), *serial ? " " : "", serial);
    history_add_event(to->h, &(struct event){ .at = now,
                                              .kind = EVENT_TLS_HANDSHAKE,
                                              .index = l->plan->lane_number,
                                              .value = now - l->tls.began,
                                              .dev = resumed          ? TLS_RESUMED
                                                     : l->tls.offered ? TLS_DECLINED
                                                                      : TLS_FULL,
                                              .start = l->tls.session,
                                              .ino = l->port,
                                              .text = history_text(to->h, text) });
}

static void on_info(const SSL *ssl, int where, int value)
{
    struct curl_link *l = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

    if (where & SSL_CB_READ && where & SSL_CB_ALERT)
        l->tls.wrong |= (value & 0xff) != SSL_AD_CLOSE_NOTIFY;
    if (where & SSL_CB_EXIT && value < 0 && ERR_peek_error())
        l->tls.wrong |= ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING;
    if (l->tls.done) /* what comes later are tickets */
        return;
    if (where & SSL_CB_HANDSHAKE_START)
        on_begin(l, ssl);
    else if (where & SSL_CB_HANDSHAKE_DONE)
        on_done(l, ssl);
}

static CURLcode on_ctx(CURL *easy, void *ctx, void *arg)
{
    struct transfer *t = arg;

    (void)easy;
    if (!t->link)
        return CURLE_FAILED_INIT;
    SSL_CTX_set_app_data(ctx, t->link);
    SSL_CTX_set_info_callback(ctx, on_info);
    SSL_CTX_clear_options(ctx, SSL_OP_NO_TICKET); /* libcurl would have none of TLS 1.2's */
    return CURLE_OK;
}

void curl_tls_set_up(struct transfer *t)
{
    const struct server *server = t->plan->server;

    curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_FUNCTION, on_ctx);
    curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_DATA, t);
    curl_easy_setopt(t->easy, CURLOPT_SHARE, t->slot->sessions);
    if (!server->tls.verify) {
        curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, NULL);
        curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
    } else if (server->tls.ca) {
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, server->tls.ca);
        curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
    }
}

/* Evenly spread: of a half, every other one. */
void curl_tls_choose(struct transfer *t)
{
    struct curl_plan *p = t->plan;
    bool resumes;

    p->resume += p->lane->tls_resume;
    resumes = p->resume >= 1;
    if (resumes)
        p->resume -= 1;
    curl_easy_setopt(t->easy, CURLOPT_SSL_SESSIONID_CACHE, (long)resumes);
    if (resumes && !t->pooled)
        curl_easy_setopt(t->easy, CURLOPT_SHARE, p->clients[p->turn++ % PLAN_CLIENTS]);
}

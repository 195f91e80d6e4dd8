/* How did a request end, by what libcurl says of it, and the connection? */
#include "io/curl_outcome.h"

#include <errno.h>

static enum outcome of_handshake(const struct curl_ending *e)
{
    if (e->wrong)
        return OUTCOME_TLS;
    if (e->error == ECONNRESET)
        return OUTCOME_RESET;
    return e->ended ? OUTCOME_EMPTY : OUTCOME_TLS;
}

/* Before anything of the answer came and after are different losses. */
static enum outcome of_receiving(const struct curl_ending *e)
{
    bool answered = e->phase >= PHASE_READ;

    if (!answered && e->wrong)
        return OUTCOME_TLS;
    if (e->error == ECONNRESET)
        return OUTCOME_RESET;
    if (e->tls || e->http2) {
        if (answered)
            return OUTCOME_TRUNCATED;
        return e->error == 0 && e->ended ? OUTCOME_EMPTY : OUTCOME_RESET;
    }
    if (answered && e->error == 0)
        return OUTCOME_BAD_BODY; /* broken chunks */
    return answered ? OUTCOME_TRUNCATED : OUTCOME_RESET;
}

enum outcome curl_outcome(const struct curl_ending *e)
{
    switch (e->code) {
    case CURLE_COULDNT_CONNECT:
        if (e->error == EADDRNOTAVAIL || e->error == EMFILE || e->error == ENFILE ||
            e->error == ENOBUFS)
            return OUTCOME_UNSENT;
        return e->error == ECONNRESET ? OUTCOME_RESET : OUTCOME_REFUSED;
    case CURLE_SSL_CONNECT_ERROR:
        return of_handshake(e);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
        return OUTCOME_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return OUTCOME_TIMEOUT;
    case CURLE_GOT_NOTHING:
        return OUTCOME_EMPTY;
    case CURLE_SEND_ERROR:
        return OUTCOME_RESET;
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return of_receiving(e);
    case CURLE_PARTIAL_FILE: /* of HTTP/2 also without a header */
        return e->phase < PHASE_READ ? of_receiving(e) : OUTCOME_TRUNCATED;
    case CURLE_OUT_OF_MEMORY: /* so it calls a header that is longer than it takes */
        return e->phase >= PHASE_WAIT ? OUTCOME_BAD_BODY : OUTCOME_UNSENT;
    case CURLE_FAILED_INIT:
    case CURLE_SSL_CACERT_BADFILE:
        return OUTCOME_UNSENT;
    default: /* no HTTP at all, broken headers */
        return OUTCOME_BAD_BODY;
    }
}

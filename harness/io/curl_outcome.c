/* How did a request end, by what libcurl says of it? */
#include "io/curl_outcome.h"

#include <errno.h>

/* Before anything of the answer came and after are different losses. */
enum outcome curl_outcome(CURLcode code, long error, enum phase phase)
{
    bool answered = phase >= PHASE_READ;

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
    case CURLE_OUT_OF_MEMORY: /* so it calls a header that is longer than it takes */
        return phase >= PHASE_WAIT ? OUTCOME_BAD_BODY : OUTCOME_UNSENT;
    case CURLE_FAILED_INIT:
        return OUTCOME_UNSENT;
    default: /* no HTTP at all, broken headers */
        return OUTCOME_BAD_BODY;
    }
}

/* How did a request end, by where it was and what the kernel said? */
#include "io/wire_outcome.h"

#include <errno.h>

/* What we have not got, rather than what the server has not. */
static bool is_ours(int error)
{
    return error == EADDRNOTAVAIL || error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

enum outcome wire_outcome_of_error(enum phase phase, int error)
{
    if (is_ours(error))
        return OUTCOME_UNSENT;
    if (phase != PHASE_CONNECT || error == ECONNRESET || error == EPIPE)
        return OUTCOME_RESET;
    return error == ETIMEDOUT ? OUTCOME_TIMEOUT : OUTCOME_REFUSED;
}

enum outcome wire_outcome_of_close(bool answered)
{
    return answered ? OUTCOME_TRUNCATED : OUTCOME_EMPTY;
}

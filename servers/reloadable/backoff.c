/* How soon is one replaced that ended by itself? */
#include "backoff.h"

uint64_t backoff_next(struct backoff *b, uint64_t served)
{
    if (served >= BACKOFF_SERVED_MS)
        b->wait = 0;
    else if (b->wait == 0)
        b->wait = BACKOFF_FIRST_MS;
    else
        b->wait = b->wait * 2 < BACKOFF_MOST_MS ? b->wait * 2 : BACKOFF_MOST_MS;
    return b->wait;
}

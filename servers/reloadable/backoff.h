/* How soon is one replaced that ended by itself?  At once, if it had served for a
   while; one that ends as soon as it starts would make us start others without end,
   so that each next one waits twice as long. */
#ifndef RELOADABLE_BACKOFF_H
#define RELOADABLE_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MOST_MS = 5000, BACKOFF_SERVED_MS = 1000 };

struct backoff {
    uint64_t wait;
};

/* Milliseconds to wait before the next start, after one that served for `served`. */
uint64_t backoff_next(struct backoff *b, uint64_t served);

#endif

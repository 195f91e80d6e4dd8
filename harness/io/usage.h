/* What does each process of the server hold?  Its open descriptors and its own
   memory, every quarter of a second, and whenever a generation's time is up. */
#ifndef HUPPROOF_USAGE_H
#define HUPPROOF_USAGE_H

#include "io/watch.h"

struct usage {
    struct watch *watch;
    struct recorder *record;
    uv_timer_t timer;
};

void usage_start(struct usage *u, uv_loop_t *loop, struct watch *w, struct recorder *r);

/* Records what has changed since the last look.  Does nothing before the start. */
void usage_look(struct usage *u);

void usage_stop(struct usage *u);

#endif

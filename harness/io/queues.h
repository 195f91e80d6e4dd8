/* Which sockets listen where the server should, and how many connections wait in each?
   Whoever closes one of two that share a port loses what waits in its queue, so around
   an upgrade they are looked at every few milliseconds, for less than a hundredth of a
   CPU. */
#ifndef HUPPROOF_QUEUES_H
#define HUPPROOF_QUEUES_H

#include "io/listening.h"
#include "io/record.h"

#include <uv.h>

struct queues {
    struct recorder *record; /* NULL: not started */
    struct listening_at at;
    struct listening_set set; /* of the last look, which was then: */
    int64_t looked;
    int error; /* errno: why the kernel does not tell; 0: it does */
    uv_timer_t timer;
    bool often;
};

void queues_start(struct queues *q, uv_loop_t *loop, const struct server *server,
                  struct recorder *r);

/* Records what has changed since the last look; -1: the kernel does not tell. */
int queues_look(struct queues *q);

/* Often from now on, or only when asked to. */
void queues_look_often(struct queues *q, bool often);

void queues_stop(struct queues *q);

/* ns to rest after a look that began when recorder_cpu_time was `before`: so many times as long
   as it cost that looking stays cheap. */
int64_t queues_rest(int64_t before);

#endif

/* Who holds the server's listening sockets?  Looked up while the run lasts: four times a
   second, soon after a process was born or exec'd, often around an upgrade, and never for
   more than a hundredth of a CPU. */
#ifndef HUPPROOF_LISTENERS_H
#define HUPPROOF_LISTENERS_H

#include "io/queues.h"
#include "io/strangers.h"
#include "io/watch.h"

struct listeners {
    struct watch *watch;
    struct recorder *record;
    struct queues *queues;
    struct strangers strangers;
    uv_timer_t timer;
    int64_t due;    /* when the timer rings */
    int64_t rested; /* when the next look may be */
    size_t next;    /* process to begin with */
    bool often;
};

void listeners_start(struct listeners *l, uv_loop_t *loop, const struct scenario *sc,
                     struct queues *q, struct watch *w, struct recorder *r);

/* Records what has changed since the last look.  Does nothing before the start. */
void listeners_look(struct listeners *l);

/* Somebody was born, exec'd or exited: look soon. */
void listeners_hear(struct listeners *l);

/* Often from now on, or not any more. */
void listeners_look_often(struct listeners *l, bool often);

/* A process from before the latest upgrade still holds one, or it is not known. */
bool listeners_held_by_old(const struct listeners *l);

void listeners_stop(struct listeners *l);

#endif

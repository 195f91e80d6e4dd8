/* What is looked at again and again while the run lasts, besides who is born and dies?
   Each part keeps its own time; what they share is when an upgrade begins and when the
   run is about to change. */
#ifndef HUPPROOF_EVIDENCE_H
#define HUPPROOF_EVIDENCE_H

#include "io/listeners.h"
#include "io/net_stat.h"
#include "io/pidfile.h"
#include "io/usage.h"

struct evidence {
    struct usage usage;
    struct queues queues;
    struct listeners listeners;
    struct net_stat net_stat;
    struct pidfile pidfile;
    uv_timer_t timer;
    struct recorder *record;
    int64_t upgrade_over; /* when the latest upgrade's time is up whatever happens; 0: it is */
};

void evidence_start(struct evidence *e, uv_loop_t *loop, const struct scenario *sc, struct watch *w,
                    struct recorder *r);

/* All of it, now.  Nothing before the start, nor do those below. */
void evidence_look(struct evidence *e);

/* A step that has to do with an upgrade is about to act. */
void evidence_upgrade(struct evidence *e, enum upgrade_role role);

/* The load is over, and what it left is drained: no upgrade is under way any more. */
void evidence_end(struct evidence *e);

/* Somebody was born, exec'd or exited. */
void evidence_hear(struct evidence *e);

void evidence_stop(struct evidence *e);

#endif

/* Which workers are there?  Each belongs to a set, which was started together: its
   generation. */
#ifndef RELOADABLE_WORKERS_H
#define RELOADABLE_WORKERS_H

#include "supervisor.h"

struct worker {
    struct child *child;
    struct workers *all;
    struct worker *next;
    int generation;
    uint64_t ready_at; /* of the loop's clock; 0: it is not */
};

struct workers {
    struct supervisor *supervisor;
    struct worker *first;
    void (*on_ready)(struct workers *ws, struct worker *w);
    void (*on_gone)(struct workers *ws, struct worker *w, const char *how); /* the last of it */
};

/* -1: it could not even be started, which has been logged. */
int workers_start(struct workers *ws, const struct program *program, int generation);

size_t workers_count(const struct workers *ws);
size_t workers_count_ready(const struct workers *ws, int generation);
size_t workers_count_staying(const struct workers *ws, int generation); /* not told to go */

/* Tells those of one generation, of those before it, or all of them, to go. */
void workers_drain(struct workers *ws, int generation);
void workers_drain_before(struct workers *ws, int generation);
void workers_drain_all(struct workers *ws);
void workers_cut(struct workers *ws);

#endif

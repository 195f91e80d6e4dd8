/* How did the old processes hand over to the new ones?  Of several upgrades the
   worst counts; -1: not known.  Pure. */
#ifndef HUPPROOF_HANDOVER_H
#define HUPPROOF_HANDOVER_H

#include "core/facts.h"

#define NEVER INT64_MAX

/* Was it there before the upgrade? */
static inline bool handover_is_before(const struct process *p, const struct upgrade *u)
{
    return p->generation < u->generation;
}

/* What became of the requests that were in flight when an upgrade began; one that
   several upgrades struck counts for each. */
struct in_flight {
    uint64_t all, by_old, by_new;
    uint64_t moved;  /* within a connection, from an old process to a new one */
    uint64_t lost;   /* cut answers included */
    uint64_t untold; /* see facts_is_untold */
    const struct sample *first_lost, *first_moved;
};
struct in_flight handover_in_flight(const struct facts *f);

/* The upgrade that told a process to go: the first after it had served; or NULL. */
const struct upgrade *handover_told_to_go(const struct facts *f, const struct process *p);

/* When a process began to run what it runs: it was born, or has exec'd since. */
int64_t handover_began(const struct process *p);

/* Upgrades in quick succession: each began within limits.overlap of the one before.
   Those that are meant to fail do not count. */
struct series {
    size_t first, last; /* indices of upgrades */
    size_t n;
};
/* The one that upgrade k is of. */
struct series handover_series(const struct facts *f, size_t k);

/* The step that began it did not do what it was to. */
bool handover_trigger_failed(const struct facts *f, const struct upgrade *u);

/* When a process exited or went on as the next generation; -1: never. */
int64_t handover_gone(const struct process *p);

/* When we told everybody to stop, or the last thing we know of. */
int64_t handover_end(const struct facts *f);

/* How long old and new processes both answered; 0: the old had fallen silent
   before the first answer of a new one. */
int64_t handover_overlap(const struct facts *f);

/* From the begin of an upgrade to the end of the last process it told to go; NEVER:
   one outlived the drain limit and the run. */
int64_t handover_drain(const struct facts *f);

#endif

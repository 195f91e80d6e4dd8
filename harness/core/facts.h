/* What follows from the history alone?  Which processes lived, which upgrades
   struck, who answered what: worked out once, read by every check and by the
   report.  Pure. */
#ifndef HUPPROOF_FACTS_H
#define HUPPROOF_FACTS_H

#include "core/history.h"
#include "core/scenario.h"

#define NOBODY UINT32_MAX

/* One life of a process under one program: an exec across an upgrade begins a
   new one with the same pid. */
struct process {
    pid_t pid, parent;
    int64_t start;
    int64_t born;             /* or when it exec'd itself anew */
    int64_t exited;           /* -1: still lived when the run ended */
    int64_t execd_away;       /* when the same pid went on as the next generation; -1: never */
    int status;               /* wait status; -1: not known */
    unsigned generation;      /* 1 + upgrades that had begun when it was born */
    uint32_t exe;             /* text; 0: not known */
    uint64_t dev, ino;        /* of the program file it runs */
    int64_t first_answer, last_answer;   /* when an answer was complete; -1: none */
    uint32_t requests;        /* answered ok */
    bool left_over;           /* we had to kill it after the stop */
    bool zombie;
};

/* From what began it until the next one begins or the load has ended. */
struct upgrade {
    int64_t begun, ended;
    int64_t settled;          /* when the last of its steps ended */
    size_t step;              /* the step that began it */
    unsigned generation;      /* what its new processes are: 2 for the first */
    int64_t takeover;         /* sent time of the first request a new process answered; -1: none */
    uint32_t new_process;     /* who answered that; NOBODY */
};

struct lane_facts {
    uint64_t planned;         /* requests that were due; 0 and no event: not known */
    uint64_t by_outcome[N_OUTCOMES];
    uint64_t requests, ok, lost;         /* lost: all but ok */
    int64_t p50, p90, p99, max;          /* latency of ok answers, from due */
    int64_t longest_gap, longest_gap_at; /* see facts.c; 0: none */
};

struct facts {
    const struct scenario *sc;
    const struct history *h;
    struct process *processes;           /* in order of birth */
    size_t n_processes;
    struct upgrade *upgrades;
    size_t n_upgrades;
    size_t upgrades_planned;             /* by the scenario's steps, repeats included */
    uint32_t *answered_by;               /* per sample: index of a process, or NOBODY */
    struct lane_facts *lanes;            /* one per scenario lane */
    struct lane_facts all;               /* requests, ok, lost, by_outcome, latencies */
    int64_t load_began, load_ended;
};

/* The history must be frozen and outlive the facts. */
void facts_find(struct facts *f, const struct scenario *sc, const struct history *h);
void facts_free(struct facts *f);

/* ns that process pid (0: hupproof itself and the server's processes, the worst of
   them) is known to have waited for a CPU within [from, to], stalls of
   hupproof's own loop included. */
int64_t facts_starved(const struct facts *f, int64_t from, int64_t to);

#endif

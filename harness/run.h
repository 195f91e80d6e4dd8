/* One scenario, from its text to its verdict: what is run, and what comes out. */
#ifndef HUPPROOF_RUN_H
#define HUPPROOF_RUN_H

#include "core/check.h"
#include "io/watch.h"

/* How a run is going; for whoever watches. */
struct run_progress {
    const char *name;           /* the scenario's */
    int64_t elapsed, duration;  /* of the load */
    uint64_t sent, lost;        /* lost: ended other than ok */
    const uint64_t *by_outcome; /* N_OUTCOMES */
    size_t in_flight;
    struct run_pid {
        pid_t pid;
        unsigned generation;
        uint64_t answers;
    } pids[8];                  /* of those that answered, the latest born first */
    size_t n_pids, n_answering; /* n_answering: how many there are in all */
    const char *doing;          /* "starting", "load", "draining", "stopping" */
    size_t steps_begun;
    char step[STEP_WORDS]; /* the one under way or the next; empty: there is none */
    int64_t step_in;       /* when it is due; -1: under way */
};

struct run_options {
    const char *file;       /* the scenario; with text: only its name */
    const char *text;       /* NULL: read file */
    const char *out;        /* directory that takes the run's own */
    unsigned round, rounds; /* of --repeat; rounds 1: no number in the run's directory */
    bool seed_given;
    uint64_t seed;
    enum watch_how watch; /* the first way to be tried; 0: the best */
    void (*on_progress)(void *arg, const struct run_progress *p);
    void *arg;
    /* worth knowing before the load begins; may be NULL, as on_progress */
    void (*on_notice)(const char *file, const char *text);
};

struct run_result {
    enum verdict verdict;
    bool could_not_run; /* err says why; the rest tells how far it came */
    bool interrupted;   /* by a signal: whoever sent it wants no further run */
    bool judged;        /* facts and findings are there */
    bool written;       /* so are the files */
    struct scenario scenario;
    struct history history;
    struct facts facts;
    struct finding *findings;
    char directory[4096]; /* the run's own: report.json, history.ndjson, server.log */
    char work[4096];      /* ${work} if it was kept, else "" */
};

/* -1: bad input or could not run; *err says why, and the result may still be
   judged.  Free the result in any case. */
int run_scenario(const struct run_options *o, struct run_result *result, struct err *err);
void run_result_free(struct run_result *result);

/* Reads the scenario as run_scenario would, and runs nothing.  After 0 *sc is to be
   freed. */
int run_read(const struct run_options *o, struct scenario *sc, struct err *err);

#endif

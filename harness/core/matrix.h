/* How do scenarios compare, over many runs?  Figures of one run, and what many
   runs of one scenario say together.  Pure. */
#ifndef HUPPROOF_MATRIX_H
#define HUPPROOF_MATRIX_H

#include "core/facts.h"

enum figure {
    FIGURE_REQUESTS,
    FIGURE_LOST,
    FIGURE_LONGEST_GAP,
    FIGURE_SLOWEST_ANSWER,
    FIGURE_IN_FLIGHT,
    FIGURE_KEPT,
    FIGURE_OVERLAP,
    FIGURE_DRAIN,
    FIGURE_UPGRADES,
    FIGURE_UPGRADES_WITH_LOSS,
    FIGURE_EXPOSED,
    FIGURE_EXPOSED_LOST,
    FIGURE_BLIND_NEW,
    FIGURE_BLIND_REUSED,
    N_FIGURES
};

enum unit { UNIT_COUNT, UNIT_TIME };

struct figure_row {
    const char *name, *meaning;
    enum unit unit;
    bool less_is_worse;
    int64_t (*of)(const struct facts *f); /* -1: not known; NEVER: it did not end */
};
extern const struct figure_row figures[N_FIGURES];

/* Connections that were held in a state. */
struct matrix_state {
    uint64_t held, served;
};

/* One run.  could_not_run: `why` says it, and there is neither verdict nor figure. */
struct matrix_run {
    unsigned round;
    bool could_not_run, interrupted;
    enum verdict verdict;
    int64_t values[N_FIGURES];
    uint64_t by_outcome[N_OUTCOMES];
    struct matrix_state states[N_STATES];
    char *directory; /* below that of matrix.json; NULL: it left none */
    char *why;
};

/* What one figure was over the runs in which it is known; -1: in none. */
struct spread {
    size_t known, never;
    int64_t sum; /* without those that are NEVER */
    int64_t median, worst;
};

/* One scenario; filled from its runs by matrix_sum. */
struct matrix_row {
    char *scenario, *file;
    struct matrix_run *runs;
    size_t n_runs;
    size_t verdicts[FAIL + 1], could_not_run;
    struct spread spreads[N_FIGURES];
    uint64_t by_outcome[N_OUTCOMES];
    struct matrix_state states[N_STATES]; /* of all runs */
};

struct matrix {
    struct matrix_row *rows;
    size_t n_rows;
    unsigned rounds;  /* that were asked for */
    bool interrupted; /* so that runs may be missing */
    char started[32]; /* as in the history of the first run; "" */
};

/* A run that was judged; directory and why are copied, NULL: none. */
void matrix_add_run(struct matrix_row *row, unsigned round, const struct facts *f,
                    enum verdict verdict, const char *directory);
void matrix_add_failed_run(struct matrix_row *row, unsigned round, const char *why,
                           const char *directory);

void matrix_sum(struct matrix_row *row);

/* Upper bounds of the loss rate over all runs, see stats_upper_bound; after matrix_sum. */
double matrix_bound_per_request(const struct matrix_row *row);
double matrix_bound_per_upgrade(const struct matrix_row *row);

/* Values that are -1 do not count.  The median of an even number is the mean of the
   two in the middle, rounded down.  Sorts in place. */
struct spread matrix_spread(int64_t *values, size_t n, bool less_is_worse);

/* Frees what it owns, not the struct. */
void matrix_free(struct matrix *m);

#endif

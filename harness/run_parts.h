/* What does a run consist of?  Shared by run.c (the wiring), run_loop.c (waiting)
   run_ready.c (what has to be so before the load) and run_phases.c (what happens then). */
#ifndef HUPPROOF_RUN_PARTS_H
#define HUPPROOF_RUN_PARTS_H

#include "io/attach.h"
#include "io/cpu_wait.h"
#include "io/ledger.h"
#include "io/steps.h"
#include "run.h"
#include "workspace.h"

#include <signal.h>

#define KILLED_WITHIN (10 * NS_PER_S)

struct run {
    const struct run_options *o;
    struct run_result *result;
    const struct scenario *sc;
    struct workspace space;
    char log[4200];
    uv_loop_t loop;
    struct recorder record;
    struct keeper keeper;
    struct watch watch;
    struct cpu_wait cpu_wait;
    struct evidence evidence;
    struct ledger ledger;
    struct answer_reader answers;
    struct owners owners;
    struct target target;
    enum attached attached;
    struct err why_not; /* attached yet */
    struct states_held states;
    struct steps steps;
    struct sources sources;
    struct lane_run *lanes;
    size_t n_lanes_open;
    uint32_t next_id;
    uv_signal_t signals[3];
    struct sigaction before[3]; /* what was to be done at these signals */
    uv_timer_t deadline, ticker;
    int64_t load_began;
    uint64_t by_outcome[N_OUTCOMES];
    const char *doing;
    int interrupts;
    struct watched *told; /* the one last told to stop, at the end */
    bool late;            /* the deadline of the wait under way has passed */
    bool loop_open;
};

/* run_loop.c.  Once the loop is closed interrupts are ignored, lest impatience
   cost us the report; until they are restored. */
int run_open_loop(struct run *r, struct err *err);
void run_close_loop(struct run *r);
void run_restore_signals(struct run *r);

/* Runs the loop until `over` says so or until the deadline; false: too late. */
bool run_until(struct run *r, bool (*over)(struct run *r), int64_t within);

/* Requests that have left and have not ended. */
size_t run_in_flight(const struct run *r);

/* run_ready.c and run_phases.c; in this order */
int run_become_ready(struct run *r, struct err *err);
void run_load(struct run *r);
void run_stop(struct run *r);

void run_close_lanes(struct run *r);
bool run_ours_are_dead(struct run *r);

#endif

/* What does a server do wrong, on purpose?  Each planted fault is a row: what a client or
 * an operator suffers, which check of hupproof catches it, where it has been seen
 * (an id of the catalogue of documented failures), which strategies can commit it, and what it
 * does at which moment.  One file per family in faults/.
 *
 * Without --fault no function of a row is ever called. */
#ifndef RELOADABLE_FAULTS_H
#define RELOADABLE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

struct conn;
struct server;
struct supervisor;

/* In the order of a process's life; what it means to return true. */
enum fault_moment {
    FAULT_AT_CONFIGURE,    /* its configuration cannot be used: goes on without */
    FAULT_AT_START,        /* it knows whose heir it is, and what to do: comes no further */
    FAULT_AT_BIND,         /* - */
    FAULT_AT_BOUND,        /* it has its socket, and loads: - */
    FAULT_AT_LOADED,       /* it is about to listen: - */
    FAULT_AT_PIDFILE,      /* it has begun to listen: writes none */
    FAULT_AT_SERVE,        /* it has said that it is ready: - */
    FAULT_AT_RELOAD,       /* SIGHUP once it serves: does not reload */
    FAULT_AT_ENDOW,        /* a child is about to be started: gives it nothing */
    FAULT_AT_CHILD_FAILED, /* the child has gone without being ready: puts nothing right */
    FAULT_AT_HAND_OVER,    /* the child is ready: goes on as before */
    FAULT_AT_TERM,         /* told to stop while it serves: goes on as before */
    FAULT_AT_DRAIN,        /* it begins to answer those who are left: - */
    FAULT_AT_DRAINED,      /* everybody is answered: does not leave */
    FAULT_AT_END,          /* it leaves: takes neither pidfile nor socket away */
    N_FAULT_MOMENTS
};

typedef bool fault_fn(struct server *server);

/* SIGHUP to one that serves nobody itself; true: it does not reload. */
typedef bool fault_supervisor_fn(struct supervisor *supervisor);

/* A request is about to be answered; true: that has been seen to. */
typedef bool fault_answer_fn(struct server *server, struct conn *conn);

struct fault {
    const char *name, *id, *check, *strategies, *meaning;
    fault_fn *at[N_FAULT_MOMENTS];      /* in every generation */
    fault_fn *heir_at[N_FAULT_MOMENTS]; /* from the second one on */
    fault_answer_fn *answer, *heir_answer;
    fault_supervisor_fn *supervisor_reload;
};

extern const struct fault faults[];
extern const size_t n_faults;

enum { MOST_FAULTS = 64 };

struct fault_set {
    const struct fault *all[MOST_FAULTS];
    size_t n;
};

const struct fault *fault_find(const char *name);                 /* NULL: there is none */
void fault_add(struct fault_set *set, const struct fault *fault); /* once */
bool fault_applies(const struct fault *fault, const char *strategy);
const char *fault_names(void);   /* of all, for an error */
void fault_print_all(bool json); /* else tab separated, a header line first */

/* True: what is usual at that moment is not to be done. */
bool fault_at(struct server *server, enum fault_moment moment);
bool fault_answers(struct server *server, struct conn *conn);
bool fault_at_supervisor_reload(struct supervisor *supervisor);

#endif

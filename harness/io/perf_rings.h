/* What does the kernel tell, by perf events, of whoever we fork from now on?  Forks,
   execs and exits, in order of time. */
#ifndef HUPPROOF_PERF_RINGS_H
#define HUPPROOF_PERF_RINGS_H

#include "core/base.h"

#include <sys/types.h>

enum told_kind { TOLD_FORK, TOLD_EXEC, TOLD_EXIT };

struct told {
    int64_t at; /* CLOCK_MONOTONIC, ns */
    enum told_kind kind;
    pid_t pid, tid; /* tid: the thread that was born or ends */
    pid_t parent;   /* of a fork: the process that forked */
};

struct perf_rings;

/* NULL: refused. */
struct perf_rings *perf_rings_open(void);
void perf_rings_close(struct perf_rings *p);

/* Becomes readable when there is something to read, but says so only once. */
int perf_rings_fd(const struct perf_rings *p);

/* Takes what the kernel has written until now. */
void perf_rings_read(struct perf_rings *p);

/* The next of what was taken. */
bool perf_rings_next(struct perf_rings *p, struct told *t);

/* Has the kernel had to drop some since this was asked last? */
bool perf_rings_have_lost(struct perf_rings *p);

#endif

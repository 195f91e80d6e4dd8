/* Was there a CPU for those who needed one?  Measured, so that a slow machine
   is never taken for a slow server: how long hupproof and each process of the
   server waited to run (/proc/PID/schedstat), and how late our own loop came
   round. */
#ifndef HUPPROOF_CPU_WAIT_H
#define HUPPROOF_CPU_WAIT_H

#include "io/watch.h"

struct cpu_wait {
    struct watch *watch;
    struct recorder *record;
    uv_timer_t timer;
    int64_t looked; /* when last; -1: not yet */
    int64_t own_delay;
};

void cpu_wait_start(struct cpu_wait *s, uv_loop_t *loop, struct watch *w, struct recorder *r);
void cpu_wait_stop(struct cpu_wait *s);

#endif

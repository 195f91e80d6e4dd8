/* Has the new process become ready?  It starts our program file, gives it the
 * listener, and watches both its ready pipe and its life. */
#ifndef RELOADABLE_CHILD_H
#define RELOADABLE_CHILD_H

#include "handover.h"
#include "program.h"

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

struct child;

struct child_events {
    void (*on_ready)(void *data); /* at most once, and not after child_stop */
    void (*on_gone)(void *data, bool was_ready, const char *how); /* reaped; it frees itself */
    void *data;
};

/* NULL and a sentence if not even exec succeeded.  Not ready within `timeout`
   milliseconds: it is stopped, which ends in on_gone. */
struct child *child_start(uv_loop_t *loop, const struct program *program,
                          const struct handover *handover, uint64_t timeout,
                          const struct child_events *events, struct err *err);

/* SIGTERM, so that one which became ready this very moment answers what it took;
   if it is not ready a second later, SIGKILL. */
void child_stop(struct child *child);

/* The same, but one that is ready gets `within` milliseconds (0: as long as it
   takes) and a second more until SIGKILL. */
void child_drain(struct child *child, uint64_t within);

/* SIGINT: it leaves at once, or gets SIGKILL a second later. */
void child_cut(struct child *child);
void child_signal(struct child *child, int number);
void child_forget(struct child *child); /* no more events; whoever reaps it, not we */

pid_t child_pid(const struct child *child);
bool child_is_ready(const struct child *child);
bool child_ended_well(const struct child *child);  /* in on_gone: exit status 0 */
bool child_is_stopping(const struct child *child); /* it was told to */

#endif

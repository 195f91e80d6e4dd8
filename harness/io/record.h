/* How does the world's evidence get into the history?  By one clock and a few
   sentences.  Every part of io writes through a recorder. */
#ifndef HUPPROOF_RECORD_H
#define HUPPROOF_RECORD_H

#include "core/history.h"

struct recorder {
    struct history *h;
    int64_t zero; /* CLOCK_MONOTONIC, ns, when the run began */
};

/* Sets zero to now and the history's wall-clock time. */
void recorder_start(struct recorder *r, struct history *h);

int64_t recorder_monotonic(void); /* CLOCK_MONOTONIC, ns */

/* CPU time that this thread has used, ns: whoever has to wait for a CPU uses none. */
int64_t recorder_cpu_time(void);

/* ns since the run began. */
int64_t recorder_now(const struct recorder *r);

/* An event of now about nobody in particular. */
void record(struct recorder *r, enum event_kind kind, int32_t index, int64_t value,
            const char *text);

/* An event of now about process pid. */
void record_pid(struct recorder *r, enum event_kind kind, pid_t pid, int64_t value,
                const char *text);

/* What the file at path is now (dev and ino 0: there is none). */
void record_file_on_disk(struct recorder *r, const char *path);

#endif

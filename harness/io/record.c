/* How does the world's evidence get into the history? */
#include "io/record.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

static int64_t clock_now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t recorder_monotonic(void)
{
    return clock_now(CLOCK_MONOTONIC);
}

int64_t recorder_cpu_time(void)
{
    return clock_now(CLOCK_THREAD_CPUTIME_ID);
}

void recorder_start(struct recorder *r, struct history *h)
{
    struct timespec t;
    struct tm utc;
    char seconds[24];

    r->h = h;
    r->zero = recorder_monotonic();
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &utc);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(h->started, sizeof h->started, "%s.%03dZ", seconds, (int)(t.tv_nsec / NS_PER_MS));
}

int64_t recorder_now(const struct recorder *r)
{
    return recorder_monotonic() - r->zero;
}

void record(struct recorder *r, enum event_kind kind, int32_t index, int64_t value,
            const char *text)
{
    history_add_event(r->h, &(struct event){ .at = recorder_now(r),
                                             .kind = kind,
                                             .index = index,
                                             .value = value,
                                             .text = history_text(r->h, text) });
}

void record_pid(struct recorder *r, enum event_kind kind, pid_t pid, int64_t value,
                const char *text)
{
    history_add_event(r->h, &(struct event){ .at = recorder_now(r),
                                             .kind = kind,
                                             .pid = pid,
                                             .value = value,
                                             .text = history_text(r->h, text) });
}

void record_file_on_disk(struct recorder *r, const char *path)
{
    struct stat st = { 0 };
    bool there = stat(path, &st) == 0;

    history_add_event(r->h, &(struct event){ .at = recorder_now(r),
                                             .kind = EVENT_FILE_ON_DISK,
                                             .dev = there ? st.st_dev : 0,
                                             .ino = there ? st.st_ino : 0,
                                             .text = history_text(r->h, path) });
}

/* How is the load paced, and what did it cost the client?  Shared by the clients
   that are compared, so that they differ in nothing but the client. */
#ifndef HUPPROOF_BENCH_LOAD_H
#define HUPPROOF_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum load_kind {
    LOAD_PACED,  /* so many requests a second, open loop, by a timerfd */
    LOAD_FLIGHT, /* always so many in flight, as fast as it goes */
    LOAD_HELD    /* paced; what all of them cost in memory while unanswered */
};

struct load_cost {
    int64_t cpu_ns, wall_ns;
    size_t rss, in_use; /* bytes: resident, and handed out by malloc */
};

struct load {
    uv_loop_t loop;
    enum load_kind kind;
    unsigned port, number; /* requests a second, or in flight */
    uint64_t count, warm;  /* the first `warm` of `count` are not measured */
    bool new_connections;
    char url[64], path[32];
    void (*send)(void *arg);
    void *arg;
    uint64_t sent, ended, failed;
    int64_t began;
    int timer;
    uv_poll_t alarm;
    uv_prepare_t top_up;
    uv_timer_t deadline, look;
    struct load_cost first, last;
    bool over;
};

/* PORT new|reused paced|flight|held NUMBER COUNT; leaves with a usage line. */
void load_open(struct load *l, int argc, char **argv);

/* Calls send as paced; not called by who brings a pace of its own. */
void load_pace(struct load *l);

/* Runs the loop until all requests have ended; prints one line of JSON. */
void load_run(struct load *l);

void load_on_sent(struct load *l);
void load_on_ended(struct load *l, bool well);

#endif

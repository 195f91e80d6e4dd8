/* How does one stream of requests keep to its schedule?  Open loop: each
   request leaves when it is due, whatever became of those before it. */
#ifndef HUPPROOF_LANE_H
#define HUPPROOF_LANE_H

#include "core/schedule.h"
#include "io/client.h"

struct lane_run {
    const struct lane *lane;
    uint8_t number;
    struct recorder *record;
    struct schedule schedule;
    struct client *client;
    uint32_t *next_id; /* shared by all lanes */
    const char *ids;   /* see client.h */
    struct sources *sources;
    struct owners *owners; /* see client.h */
    int64_t load_began;
    int64_t due;      /* of the next request, since the load began */
    bool more;        /* there is a next request */
    bool under_way;   /* between its begin and its end */
    uint64_t planned; /* requests that were due so far */
    uv_poll_t alarm;
    int timer; /* a timerfd: finer than the loop's milliseconds; -1: closed */
    void (*on_done)(void *arg, const struct sample *s);
    void *arg;
};

/* The caller has set lane, number, record, next_id, ids, sources, owners, on_done and arg. */
int lane_open(struct lane_run *l, uv_loop_t *loop, const struct server *server,
              const struct answer_reader *answers, uint64_t seed, struct err *err);

/* An upgrade is to begin at that time, since the load began. */
void lane_expect(struct lane_run *l, int64_t upgrade);
void lane_begin(struct lane_run *l, int64_t load_began);

/* What is due by now still leaves, nothing after it; notes in the history how
   many were due. */
void lane_end(struct lane_run *l);
void lane_close(struct lane_run *l);

#endif

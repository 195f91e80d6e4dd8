/* Who carries a lane's requests, and reports how each ended?  It never sends
   one twice: what a client library would have hidden has an outcome of its own. */
#ifndef HUPPROOF_CLIENT_H
#define HUPPROOF_CLIENT_H

#include "core/scenario.h"
#include "io/answer.h"
#include "io/owners.h"
#include "io/record.h"
#include "io/sources.h"

#include <uv.h>

struct client;

struct client_options {
    uv_loop_t *loop;
    const struct recorder *clock;
    struct history *texts; /* where versions are interned */
    const struct server *server;
    const struct lane *lane;
    const struct answer_reader *answers;
    struct recorder
        *handshakes;         /* where what is seen beside the requests is noted; NULL: nowhere */
    const char *ids;         /* what the X-Request-Id of each begins with; NULL: there is none */
    struct sources *sources; /* NULL: the kernel picks */
    struct owners *owners;   /* NULL: who answers, the answers say, or nobody wants to know */
    uint8_t lane_number;
    void (*on_done)(void *arg, const struct sample *s);
    void *arg;
};

/* The options are copied; what they point at must outlive the client.  What carries the
   requests is the lane's `client`. */
struct client *client_open(const struct client_options *o, struct err *err);

/* Takes in what has come until now, so that what is sent next goes by it: a connection
   that its server has ended is none to be used again. */
void client_catch_up(struct client *c);

/* A request leaves now, whatever became of those before it.  It ends by
   on_done, which may be called before this returns. */
void client_send(struct client *c, uint32_t id, int64_t due);

size_t client_in_flight(const struct client *c);

/* Requests still unanswered end now, as OUTCOME_OPEN. */
void client_abandon(struct client *c);

/* Ends all; frees itself once the loop has run again. */
void client_close(struct client *c);

#endif

/* Which connections are open, and what do they share? */
#ifndef RELOADABLE_CONNS_H
#define RELOADABLE_CONNS_H

#include "ledger.h"
#include "response.h"

#include <stdint.h>
#include <uv.h>

struct conn;

struct conns {
    uv_loop_t *loop;
    const struct identity *identity;
    struct ledger *ledger;
    uint64_t idle_grace; /* milliseconds */
    int family;          /* of the sockets: AF_INET, AF_INET6 or AF_UNIX */
    bool draining;
    struct conn *first;
    size_t n;
    void (*on_one_closed)(void *data);
    bool (*answer_otherwise)(void *data, struct conn *c); /* true: it has; NULL: never */
    void *data;
    char received[64 * 1024]; /* nobody keeps it across callbacks, so one will do */
};

/* Takes the connection that `listener` holds out. */
void conns_accept(struct conns *cs, uv_stream_t *listener);
void conns_adopt(struct conns *cs, int fd);

/* From now on each answer is a connection's last, and idle ones are closed when
   the grace period is over. */
void conns_drain(struct conns *cs);
void conns_close_all(struct conns *cs);
size_t conns_count_unanswered(const struct conns *cs);

#endif

/* What is behind io/client.h?  For the clients themselves. */
#ifndef HUPPROOF_CLIENT_KINDS_H
#define HUPPROOF_CLIENT_KINDS_H

#include "io/client.h"

/* The first member of each client. */
struct client {
    const struct client_kind_row *kind;
    struct client_options o;
};

struct client_kind_row {
    struct client *(*open)(const struct client_options *o, struct err *err);
    void (*catch_up)(struct client *c);
    void (*send)(struct client *c, uint32_t id, int64_t due);
    size_t (*in_flight)(const struct client *c);
    void (*abandon)(struct client *c);
    void (*close)(struct client *c);
};
extern const struct client_kind_row client_curl, client_wire;

static inline int64_t client_now(const struct client *c)
{
    return recorder_now(c->o.clock);
}

/* Of a request that leaves now. */
static inline struct sample client_sample(const struct client *c, uint32_t id, int64_t due)
{
    return (struct sample){ .id = id,
                            .lane = c->o.lane_number,
                            .due = due,
                            .sent = client_now(c),
                            .connected = -1,
                            .first_byte = -1,
                            .done = -1 };
}

#endif

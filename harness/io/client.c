/* Who carries a lane's requests?  Whoever the lane names. */
#include "io/client_kinds.h"

static const struct client_kind_row *const kinds[] = {
    [CLIENT_WIRE] = &client_wire,
    [CLIENT_CURL] = &client_curl,
};

struct client *client_open(const struct client_options *o, struct err *err)
{
    const struct client_kind_row *kind = kinds[o->lane->client];
    struct client *c = kind->open(o, err);

    if (c) {
        c->kind = kind;
        c->o = *o;
    }
    return c;
}

void client_catch_up(struct client *c)
{
    c->kind->catch_up(c);
}

void client_send(struct client *c, uint32_t id, int64_t due)
{
    c->kind->send(c, id, due);
}

size_t client_in_flight(const struct client *c)
{
    return c->kind->in_flight(c);
}

void client_abandon(struct client *c)
{
    c->kind->abandon(c);
}

void client_close(struct client *c)
{
    c->kind->close(c);
}

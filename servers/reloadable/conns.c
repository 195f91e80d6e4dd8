/* Which connections are open? */
#include "conns.h"

#include "conn.h"

#include <unistd.h>

void conns_accept(struct conns *cs, uv_stream_t *listener)
{
    struct conn *c = conn_new(cs);

    if (uv_accept(listener, &c->stream.any) == 0)
        conn_open(c);
    else
        conn_close(c);
}

void conns_adopt(struct conns *cs, int fd)
{
    struct conn *c = conn_new(cs);

    if (stream_open(&c->stream, fd) == 0) {
        conn_open(c);
    } else {
        close(fd);
        conn_close(c);
    }
}

void conns_drain(struct conns *cs)
{
    cs->draining = true;
    for (struct conn *c = cs->first; c; c = c->next)
        conn_drain(c);
}

void conns_close_all(struct conns *cs)
{
    for (struct conn *c = cs->first; c; c = c->next)
        conn_close(c);
}

size_t conns_count_unanswered(const struct conns *cs)
{
    size_t n = 0;

    for (struct conn *c = cs->first; c; c = c->next)
        n += conn_is_unanswered(c);
    return n;
}

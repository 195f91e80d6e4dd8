/* What if the answer is wrong? */
#include "faults/families.h"

#include "conn.h"
#include "server.h"

#include <stdio.h>

enum { LATE_MS = 4000, MOST_LATE = 8 };

static size_t format(struct conn *c)
{
    const struct request *r = &c->request;

    return response_format(c->out,
                           &(struct response){ .status = r->status, .without_body = r->head },
                           c->all->identity);
}

bool fault_answer_half(struct server *server, struct conn *c)
{
    const size_t half = sizeof("ospid:1") / 2;

    if (!server->conns.draining)
        return false;
    c->request.keep_alive = false;
    conn_send(c, format(c) - half);
    return true;
}

bool fault_answer_unframed(struct server *server, struct conn *c)
{
    const struct identity *id = &server->identity;

    if (!server->conns.draining)
        return false;
    c->request.keep_alive = false;
    conn_send(c, (size_t)snprintf(c->out, sizeof(c->out),
                                  "HTTP/1.1 200 OK\r\nX-Pid: %d\r\n\r\nospid:%d", (int)id->pid,
                                  (int)id->pid));
    return true;
}

bool fault_answer_500(struct server *server, struct conn *c)
{
    if (server->conns.draining)
        c->request.status = 500;
    return false;
}

bool fault_answer_503(struct server *server, struct conn *c)
{
    if (server->conns.draining) {
        c->request.status = 503;
        c->request.keep_alive = true;
    }
    return false;
}

bool fault_answer_nothing(struct server *server, struct conn *c)
{
    (void)server, (void)c;
    return true;
}

bool fault_do_again(struct server *server, struct conn *c)
{
    if (server->conns.draining && c->request.id[0])
        ledger_note(&server->ledger, c->request.id);
    return false;
}

/* The first few, as if there was a cache to be filled. */
bool fault_answer_late(struct server *server, struct conn *c)
{
    static unsigned late;

    (void)server;
    if (late == MOST_LATE || c->request.sleep_ms == LATE_MS)
        return false;
    late++;
    c->request.sleep_ms = LATE_MS;
    conn_sleep(c);
    return true;
}

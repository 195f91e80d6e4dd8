/* What if those who are in are not served to the end? */
#include "faults/families.h"

#include "conn.h"
#include "faults/later.h"
#include "log.h"
#include "server.h"

#include <sys/socket.h>

enum { DEAF_MS = 300, CUT_AFTER_MS = 100 };

bool fault_close_all(struct server *server)
{
    log_line("fault: closes %zu connections", server->conns.n);
    conns_close_all(&server->conns);
    return false;
}

static void cut(struct server *server)
{
    fault_close_all(server);
}

bool fault_cut_drain(struct server *server)
{
    fault_later(server, CUT_AFTER_MS, cut);
    return false;
}

static bool is_deaf(const struct conn *c)
{
    return c->state == CONN_READING && !c->reading;
}

/* What arrives from now on stays unread.  In the loop's next rounds the kept ones of a
   busy client each get a request. */
static void be_deaf(struct server *server, void (*then)(struct server *server))
{
    for (struct conn *c = server->conns.first; c; c = c->next) {
        if (c->state == CONN_READING && !c->request.begun) {
            uv_read_stop(&c->stream.any);
            c->reading = false;
        }
    }
    fault_later(server, DEAF_MS, then);
}

static void close_deaf(struct server *server)
{
    for (struct conn *c = server->conns.first; c; c = c->next) {
        if (is_deaf(c))
            conn_close(c);
    }
}

static void reset_deaf(struct server *server)
{
    const struct linger at_once = { .l_onoff = 1 };

    log_line("fault: resets those who are kept alive");
    for (struct conn *c = server->conns.first; c; c = c->next) {
        if (is_deaf(c))
            setsockopt(stream_fd(&c->stream), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }
    close_deaf(server);
}

bool fault_reset_idle(struct server *server)
{
    be_deaf(server, reset_deaf);
    return false;
}

static void finish_deaf(struct server *server)
{
    log_line("fault: closes those who are kept alive, without a look");
    for (struct conn *c = server->conns.first; c; c = c->next) {
        if (is_deaf(c))
            shutdown(stream_fd(&c->stream), SHUT_WR);
    }
    fault_later(server, DEAF_MS, close_deaf);
}

bool fault_close_idle(struct server *server)
{
    be_deaf(server, finish_deaf);
    return false;
}

static bool is_half_sent(const struct conn *c)
{
    return c->state == CONN_READING && c->request.begun;
}

static bool is_half_answered(const struct conn *c)
{
    return c->state == CONN_ANSWERING && c->kept_back;
}

static bool close_some(struct server *server, bool (*is_one)(const struct conn *c),
                       const char *what)
{
    size_t n = 0;

    for (struct conn *c = server->conns.first; c; c = c->next) {
        if (is_one(c)) {
            conn_close(c);
            n++;
        }
    }
    log_line("fault: closes %zu connections with half %s", n, what);
    return false;
}

/* As if who waits for the rest of a request was idle. */
bool fault_drop_half_sent(struct server *server)
{
    return close_some(server, is_half_sent, "a request");
}

bool fault_cut_streams(struct server *server)
{
    return close_some(server, is_half_answered, "an answer");
}

/* Without a look at what has arrived behind this request. */
bool fault_drop_pipelined(struct server *server, struct conn *c)
{
    if (server->conns.draining)
        c->request.keep_alive = false;
    return false;
}

/* In what phase of its life is this process?
 *
 *     STARTING -> SERVING -> DRAINING -> gone
 *
 *            STARTING                SERVING               DRAINING
 * SIGHUP     remembered              the strategy reloads  the strategy may pass it on
 * SIGTERM    leaves                  drains                no effect, it is leaving
 * SIGINT     leaves                  leaves at once        leaves at once
 * SIGUSR2    has no meaning yet: logged and ignored
 *
 * SIGTERM during a reload calls that off: the child is stopped, then we drain,
 * so that nothing serves which nobody knows of.  Once the child is ready it is
 * the server, and SIGTERM is for it. */
#ifndef RELOADABLE_SERVER_H
#define RELOADABLE_SERVER_H

#include "conns.h"
#include "handover.h"
#include "listener.h"
#include "options.h"
#include "program.h"

enum server_phase { SERVER_STARTING, SERVER_SERVING, SERVER_DRAINING, SERVER_GONE };

struct server {
    uv_loop_t loop;
    const struct options *options;
    struct program program;
    struct handover handover; /* what we got */
    struct identity identity;
    struct listener listener;
    struct conns conns;
    uv_signal_t signals[4];
    uv_timer_t timer; /* the start-up delay, then the drain timeout */
    enum server_phase phase;
    bool owns_address; /* it serves, and nobody has taken over */
    bool stopped;      /* by SIGTERM: no successor is meant to take over */
    int exit_code;

    /* The reload in progress, for the strategies that start a child; after a
       handover it is the successor. */
    struct child *child;
    bool reload_again;
};

/* Returns the exit code when all is over; -1 and a sentence if it could not start. */
int server_run(struct server *server, struct err *err);

/* For strategies. */
void server_hand_over(struct server *server); /* somebody else accepts now: drain */
void server_claim_pidfile(struct server *server);
void server_finish_if_drained(struct server *server);

#endif

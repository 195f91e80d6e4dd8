/* In what phase of its life is this process?
 *
 *     STARTING -> SERVING -> DRAINING -> gone
 *
 *            STARTING                SERVING               DRAINING
 * SIGHUP     remembered              the strategy reloads  the strategy may pass it on
 * SIGTERM    leaves                  drains                no effect, it is leaving
 * SIGQUIT    the same as SIGTERM
 * SIGINT     leaves                  leaves at once        leaves at once
 * SIGUSR2    has no meaning yet: logged and ignored
 *
 * SIGTERM during a reload calls that off: the child is stopped, then we drain,
 * so that nothing serves which nobody knows of.  Once the child is ready it is
 * the server, and SIGTERM is for it.
 *
 * Where another process holds the listener and looks after this one (supervisor.h),
 * that one is who reloads, and its end is as good as a SIGTERM. */
#ifndef RELOADABLE_SERVER_H
#define RELOADABLE_SERVER_H

#include "conns.h"
#include "handover.h"
#include "ledger.h"
#include "listener.h"
#include "options.h"
#include "parent.h"
#include "pass.h"
#include "program.h"

enum server_phase { SERVER_STARTING, SERVER_SERVING, SERVER_DRAINING, SERVER_GONE };

struct server {
    uv_loop_t loop;
    const struct options *options;
    struct program program;
    struct handover handover; /* what we got */
    struct identity identity;
    char version_tag[RESPONSE_TAG_MAX + 1]; /* from --version-file */
    struct pass pass;
    struct listener listeners[2], *listener; /* the other one may still be closing */
    struct conns conns;
    struct ledger ledger;
    struct parent parent;
    uv_signal_t signals[5];
    uv_timer_t timer; /* the start-up delay, then the drain timeout */
    enum server_phase phase;
    bool owns_address; /* it serves, and nobody has taken over */
    bool stopped;      /* by SIGTERM: no successor is meant to take over */
    int exit_code;

    /* The reload in progress, for the strategies that start a child; after a
       handover it is the successor. */
    struct child *child;
    bool reload_again;

    /* For the strategy that rests: the listener meanwhile, -1: it does not. */
    int resting_fd;
    bool about_to_exec;
};

/* Returns the exit code when all is over; -1 and a sentence if it could not start. */
int server_run(struct server *server, struct err *err);

/* Another process accepts now: drain.  No effect if that has been said before. */
void server_hand_over(struct server *server, pid_t successor);
/* Somebody else holds the listener as well: its queue and its path are his. */
bool server_is_held(const struct server *server);
void server_claim_pidfile(struct server *server);
void server_block_signals(void); /* they wait; who was started with them blocked lets them in */
void server_unblock_signals(void);

#endif

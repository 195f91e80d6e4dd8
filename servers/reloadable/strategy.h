/* Which ways of reloading are there?  One file each in strategies/. */
#ifndef RELOADABLE_STRATEGY_H
#define RELOADABLE_STRATEGY_H

#include <stdbool.h>

struct err;
struct handover;
struct server;
struct supervision;

struct strategy {
    const char *name, *meaning;
    bool shares_address;                   /* its successor binds beside it */
    bool passes;                           /* hands its listener to whoever asks at --handover */
    bool activates;                        /* its listener comes by systemd's protocol */
    void (*reload)(struct server *server); /* on each SIGHUP once it serves */
    void (*endow)(const struct server *server,
                  struct handover *handover); /* its successor; NULL: with nothing */
    /* The successor is ready: lets clients find it; -1: it is not to take over. */
    int (*yield)(struct server *server, struct err *err);
    void (*retire)(struct server *server);         /* then stops accepting; NULL: just so */
    void (*clean_up)(const struct server *server); /* what a child that failed may have left */
    void (*rested)(struct server *server);         /* see rest.h; NULL: it never rests */
    void (*call_off)(struct server *server);       /* SIGTERM while it serves, before it drains */
    /* How one process looks after others, which serve; NULL: each serves itself. */
    const struct supervision *supervision;
};

const struct strategy *strategy_find(const char *name); /* NULL: there is none */
void strategy_print_all(bool json);

extern const struct supervision prefork, activation;

void exec_reload(struct server *server);
void exec_rested(struct server *server);
void exec_call_off(struct server *server);
void fork_exec_endow(const struct server *server, struct handover *handover);
void restart_reload(struct server *server);
void reuseport_endow(const struct server *server, struct handover *handover);
int reuseport_yield(struct server *server, struct err *err);
void reuseport_retire(struct server *server);
void reuseport_clean_up(const struct server *server);

/* successor.c, for the strategies that start a new process. */
void successor_reload(struct server *server);
void successor_call_off(struct server *server);

#endif

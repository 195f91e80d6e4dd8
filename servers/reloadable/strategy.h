/* Which ways of reloading are there?  One file each in strategies/. */
#ifndef RELOADABLE_STRATEGY_H
#define RELOADABLE_STRATEGY_H

struct server;

struct strategy {
    const char *name, *meaning;
    void (*reload)(struct server *server);   /* on each SIGHUP once it serves */
    void (*rested)(struct server *server);   /* see server_rest; NULL: it never rests */
    void (*call_off)(struct server *server); /* SIGTERM while it serves, before it drains */
};

const struct strategy *strategy_find(const char *name); /* NULL: there is none */
void strategy_print_all(void);

void exec_reload(struct server *server);
void exec_rested(struct server *server);
void exec_call_off(struct server *server);
void fork_exec_reload(struct server *server);
void fork_exec_call_off(struct server *server);
void restart_reload(struct server *server);

#endif

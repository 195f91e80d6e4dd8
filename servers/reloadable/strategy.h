/* Which ways of reloading are there?  One file each in strategies/. */
#ifndef RELOADABLE_STRATEGY_H
#define RELOADABLE_STRATEGY_H

struct server;

struct strategy {
    const char *name, *meaning;
    void (*reload)(struct server *server); /* on each SIGHUP once it serves */
};

const struct strategy *strategy_find(const char *name); /* NULL: there is none */
void strategy_print_all(void);

void fork_exec_reload(struct server *server);
void restart_reload(struct server *server);

#endif

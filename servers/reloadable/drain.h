/* When may this process go?  Once all who were taken have their answer, or when the
 * drain timeout cuts them. */
#ifndef RELOADABLE_DRAIN_H
#define RELOADABLE_DRAIN_H

struct server;

/* Nobody else is taken: answers those who are, then leaves. */
void drain_begin(struct server *server);
/* Something has ended that a drain, or a rest, may have waited for. */
void drain_check(struct server *server);
/* Takes all who have begun to connect, then closes the listener: nobody else has it. */
void drain_close_listener(struct server *server);

/* Leaves at once; cut: the exit status says whether anybody had no answer yet. */
void drain_leave(struct server *server, int exit_code);
void drain_cut(struct server *server, const char *why);

#endif

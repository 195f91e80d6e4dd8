/* How does a process stop serving for a while?  It accepts nobody, who waits in the
 * queue, until all who were taken are answered; then, or when the drain timeout has
 * come, the strategy's `rested` is called. */
#ifndef RELOADABLE_REST_H
#define RELOADABLE_REST_H

struct err;
struct server;

int rest_begin(struct server *server, struct err *err);
int rest_end(struct server *server, struct err *err); /* accepts again */
/* Calls `rested` soon, in a later round of the loop. */
void rest_is_over(struct server *server);

#endif

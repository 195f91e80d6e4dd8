/* How does a process become a server?  It reads its version, gets a listener, loads for
 * as long as --startup-delay says, listens, and tells whoever waits that it is ready. */
#ifndef RELOADABLE_STARTUP_H
#define RELOADABLE_STARTUP_H

struct err;
struct server;

/* -1 and a sentence: it cannot serve.  What fails after the delay is logged, and it leaves. */
int startup_begin(struct server *server, struct err *err);

#endif

/* Which listener did systemd, or whoever speaks its protocol, give us?  See
 * sd_listen_fds(3): descriptor 3 is it, LISTEN_FDS counts them, and LISTEN_PID says
 * whom they are for, since the environment alone would be inherited by anybody. */
#ifndef RELOADABLE_ACTIVATED_H
#define RELOADABLE_ACTIVATED_H

#include "handover.h"

/* 1: the handover has the listener; 0: nobody speaks of one; -1 and a sentence: what
   they say is not meant for us, or not what we can take.  The variables are taken
   out of the environment. */
int activated_take(struct handover *h, struct err *err);

/* In a new process whose descriptor 3 is the listener, before it execs. */
void activated_put(void);

#endif

/* What happens a moment later? */
#ifndef RELOADABLE_LATER_H
#define RELOADABLE_LATER_H

#include <stdint.h>

struct server;

/* Unless the server has left by then; of several calls the last counts. */
void fault_later(struct server *server, uint64_t milliseconds, void (*act)(struct server *server));

/* The server leaves: its loop is to close. */
void fault_nothing_later(void);

/* Meanwhile the server does nothing at all. */
void fault_stand_still(unsigned milliseconds);

#endif

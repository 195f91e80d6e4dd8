/* What do the connections of each state send? */
#ifndef HUPPROOF_STATES_MESSAGE_H
#define HUPPROOF_STATES_MESSAGE_H

#include "core/scenario.h"
#include "io/held.h"

/* The scenario has the path that the state needs.  The bytes are the caller's to free. */
void states_message(struct held_message *m, const struct scenario *sc, const struct state_row *row);

#endif

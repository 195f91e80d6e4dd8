/* What do the connections of each state send? */
#ifndef HUPPROOF_STATES_MESSAGE_H
#define HUPPROOF_STATES_MESSAGE_H

#include "core/scenario.h"

/* What the connections of a state send: one request, or two behind one another. */
struct held_message {
    char *bytes;
    size_t before, size;              /* before: so much of it before the upgrade */
    unsigned answers_before, answers; /* that are due */
    bool may_reopen;                  /* after `before` no request is under way */
};

/* The scenario has the path that the state needs.  The bytes are the caller's to free. */
void states_message(struct held_message *m, const struct scenario *sc, const struct state_row *row);

#endif

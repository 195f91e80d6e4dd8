/* How are connections held?  Shared by states_prepare.c (until an upgrade strikes) and
   states_held.c (from then on). */
#ifndef HUPPROOF_STATES_PARTS_H
#define HUPPROOF_STATES_PARTS_H

#include "io/held.h"
#include "io/states_held.h"

/* Of all states that are brought about in the moment before the upgrade, or ahead of it. */
void states_open_all(struct states_held *s, bool at_the_last_moment);

/* Takes in what has come until now; tells whoever waits, once all stand. */
void states_catch_up(struct states_held *s);
void states_advance(struct states_held *s);

/* Notes and frees those that have ended since an upgrade struck; drop: frees those that have
   not seen it, too. */
void states_sweep(struct states_held *s, bool drop);

void states_free_another(struct states_held *s);
void states_free_one(struct held *h);

#endif

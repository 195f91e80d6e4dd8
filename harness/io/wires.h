/* Which connections are there?  Lists of them, each of which is in one. */
#ifndef HUPPROOF_WIRES_H
#define HUPPROOF_WIRES_H

#include "io/wire.h"

struct wires {
    struct wire *first, *last;
};

void wires_put_last(struct wires *list, struct wire *w);

/* By when the eldest request of each was due, of which it has one; mostly it is the last. */
void wires_put_in_order(struct wires *list, struct wire *w);

void wires_take_out(struct wires *list, struct wire *w);

/* Closes all and frees them. */
void wires_free(struct wires *list);

#endif

/* From which addresses do our connections come?  One has so many ports, and who needs more
   takes 127.0.0.2 and up beside it. */
#ifndef HUPPROOF_SOURCES_H
#define HUPPROOF_SOURCES_H

#include "core/scenario.h"

struct sources {
    unsigned n;    /* addresses, 127.0.0.1 among them; at most 1: the kernel picks */
    unsigned next; /* which of them comes next */
};

/* How many the plan takes on this machine.  notice: empty, or what is to be told before
   the load begins. */
void sources_plan(struct sources *s, const struct scenario *sc, char *notice, size_t size);

/* Before connect(2): the socket takes the next of them.  -1: errno. */
int sources_bind(struct sources *s, int fd);

#endif

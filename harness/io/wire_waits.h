/* Which connections have still to be accepted by somebody, before a request leaves on them, and
   when is it worth to look again?  At each soon after it was opened, then less and less often. */
#ifndef HUPPROOF_WIRE_WAITS_H
#define HUPPROOF_WIRE_WAITS_H

#include "io/wire.h"

struct wire_waits {
    struct wire **all;
    size_t n, room;
    int timer;      /* waits at the epoll of the connections, data.ptr: this */
    int64_t latest; /* when one was opened */
};

int wire_waits_open(struct wire_waits *w, int epoll); /* -1 with errno */
void wire_waits_close(struct wire_waits *w);

/* It waits from now on, if it has not done so before. */
void wire_waits_add(struct wire_waits *w, struct wire *one, int64_t now);

/* The timer has rung: gives each that waits a chance, by go_on, which may add others; sets it
   again as long as any wait. */
void wire_waits_look(struct wire_waits *w, int64_t now, void (*go_on)(void *arg, struct wire *one),
                     void *arg);

#endif

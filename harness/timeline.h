/* What happened when, and who served from when to when? */
#ifndef HUPPROOF_TIMELINE_H
#define HUPPROOF_TIMELINE_H

#include "core/facts.h"

#include <stdio.h>

/* A line each: the load, the steps, what the kernel saw of upgrades by which something was
   lost, and the processes that served; the first of very many. */
void timeline_write(FILE *to, const struct facts *f);

#endif

/* What does a plan take at most, when each answer comes within limits.latency?  Pure. */
#ifndef HUPPROOF_DEMAND_H
#define HUPPROOF_DEMAND_H

#include "core/scenario.h"

/* Connections that are open at once. */
double demand_connections(const struct scenario *sc);

/* Ports that its connections hold at once, each for `lingers` ns after it was closed
   (TIME_WAIT). */
double demand_ports(const struct scenario *sc, int64_t lingers);

#endif

/* Which process is it that already runs? */
#ifndef HUPPROOF_ATTACH_H
#define HUPPROOF_ATTACH_H

#include "io/target.h"

enum attached {
    ATTACHED,
    ATTACH_LATER, /* its pidfile does not name a living process yet; err says what it does */
    ATTACH_NEVER  /* err says why */
};

/* Adopts the process that server.attach names, and those that descend from it. */
enum attached attach(struct target *t, struct err *err);

#endif

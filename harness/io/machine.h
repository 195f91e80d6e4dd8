/* On what machine does this run? */
#ifndef HUPPROOF_MACHINE_H
#define HUPPROOF_MACHINE_H

#include "core/history.h"

/* What cannot be found out is left 0 or empty. */
void machine_look(struct machine *m);

#endif

/* Whose like is a process that came without any upgrade?  Servers replace a worker that
   has died, or fork more of them under load: such a one is of the generation that those
   are of whom it joins, whenever it was born.  Pure. */
#ifndef HUPPROOF_LINEAGE_H
#define HUPPROOF_LINEAGE_H

#include "core/facts.h"

/* When an upgrade counts as handed over: limits.overlap after the takeover, or after it
   began if there is none. */
int64_t lineage_handed_over(const struct facts *f, const struct upgrade *u);

/* It came neither before the load nor by an upgrade: the latest had long been handed over,
   and no starved machine delayed it. */
bool lineage_uninvited(const struct facts *f, const struct process *p);

/* The generation of each process by descent.  One that came uninvited is of that of its
   mother's latest children that served; where the mother serves herself, of the mother's
   own if it is a mere copy of her, and of none that there was if it has exec'd: a number
   beyond all the others.  The caller frees it. */
unsigned *lineage_generations(const struct facts *f);

#endif

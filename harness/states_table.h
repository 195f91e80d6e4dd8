/* Which connections survived the upgrades, by the state they were held in? */
#ifndef HUPPROOF_STATES_TABLE_H
#define HUPPROOF_STATES_TABLE_H

#include "core/facts.h"

#include <stdio.h>

/* Nothing where the scenario asks for no states. */
void states_table_write(FILE *to, const struct facts *f);

#endif

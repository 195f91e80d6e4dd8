/* Which connections survived the upgrades, by the state they were held in? */
#ifndef HUPPROOF_STATES_TABLE_H
#define HUPPROOF_STATES_TABLE_H

#include "core/matrix.h"

#include <stdio.h>

/* Nothing where the scenario asks for no states. */
void states_table_write(FILE *to, const struct facts *f);

/* Scenarios by states.  Nothing where none of them held any connection. */
void states_table_compare(FILE *to, const struct matrix *m);

#endif

/* How do the scenarios compare, for a person to read? */
#ifndef HUPPROOF_MATRIX_TABLE_H
#define HUPPROOF_MATRIX_TABLE_H

#include "core/matrix.h"

#include <stdio.h>

/* Of rows that are summed up.  One line a scenario, below the table what could not
   run and what is missing; quiet: the table alone. */
void matrix_table_write(FILE *to, const struct matrix *m, bool quiet);

#endif

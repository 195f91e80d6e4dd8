/* How are outcomes told in a line?  "3 refused, 1 reset". */
#ifndef HUPPROOF_OUTCOMES_LIST_H
#define HUPPROOF_OUTCOMES_LIST_H

#include "core/history.h"

#include <stdio.h>

/* All but ok, if there were any; `before` goes before the first.  Returns what goes before
   whatever is told next: `before`, or ", ". */
const char *outcomes_list(FILE *to, const uint64_t by_outcome[N_OUTCOMES], const char *before);

#endif

/* What happened, for a person to read? */
#ifndef HUPPROOF_SUMMARY_H
#define HUPPROOF_SUMMARY_H

#include "core/check.h"

#include <stdio.h>

/* quiet: one line.  Colour only when `to` is a terminal and NO_COLOR is unset. */
void summary_write(FILE *to, const struct facts *f, const struct finding *findings,
                   enum verdict verdict, bool quiet);

#endif

/* What happened, for a person to read? */
#ifndef HUPPROOF_SUMMARY_H
#define HUPPROOF_SUMMARY_H

#include "core/check.h"

#include <stdio.h>

/* LINE: one line, however long; SHORT: in 80 columns, of the claims that hold only the names. */
enum summary_size { SUMMARY_LINE, SUMMARY_SHORT, SUMMARY_ALL };

/* Colour only when `to` is a terminal and NO_COLOR is unset. */
void summary_write(FILE *to, const struct facts *f, const struct finding *findings,
                   enum verdict verdict, enum summary_size size);

#endif

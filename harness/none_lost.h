/* What may "0 lost" be taken to mean?  That much and no more: never printed without. */
#ifndef HUPPROOF_NONE_LOST_H
#define HUPPROOF_NONE_LOST_H

#include "core/facts.h"

#include <stdio.h>

/* " (95 % confidence: at most ...; blind for ...)", all in one line. */
void none_lost_write(FILE *to, const struct facts *f);

/* A share, 0..1, in per cent with two digits that count, rounded up; below 0: "-". */
void none_lost_percent(char text[32], double share);

#endif

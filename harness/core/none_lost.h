/* What may "0 lost" be taken to mean?  That much and no more: never printed without. */
#ifndef HUPPROOF_NONE_LOST_H
#define HUPPROOF_NONE_LOST_H

#include "core/facts.h"

enum { NONE_LOST_SIZE = 256 };

/* " (95 % confidence: at most ...; blind for ...)", all in one line. */
void none_lost_say(const struct facts *f, char text[NONE_LOST_SIZE]);

/* A share above 0, up to 1, in per cent with two digits that count, rounded up; below 0: "-". */
void none_lost_percent(char text[32], double share);

#endif

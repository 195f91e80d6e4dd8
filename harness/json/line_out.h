/* How is a flat JSON object written fast?  No tree, no printf: a million lines
   are to take a second. */
#ifndef HUPPROOF_LINE_OUT_H
#define HUPPROOF_LINE_OUT_H

#include <stdint.h>
#include <stdio.h>

void out_raw(FILE *out, const char *text);
void out_signed(FILE *out, int64_t number);
void out_unsigned(FILE *out, uint64_t number);

/* In quotes.  A byte that is not UTF-8 is written as the character of its number. */
void out_text(FILE *out, const char *text);

#endif

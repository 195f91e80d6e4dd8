/* How does a text come to fit a width?  Lines are broken between words. */
#ifndef HUPPROOF_PAPER_H
#define HUPPROOF_PAPER_H

#include <stdio.h>

enum { PAPER_WIDTH = 80 };

/* Writes lines.  A tab, of which a line may have one, is not written: it stands where the rest of
   a line that is too long goes on.  Colours (ESC [ ... m) take no room, and a word that is longer
   than a line is not broken. */
void paper_write(FILE *to, const char *text);

#endif

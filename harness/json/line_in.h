/* What does a line with a flat JSON object say?  Reads name after name in
   place, without a tree. */
#ifndef HUPPROOF_LINE_IN_H
#define HUPPROOF_LINE_IN_H

#include "core/base.h"

struct pair {
    char *key;
    char *text; /* NULL: a number */
    bool negative;
    uint64_t number; /* without its sign */
    bool huge;       /* beyond 64 bits */
};

struct line_in {
    char *p;
    const char *wrong; /* what is wrong; NULL: nothing */
    bool first;
};

/* line is changed while it is read. */
void line_begin(struct line_in *in, char *line);

/* false at the end, or when something is wrong. */
bool line_next(struct line_in *in, struct pair *pair);

#endif

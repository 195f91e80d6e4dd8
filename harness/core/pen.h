/* A sentence that is being written: how are numbers and times put into it?  Pure. */
#ifndef HUPPROOF_PEN_H
#define HUPPROOF_PEN_H

#include "core/base.h"

struct pen {
    char *text; /* ended by 0 */
    size_t room, n;
};

/* What does not fit is left out. */
void pen_say(struct pen *pen, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "4,890" */
void pen_number(struct pen *pen, uint64_t n);

/* Of ns: "3,001" or, finely, "3,001.2". */
void pen_ms(struct pen *pen, int64_t at, bool finely);

/* "3,001 to 3,109 ms"; a moment, or a few of them, finely. */
void pen_span(struct pen *pen, int64_t from, int64_t to);

/* The number alone; returns text. */
enum { PEN_NUMBER = 32 };
const char *pen_thousands(uint64_t n, char text[PEN_NUMBER]);

#endif

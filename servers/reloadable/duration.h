/* How long is "250ms"?  Everything is rounded up to whole milliseconds, which
 * is what the event loop can wait. */
#ifndef RELOADABLE_DURATION_H
#define RELOADABLE_DURATION_H

#include <stddef.h>
#include <stdint.h>

/* 0, or -1 if it is not a number >= 0 or is longer than DURATION_LONGEST. */
int duration_parse_seconds(const char *text, size_t len, uint64_t *ms); /* "1.5" */
int duration_parse(const char *text, uint64_t *ms); /* "1.5", "250ms", "2s", "1m" */

#define DURATION_LONGEST (1000ull * 60 * 60 * 24 * 7)

#endif

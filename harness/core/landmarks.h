/* Between which events of a handover did something happen?  Pure. */
#ifndef HUPPROOF_LANDMARKS_H
#define HUPPROOF_LANDMARKS_H

#include "core/facts.h"

enum { LANDMARKS_TEXT = 160 };

/* "between the old process's end and the new one's first request", "as the old process ended",
   "after the upgrade's begin"; empty: nothing is known that could be said.  period: 0, or 1 + the
   index of the upgrade whose time it is. */
void landmarks_between(const struct facts *f, size_t period, int64_t from, int64_t to,
                       char text[LANDMARKS_TEXT]);

#endif

/* When did answers stop coming, and is the server to blame?  Silence that no single
   request shows.  Pure. */
#ifndef HUPPROOF_GAPS_H
#define HUPPROOF_GAPS_H

#include "core/facts.h"

/* The longest silence within a span beyond what its lane's rhythm and limits.gap allow:
   the one for which the server is to blame, and the one for which the machine may be.
   from == to: there is none. */
struct gaps {
    struct gap blamed, doubtful;
    size_t lane_blamed, lane_doubtful;
    size_t judged;           /* lanes that could show one */
    const struct lane *mute; /* one that could not; NULL: all could */
};

/* All of the run: INT64_MIN, INT64_MAX. */
struct gaps gaps_find(const struct facts *f, int64_t from, int64_t to);

/* Can silence beyond the limit be told from the lane's own rhythm? */
bool gaps_can_show(const struct lane *lane, int64_t limit);

/* The request that shows it: one that was cut in the gap, or whose answer ended it; or
   NULL. */
const struct sample *gaps_shown_by(const struct facts *f, size_t lane, const struct gap *gap);

#endif

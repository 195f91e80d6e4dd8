/* What was lost as a listener closed?  Connections that wait in a queue are reset when
   its last holder closes it, though another socket listens on the same port (F02).
   Pure. */
#ifndef HUPPROOF_CLOSINGS_H
#define HUPPROOF_CLOSINGS_H

#include "core/facts.h"

/* Listeners that closed under load while another went on, as one sentence can tell. */
struct closings {
    size_t n;            /* at whose closing requests were reset, as far as it fits: */
    uint64_t reset;      /* no more than waited at the last look and came since then */
    uint64_t queued;     /* waited at the last look */
    int64_t longest_ago; /* of that look, before it was seen to be gone */
    int64_t first_at;
    const struct process *first_holder; /* NULL: not known */
};
struct closings closings_find(const struct facts *f);

/* "; 3 reset by the close of ...", or "". */
void closings_say(const struct facts *f, char *text, size_t size);

#endif

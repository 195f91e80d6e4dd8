/* By how much did the kernel's counters grow over an upgrade? */
#ifndef HUPPROOF_NET_STAT_H
#define HUPPROOF_NET_STAT_H

#include "core/net_counters.h"
#include "io/record.h"

struct net_stat {
    int64_t at_begin[N_NET_COUNTERS]; /* -1: not known */
    bool begun;
};

/* An upgrade begins. */
void net_stat_begin(struct net_stat *s);

/* Records by how much each has grown since; nothing when none has begun. */
void net_stat_note(const struct net_stat *s, struct recorder *r);

#endif

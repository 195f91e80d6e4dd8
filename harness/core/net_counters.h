/* Which counters of the kernel tell where lost connections went?  They are those of the
   whole network namespace: other programs count, too. */
#ifndef HUPPROOF_NET_COUNTERS_H
#define HUPPROOF_NET_COUNTERS_H

#include "core/scenario.h"

enum net_counter {
    NET_LISTEN_OVERFLOWS,
    NET_LISTEN_DROPS,
    NET_MIGRATED,
    NET_NOT_MIGRATED,
    NET_OUT_RSTS,
    NET_ESTAB_RESETS,
    N_NET_COUNTERS
};

/* Names are those of /proc/net/netstat and /proc/net/snmp. */
extern const struct word net_counters[];

#endif

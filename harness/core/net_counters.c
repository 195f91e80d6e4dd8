/* Which counters of the kernel tell where lost connections went? */
#include "core/net_counters.h"

const struct word net_counters[] = {
    [NET_LISTEN_OVERFLOWS] = { "ListenOverflows", "a queue was full when a connection came" },
    [NET_LISTEN_DROPS] = { "ListenDrops", "a connection was not let in, for this or any reason" },
    [NET_MIGRATED] = { "TCPMigrateReqSuccess",
                       "moved from a queue that was closed to another (tcp_migrate_req)" },
    [NET_NOT_MIGRATED] = { "TCPMigrateReqFailure", "could not be moved" },
    [NET_OUT_RSTS] = { "OutRsts", "resets that were sent" },
    [NET_ESTAB_RESETS] = { "EstabResets", "connections that ended by a reset" },
    { NULL, NULL },
};

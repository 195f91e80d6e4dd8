/* How do two processes listen on one port?  With SO_REUSEPORT the new one binds
 * beside the old one, which then closes its own socket.
 *
 * Each socket has a queue of its own.  We empty ours before we close it, but the
 * kernel goes on choosing between the two until then: a connection that arrives
 * in between is reset, unless net.ipv4.tcp_migrate_req moves it (F02). */
#include "server.h"
#include "strategy.h"

void reuseport_endow(const struct server *server, struct handover *handover)
{
    handover->port = server->listener->address.port;
}

/* How do two processes listen at one address?  With SO_REUSEPORT the new one binds
 * beside the old one, which then closes its own socket.
 *
 * Each socket has a queue of its own.  We empty ours before we close it, but the
 * kernel goes on choosing between the two until then: a connection that arrives
 * in between is reset, unless net.ipv4.tcp_migrate_req moves it (F02).
 *
 * Unix sockets know no such option, nor do they need it: a path names one socket, and
 * another can be moved into its place.  So the new one binds and listens at a path
 * beside it, and once it is ready the old one, which alone knows whether it does hand
 * over, renames that over its own.  From then on every connect() finds the new one,
 * at no time nobody, and a new one that fails has never been found.  Who had looked
 * the path up before joins the old queue, which is emptied until well after the
 * rename; one who joins no sooner than that is sent to look again by the kernel,
 * for the socket is closed then.
 *
 * If the old one has died by the time the new one is ready, that moves itself.  What
 * remains: an old one killed in the moment between "ready" and the rename. */
#include "server.h"
#include "strategy.h"
#include "drain.h"

#include <sys/socket.h>

static int next_generation(const struct server *server)
{
    return server->identity.generation + 1;
}

void reuseport_endow(const struct server *server, struct handover *handover)
{
    handover->port = server->listener->address.port;
}

int reuseport_yield(struct server *server, struct err *err)
{
    if (server->listener->address.family != AF_UNIX)
        return 0;
    return address_move_here(&server->listener->address, next_generation(server), err);
}

void reuseport_retire(struct server *server)
{
    if (server->listener->address.family == AF_UNIX) {
        drain_close_listener(server);
    } else {
        listener_empty(server->listener); /* nobody else empties this queue */
        listener_close(server->listener);
    }
}

void reuseport_clean_up(const struct server *server)
{
    if (server->listener->address.family == AF_UNIX)
        address_remove_beside(&server->listener->address, next_generation(server));
}

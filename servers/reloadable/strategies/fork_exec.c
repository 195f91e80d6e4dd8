/* How is the listener inherited?  The new process gets it as an open descriptor,
 * with its number in an environment variable.  The socket is never closed by all
 * its holders, so connections in its queue just meet the new process. */
#include "server.h"
#include "strategy.h"

void fork_exec_endow(const struct server *server, struct handover *handover)
{
    handover->listen_fd = listener_fd(server->listener);
}

/* What does a server do that cannot reload?  Nothing: whoever wants a new one
 * stops it and starts another, and clients see the gap. */
#include "log.h"
#include "strategy.h"

void restart_reload(struct server *server)
{
    (void)server;
    log_line("SIGHUP ignored: strategy restart must be stopped and started");
}

/* How does a server replace itself within its process?  It execs its program file:
 * the pid stays, and so does the listener; whoever comes meanwhile waits in its
 * queue.  What is in flight is finished first, or, with --exec-when now, lost with
 * the connections, which the exec closes.
 *
 * The price of one process: if the new program cannot be loaded the old one goes
 * on, but if it fails after that nobody serves any more. */
#include "log.h"
#include "options.h"
#include "rest.h"
#include "server.h"
#include "strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Comes back only if the program could not be loaded. */
static void become_successor(struct server *server)
{
    const struct handover handover = {
        .listen_fd = server->resting_fd >= 0 ? server->resting_fd : listener_fd(server->listener),
        .ready_fd = -1,
        .parent_fd = -1,
        .generation = server->identity.generation + 1,
    };

    log_line("exec of %s, cutting %zu requests", server->program.path,
             conns_count_unanswered(&server->conns));
    handover_put_into_environment(&handover);
    fcntl(handover.listen_fd, F_SETFD, 0);
    execv(server->program.path, server->program.argv);
    log_line("reload failed: exec %s: %s", server->program.path, strerror(errno));
    fcntl(handover.listen_fd, F_SETFD, FD_CLOEXEC);
    handover_clear_environment();
}

static void carry_on(struct server *server)
{
    struct err err;

    server->about_to_exec = false;
    server_unblock_signals();
    if (rest_end(server, &err) < 0)
        log_line("%s", err.text);
}

void exec_reload(struct server *server)
{
    struct err err;

    if (server->resting_fd >= 0 || server->about_to_exec)
        log_line("SIGHUP during a reload: it execs what is on disk then");
    else if (server->phase != SERVER_SERVING)
        log_line("SIGHUP ignored: draining");
    else if (access(server->program.path, X_OK) < 0)
        log_line("reload failed: %s: %s", server->program.path, strerror(errno));
    else if (server->options->exec_now)
        rest_is_over(server);
    else if (rest_begin(server, &err) < 0)
        log_line("reload failed: %s", err.text);
    else
        log_line("SIGHUP: finishing %zu connections before the exec", server->conns.n);
}

/* Handlers do not survive an exec: from now on a signal waits until the successor
   has its own.  One that has been caught already is heeded in the round between. */
void exec_rested(struct server *server)
{
    if (!server->about_to_exec) {
        server->about_to_exec = true;
        server_block_signals();
        rest_is_over(server);
        return;
    }
    become_successor(server);
    carry_on(server);
}

void exec_call_off(struct server *server)
{
    if (server->resting_fd >= 0 || server->about_to_exec)
        log_line("reload called off");
    carry_on(server);
}

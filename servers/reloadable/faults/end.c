/* What if it does not go, or leaves something behind? */
#include "faults/families.h"

#include "faults/later.h"
#include "log.h"
#include "pidfile.h"
#include "server.h"

#include <fcntl.h>
#include <unistd.h>

enum { RESPAWN_AFTER_MS = 1000 };

static int kept = -1; /* a listener that was to be closed */

bool fault_refrain(struct server *server)
{
    (void)server;
    return true;
}

/* Told to stop it stops: it is the end of its time that it does not see.  Who has a
   supervisor is told to stop when that has come. */
bool fault_stay(struct server *server)
{
    return !server->stopped || server->handover.kept;
}

bool fault_keep_listener(struct server *server)
{
    kept = fcntl(listener_fd(server->listener), F_DUPFD_CLOEXEC, 0);
    return false;
}

/* As a supervisor would that was not told, some time after the upgrade. */
bool fault_respawn(struct server *server)
{
    const struct handover own = { .listen_fd = kept,
                                  .ready_fd = -1,
                                  .parent_fd = -1,
                                  .generation = server->identity.generation };
    pid_t pid;

    if (kept < 0)
        return false;
    fault_stand_still(RESPAWN_AFTER_MS);
    fcntl(kept, F_SETFD, 0);
    handover_put_into_environment(&own);
    pid = fork();
    if (pid == 0) {
        execv(server->program.path, server->program.argv);
        _exit(127);
    }
    handover_clear_environment();
    log_line("fault: started %d in its own place", (int)pid);
    return false;
}

bool fault_leave_zombie(struct server *server)
{
    (void)server;
    if (fork() == 0)
        _exit(0);
    return false;
}

bool fault_unlink_socket(struct server *server)
{
    if (server->options->unix_path)
        unlink(server->options->unix_path);
    return false;
}

bool fault_unlink_pidfile(struct server *server)
{
    if (server->options->pidfile)
        unlink(server->options->pidfile);
    return false;
}

bool fault_write_pidfile(struct server *server)
{
    struct err err;

    if (pidfile_write(server->options->pidfile, &err) < 0)
        log_line("%s", err.text);
    return false;
}

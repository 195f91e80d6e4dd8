/* What if it makes the wrong thing of a SIGHUP, or of a reload that failed? */
#include "faults/families.h"

#include "child.h"
#include "log.h"
#include "server.h"

#include <signal.h>
#include <unistd.h>

static bool has_failed;
static pid_t old;

bool fault_ignore_hup(struct server *server)
{
    (void)server;
    log_line("SIGHUP: reloaded"); /* fault: it lies */
    return true;
}

bool fault_supervisor_ignores_hup(struct supervisor *supervisor)
{
    (void)supervisor;
    return fault_ignore_hup(NULL);
}

bool fault_ignore_hup_during_reload(struct server *server)
{
    if (!server->child && server->resting_fd < 0 && !server->about_to_exec)
        return false;
    log_line("fault: ignores a SIGHUP during a reload");
    return true;
}

bool fault_kill_child(struct server *server)
{
    if (!server->child)
        return false;
    log_line("fault: SIGHUP during a reload kills %d", (int)child_pid(server->child));
    child_signal(server->child, SIGKILL);
    return true;
}

bool fault_forget_child(struct server *server)
{
    if (!server->child)
        return false;
    log_line("fault: SIGHUP during a reload: forgets %d", (int)child_pid(server->child));
    child_forget(server->child);
    server->child = NULL;
    return false;
}

bool fault_remember_old(struct server *server)
{
    (void)server;
    old = getppid();
    return false;
}

bool fault_refuse_while_old_lives(struct server *server)
{
    (void)server;
    if (getppid() != old)
        return false;
    log_line("fault: refuses to reload while %d drains", (int)old);
    return true;
}

bool fault_remember_failure(struct server *server)
{
    (void)server;
    has_failed = true;
    return false;
}

bool fault_refuse_after_failure(struct server *server)
{
    (void)server;
    if (has_failed)
        log_line("fault: refuses to reload, a child is on its way");
    return has_failed;
}

bool fault_quit_anyway(struct server *server)
{
    log_line("fault: leaves, though it has no heir");
    server_hand_over(server, 0);
    return true;
}

bool fault_try_again(struct server *server)
{
    log_line("fault: starts another one");
    server->reload_again = true;
    return false;
}

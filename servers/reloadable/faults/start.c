/* What if the new process is no good? */
#include "faults/families.h"

#include "faults/later.h"
#include "log.h"
#include "server.h"
#include "supervisor.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { STALL_MS = 4000 };

/* Who forks and then execs this executes its parent's file, wherever that is by then. */
static const char own_file[] = "/proc/self/exe";

/* By a signal that leaves no core behind. */
bool fault_die(struct server *server)
{
    (void)server;
    log_line("fault: dies");
    kill(getpid(), SIGKILL);
    return true;
}

bool fault_hang(struct server *server)
{
    (void)server;
    log_line("fault: hangs");
    return true;
}

/* Nobody handles SIGALRM. */
bool fault_die_in_a_second(struct server *server)
{
    (void)server;
    alarm(1);
    return false;
}

bool fault_say_ready(struct server *server)
{
    log_line("fault: says that it is ready");
    handover_say_ready(&server->handover);
    return false;
}

bool fault_stall(struct server *server)
{
    (void)server;
    fault_stand_still(STALL_MS);
    return false;
}

bool fault_stay_with_this_file(struct server *server)
{
    strcpy(server->program.path, own_file);
    return false;
}

bool fault_supervise_this_file(struct supervisor *supervisor)
{
    strcpy(supervisor->program.path, own_file);
    return false;
}

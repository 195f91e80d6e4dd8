/* When does a new process take over?  The strategies that start one share this: it
 * runs whatever the program file is now, gets what the strategy endows it with, and
 * once it says "ready" we stop accepting and drain.
 *
 * A SIGHUP that comes while a reload is under way may mean a program file newer
 * than the one the child executes.  It is remembered: once the child is ready
 * it gets that SIGHUP itself; if the child fails another one is started.  A
 * process that already drains passes its SIGHUPs on likewise, for whoever sent
 * them may have read the pidfile a moment too early. */
#include "child.h"
#include "faults.h"
#include "log.h"
#include "server.h"
#include "strategy.h"
#include "drain.h"

static void start_child(struct server *server);

static void on_ready(void *data)
{
    struct server *server = data;
    struct err err;

    if (server->options->strategy->yield && server->options->strategy->yield(server, &err) < 0) {
        log_line("reload failed: %s", err.text);
        child_stop(server->child);
        return;
    }
    server_hand_over(server, child_pid(server->child));
    if (server->reload_again) {
        log_line("SIGHUP that came during the reload passed on to %d", child_pid(server->child));
        child_signal(server->child, SIGHUP);
    }
}

static void on_gone(void *data, bool was_ready, const char *how)
{
    struct server *server = data;
    pid_t pid = child_pid(server->child);

    server->child = NULL;
    log_line("%s %d %s", was_ready ? "successor" : "reload failed: child", (int)pid, how);
    if (server->options->strategy->clean_up)
        server->options->strategy->clean_up(server);
    if (server->phase != SERVER_SERVING) {
        drain_check(server);
        return;
    }
    if (fault_at(server, FAULT_AT_CHILD_FAILED))
        return;
    /* It may have got as far as writing its own. */
    server_claim_pidfile(server);
    if (server->reload_again) {
        server->reload_again = false;
        start_child(server);
    }
}

static void start_child(struct server *server)
{
    const struct child_events events = { .on_ready = on_ready, .on_gone = on_gone, .data = server };
    struct handover handover = {
        .listen_fd = -1,
        .parent_fd = -1,
        .generation = server->identity.generation + 1,
    };
    struct err err;

    if (!fault_at(server, FAULT_AT_ENDOW) && server->options->strategy->endow)
        server->options->strategy->endow(server, &handover);
    server->child = child_start(&server->loop, &server->program, &handover,
                                server->options->ready_timeout, &events, &err);
    if (server->child)
        log_line("SIGHUP: started %d from %s", (int)child_pid(server->child), server->program.path);
    else
        log_line("reload failed: %s", err.text);
}

/* Nothing must serve that nobody knows of. */
void successor_call_off(struct server *server)
{
    if (!server->child)
        return;
    log_line("reload called off, stopping child %d", (int)child_pid(server->child));
    child_stop(server->child);
}

void successor_reload(struct server *server)
{
    if (server->phase == SERVER_SERVING && !server->child) {
        start_child(server);
    } else if (server->phase == SERVER_SERVING) {
        log_line("SIGHUP during a reload, remembered");
        server->reload_again = true;
    } else if (server->child && child_is_ready(server->child) && !server->stopped) {
        log_line("SIGHUP passed on to successor %d", (int)child_pid(server->child));
        child_signal(server->child, SIGHUP);
    } else {
        log_line("SIGHUP ignored: draining, and no successor to pass it on to");
    }
}

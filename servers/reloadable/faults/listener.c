/* What if those who want to come in meet nobody, or the wrong one? */
#include "faults/families.h"

#include "faults/later.h"
#include "log.h"
#include "rest.h"
#include "server.h"
#include "strategy.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACK_AFTER_MS = 1500, PROBE_MS = 500, PORT_TRIES = 100, PORT_TRY_MS = 100 };

static int kept = -1; /* a listener that was to be closed */

bool fault_close_listener(struct server *server)
{
    log_line("fault: closes its listener, its heir has to bind anew");
    pass_close(&server->pass);
    listener_close(server->listener);
    return true;
}

bool fault_recreate_socket(struct server *server)
{
    address_unlink(&server->listener->address);
    return fault_close_listener(server);
}

bool fault_stop_accepting(struct server *server)
{
    log_line("fault: accepts nobody any more");
    server->listener->most = 0;
    return false;
}

bool fault_drop_queue(struct server *server)
{
    const struct linger at_once = { .l_onoff = 1 };
    size_t n = 0;
    int fd;

    while ((fd = accept4(listener_fd(server->listener), NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
        n++;
    }
    log_line("fault: dropped %zu from the queue", n);
    return false;
}

bool fault_close_queue(struct server *server)
{
    listener_close(server->listener);
    return false;
}

bool fault_keep_accepting(struct server *server)
{
    (void)server;
    log_line("fault: goes on accepting beside its heir");
    return true;
}

/* A supervisor tells it to go when another one is ready. */
bool fault_ignore_being_relieved(struct server *server)
{
    return server->handover.kept && fault_keep_accepting(server);
}

static void serve_again(struct server *server)
{
    struct err err = { "" };

    log_line("fault: serves again");
    server->resting_fd = kept;
    server->phase = SERVER_SERVING;
    kept = -1;
    if (rest_end(server, &err) < 0)
        log_line("%s", err.text);
}

bool fault_come_back(struct server *server)
{
    kept = fcntl(listener_fd(server->listener), F_DUPFD_CLOEXEC, 0);
    fault_later(server, BACK_AFTER_MS, serve_again);
    return false;
}

bool fault_wait_to_come_back(struct server *server)
{
    (void)server;
    return kept >= 0;
}

/* Executes sleep(1), which holds the listener for want of close-on-exec. */
static void start_holder(struct server *server, const char *seconds)
{
    pid_t pid = fork();

    if (pid == 0) {
        fcntl(listener_fd(server->listener), F_SETFD, 0);
        execlp("sleep", "sleep", seconds, (char *)NULL);
        _exit(127);
    }
    log_line("fault: started %d, which holds the listener", (int)pid);
}

bool fault_leak_listener(struct server *server)
{
    start_holder(server, "60");
    return false;
}

bool fault_leave_holder(struct server *server)
{
    start_holder(server, "6");
    return false;
}

bool fault_wait_for_port(struct server *server)
{
    const struct options *o = server->options;
    struct err err;

    for (int i = 0; i < PORT_TRIES; i++) {
        int fd = address_bind(o->host, (uint16_t)o->port, o->unix_path, o->strategy->shares_address,
                              &err);

        if (fd >= 0) {
            close(fd);
            break;
        }
        if (i == 0)
            log_line("fault: %s; tries again", err.text);
        fault_stand_still(PORT_TRY_MS);
    }
    return false;
}

/* Whoever the kernel sends to the probe's queue is reset with it (F03). */
bool fault_probe_port(struct server *server)
{
    struct err err;
    int fd = address_bind(server->options->host, server->listener->address.port, NULL, true, &err);

    if (fd < 0)
        return false;
    log_line("fault: tests whether it could listen");
    listen(fd, SOMAXCONN);
    fault_stand_still(PROBE_MS);
    close(fd);
    return false;
}

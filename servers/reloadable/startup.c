/* How does a process become a server? */
#include "startup.h"

#include "drain.h"
#include "faults.h"
#include "log.h"
#include "pidfile.h"
#include "server.h"
#include "strategy.h"
#include "version.h"

#include <stdio.h>

static void on_taken_over(void *data, pid_t asker)
{
    server_hand_over(data, asker);
}

static int open_pass(struct server *server, struct err *err)
{
    const struct pass_events events = { .on_ready = on_taken_over, .data = server };

    return pass_open(&server->pass, &server->loop, server->options->handover_path,
                     listener_fd(server->listener), server->identity.generation, &events, err);
}

/* Its predecessor has the path until it hands over. */
static bool is_beside(const struct server *server)
{
    const struct options *o = server->options;

    return o->strategy->shares_address && o->unix_path && server->handover.generation > 1;
}

/* Nobody is left who could move our socket to where clients look for it. */
static void succeed_nobody(struct server *server)
{
    struct err err;

    log_line("whom we succeed is gone already");
    if (is_beside(server) &&
        address_move_here(&server->listener->address, server->handover.generation, &err) < 0)
        log_line("%s", err.text);
}

static int become_ready(struct server *server, struct err *err)
{
    const struct options *o = server->options;

    fault_at(server, FAULT_AT_LOADED);
    if (listener_listen(server->listener, (int)o->backlog, &server->conns, err) < 0 ||
        (!server->handover.kept && !fault_at(server, FAULT_AT_PIDFILE) &&
         pidfile_write(o->pidfile, err) < 0) ||
        (o->strategy->passes && open_pass(server, err) < 0))
        return -1;
    server->phase = SERVER_SERVING;
    server->owns_address = !server_is_held(server);
    log_line("%s on %s", server->handover.kept ? "accepting" : "listening",
             server->listener->address.name);
    if (o->port == 0 && !o->unix_path && !server_is_held(server) &&
        server->handover.generation == 1) {
        printf("port %u\n", server->listener->address.port);
        fflush(stdout);
    }
    if (!handover_say_ready(&server->handover))
        succeed_nobody(server);
    fault_at(server, FAULT_AT_SERVE);
    if (server->reload_again) {
        server->reload_again = false;
        o->strategy->reload(server);
    }
    return 0;
}

static void on_startup_end(uv_timer_t *timer)
{
    struct server *server = timer->data;
    struct err err;

    if (become_ready(server, &err) < 0) {
        log_line("%s", err.text);
        drain_leave(server, 1);
    }
}

static int bind_own(const struct server *server, struct err *err)
{
    const struct options *o = server->options;
    uint16_t port = (uint16_t)(server->handover.port ? server->handover.port : (int)o->port);

    if (is_beside(server))
        return address_bind_beside(o->unix_path, server->handover.generation, err);
    return address_bind(o->host, port, o->unix_path, o->strategy->shares_address, err);
}

static int configure(struct server *server, struct err *err)
{
    const char *file = server->options->version_file;

    if (!file)
        return 0;
    server->identity.version_tag = server->version_tag;
    return version_read(server->version_tag, file, err) < 0 && !fault_at(server, FAULT_AT_CONFIGURE)
               ? -1
               : 0;
}

int startup_begin(struct server *server, struct err *err)
{
    const struct options *o = server->options;
    int fd;

    if (o->strategy->passes) {
        if (!o->handover_path)
            return err_set(err, "strategy %s needs --handover", o->strategy->name);
        if (pass_ask(o->handover_path, &server->handover, err) < 0)
            return -1;
        server->identity.generation = server->handover.generation;
        log_open((unsigned)server->handover.generation);
    }
    if (configure(server, err) < 0)
        return -1;
    if (fault_at(server, FAULT_AT_START))
        return 0;
    fd = server->handover.listen_fd;
    if (fd >= 0) {
        if (listener_inherit(server->listener, &server->loop, fd, err) < 0)
            return -1;
    } else {
        fault_at(server, FAULT_AT_BIND);
        fd = bind_own(server, err);
        if (fd < 0 || listener_open(server->listener, &server->loop, fd, err) < 0)
            return -1;
        if (is_beside(server))
            address_will_be(&server->listener->address, o->unix_path);
    }
    fault_at(server, FAULT_AT_BOUND);
    if (o->startup_delay == 0)
        return become_ready(server, err);
    uv_timer_start(&server->timer, on_startup_end, o->startup_delay, 0);
    return 0;
}

/* What is a flawless reload?  reload_server answers requests and replaces
 * itself on SIGHUP without a client noticing; hupproof is tried on it. */
#include "activated.h"
#include "log.h"
#include "server.h"
#include "strategy.h"
#include "supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Started with a standard descriptor closed, a socket would get its number. */
static void occupy_standard_fds(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static void raise_fd_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int supervise(const struct options *options, const struct program *program,
                     const struct handover *handover, struct err *err)
{
    static struct supervisor supervisor;

    supervisor.options = options;
    supervisor.program = *program;
    supervisor.handover = *handover;
    return supervisor_run(&supervisor, err);
}

static int serve(const struct options *options, const struct program *program,
                 const struct handover *handover, struct err *err)
{
    static struct server server;

    server.options = options;
    server.program = *program;
    server.handover = *handover;
    server.identity = (struct identity){
        .pid = getpid(),
        .generation = handover->generation,
        .version_tag = options->version_tag,
    };
    if (ledger_open(&server.ledger, options->ledger_path, err) < 0)
        return -1;
    return server_run(&server, err);
}

static int run(const struct options *options, char **argv, struct err *err)
{
    struct program program;
    struct handover handover;
    bool is_child;

    if (program_find(&program, argv, err) < 0 || handover_take(&handover, err) < 0 ||
        (options->strategy->activates && activated_take(&handover, err) < 0))
        return -1;
    log_open((unsigned)handover.generation);
    occupy_standard_fds();
    raise_fd_limit();
    signal(SIGPIPE, SIG_IGN);
    is_child = handover.kept || handover.activated;
    return options->strategy->supervision && !is_child
               ? supervise(options, &program, &handover, err)
               : serve(options, &program, &handover, err);
}

int main(int argc, char **argv)
{
    enum options_wish wish;
    struct options options;
    struct err err;
    int code;

    (void)argc;
    if (options_parse(&options, &wish, argv, &err) < 0) {
        fprintf(stderr, "reload_server: %s\n", err.text);
        return 2;
    }
    switch (wish) {
    case OPTIONS_HELP:
        if (options.json)
            options_print_json();
        else
            options_print_help();
        return 0;
    case OPTIONS_LIST:
        strategy_print_all(options.json);
        return 0;
    case OPTIONS_LIST_FAULTS:
        fault_print_all(options.json);
        return 0;
    case OPTIONS_VERSION:
        printf("reload_server %s\n", HUPPROOF_VERSION);
        return 0;
    case OPTIONS_RUN:
        break;
    }
    code = run(&options, argv, &err);
    if (code < 0)
        fprintf(stderr, "reload_server: %s\n", err.text);
    return code < 0 ? 1 : code;
}

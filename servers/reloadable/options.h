/* What was the server asked to do?  Durations are milliseconds. */
#ifndef RELOADABLE_OPTIONS_H
#define RELOADABLE_OPTIONS_H

#include "err.h"
#include "faults.h"

#include <stdbool.h>
#include <stdint.h>

struct strategy;

struct options {
    const struct strategy *strategy;
    const char *host, *unix_path, *handover_path, *pidfile, *version_tag, *version_file,
        *ledger_path;
    uint64_t port, backlog, workers;
    bool exec_now;
    uint64_t startup_delay, ready_timeout, idle_grace, drain_timeout;
    struct fault_set faults;
    bool json; /* how tables are printed */
};

enum options_wish { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_LIST, OPTIONS_LIST_FAULTS, OPTIONS_VERSION };

/* -1 and a sentence if something cannot be understood.  The strings belong to
   argv and the environment. */
int options_parse(struct options *o, enum options_wish *wish, char **argv, struct err *err);
void options_print_help(void);
void options_print_json(void);

#endif

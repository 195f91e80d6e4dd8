/* What can the server be asked for? */
#include "option_rows.h"

#include "duration.h"
#include "response.h"
#include "strategy.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

static int set_text(void *field, const char *text)
{
    *(const char **)field = text;
    return 0;
}

static int set_number(void *field, const char *text, uint64_t least, uint64_t most)
{
    size_t len = strlen(text);
    uint64_t n;

    if (len == 0 || len > 9 || strspn(text, "0123456789") != len)
        return -1;
    n = strtoul(text, NULL, 10);
    if (n < least || n > most)
        return -1;
    *(uint64_t *)field = n;
    return 0;
}

static int set_port(void *field, const char *text)
{
    return set_number(field, text, 0, 65535);
}

static int set_backlog(void *field, const char *text)
{
    return set_number(field, text, 1, 65535);
}

static int set_workers(void *field, const char *text)
{
    return set_number(field, text, 1, 64);
}

static int set_duration(void *field, const char *text)
{
    return duration_parse(text, field);
}

static int set_strategy(void *field, const char *text)
{
    return (*(const struct strategy **)field = strategy_find(text)) ? 0 : -1;
}

static int set_exec_when(void *field, const char *text)
{
    *(bool *)field = strcmp(text, "now") == 0;
    return *(bool *)field || strcmp(text, "finished") == 0 ? 0 : -1;
}

static int set_format(void *field, const char *text)
{
    *(bool *)field = strcmp(text, "json") == 0;
    return *(bool *)field || strcmp(text, "text") == 0 ? 0 : -1;
}

static int set_tag(void *field, const char *text)
{
    return version_is_tag(text) ? set_text(field, text) : -1;
}

static int set_fault(void *field, const char *text)
{
    const struct fault *fault = fault_find(text);

    if (!fault)
        return -1;
    fault_add(field, fault);
    return 0;
}

#define FIELD(name) offsetof(struct options, name)

const struct option_row option_rows[] = {
    { .name = "--strategy",
      .argument = "NAME",
      .standard = "fork-exec",
      .meaning = "how to reload, see --list",
      .wanted = "a name from --list",
      .set = set_strategy,
      .field = FIELD(strategy) },
    { .name = "--host",
      .argument = "ADDRESS",
      .standard = "127.0.0.1",
      .meaning = "IPv4 or IPv6 address to listen on",
      .wanted = "an address",
      .set = set_text,
      .field = FIELD(host) },
    { .name = "--port",
      .argument = "PORT",
      .standard = "0",
      .meaning = "port to listen on; 0 picks one and prints \"port N\"",
      .wanted = "0 to 65535",
      .set = set_port,
      .field = FIELD(port) },
    { .name = "--unix",
      .argument = "PATH",
      .meaning = "listen on a unix socket there instead; removed by the last server",
      .wanted = "a path",
      .set = set_text,
      .field = FIELD(unix_path) },
    { .name = "--backlog",
      .argument = "N",
      .standard = "4096",
      .meaning = "connections that may wait to be accepted",
      .wanted = "1 to 65535",
      .set = set_backlog,
      .field = FIELD(backlog) },
    { .name = "--pidfile",
      .argument = "FILE",
      .meaning = "names the process that serves; removed only by that one",
      .wanted = "a path",
      .set = set_text,
      .field = FIELD(pidfile) },
    { .name = "--ledger",
      .argument = "FILE",
      .meaning = "append a line, ID PID, for each request done that has an X-Request-Id",
      .wanted = "a path",
      .set = set_text,
      .field = FIELD(ledger_path) },
    { .name = "--version-tag",
      .argument = "TAG",
      .standard = "1",
      .meaning = "sent as X-Version; without it $RELOAD_SERVER_VERSION",
      .wanted = RESPONSE_TAG_WANTED,
      .set = set_tag,
      .field = FIELD(version_tag) },
    { .name = "--version-file",
      .argument = "FILE",
      .meaning = "holds that tag, and is read by each new process",
      .wanted = "a path",
      .set = set_text,
      .field = FIELD(version_file) },
    { .name = "--startup-delay",
      .argument = "TIME",
      .standard = "0s",
      .meaning = "how long to load before being ready",
      .wanted = "a duration such as 250ms or 2s",
      .set = set_duration,
      .field = FIELD(startup_delay) },
    { .name = "--ready-timeout",
      .argument = "TIME",
      .standard = "10s",
      .meaning = "how long a new process may take to be ready",
      .wanted = "a duration such as 250ms or 2s",
      .set = set_duration,
      .field = FIELD(ready_timeout) },
    { .name = "--idle-grace",
      .argument = "TIME",
      .standard = "500ms",
      .meaning = "how long a drain waits for an idle connection's next request",
      .wanted = "a duration such as 250ms or 2s",
      .set = set_duration,
      .field = FIELD(idle_grace) },
    { .name = "--drain-timeout",
      .argument = "TIME",
      .standard = "30s",
      .meaning = "when a drain cuts what is still unanswered",
      .wanted = "a duration such as 250ms or 2s",
      .set = set_duration,
      .field = FIELD(drain_timeout) },
    { .name = "--handover",
      .argument = "PATH",
      .meaning = "strategy fdpass: where a new server asks for the listener",
      .wanted = "a path",
      .set = set_text,
      .field = FIELD(handover_path) },
    { .name = "--workers",
      .argument = "N",
      .standard = "2",
      .meaning = "strategy prefork: processes that accept",
      .wanted = "1 to 64",
      .set = set_workers,
      .field = FIELD(workers) },
    { .name = "--exec-when",
      .argument = "WHEN",
      .standard = "finished",
      .meaning = "strategy exec: finished, or now, which loses what is in flight",
      .wanted = "finished or now",
      .set = set_exec_when,
      .field = FIELD(exec_now) },
    { .name = "--fault",
      .argument = "NAME",
      .meaning = "misbehave on purpose, see --list-faults; may be given again",
      .set = set_fault,
      .field = FIELD(faults) },
    { .name = "--format",
      .argument = "FORMAT",
      .standard = "text",
      .meaning = "how to print what follows: text, or json for programs",
      .wanted = "text or json",
      .set = set_format,
      .field = FIELD(json) },
    { .name = "--list", .meaning = "print the strategies and leave", .wish = OPTIONS_LIST },
    { .name = "--list-faults",
      .meaning = "print the faults, tab separated, and leave",
      .wish = OPTIONS_LIST_FAULTS },
    { .name = "--version", .meaning = "print the version and leave", .wish = OPTIONS_VERSION },
    { .name = "--help", .meaning = "print this and leave", .wish = OPTIONS_HELP },
};

const size_t option_rows_n = sizeof(option_rows) / sizeof(option_rows[0]);

/* hupproof try: the same without a file.  Builds the scenario that a person
   would have written, and runs it. */
#include "cli.h"
#include "exports.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
    { "url", "URL", "where the server answers (required); ${port}: a free port" },
    { "signal", "NAME", "the upgrade: send this signal (default: HUP)" },
    { "stop-start", NULL, "the upgrade: stop with TERM (or --signal), start again" },
    { "pidfile", "FILE", "names the process to signal; without a command: attach to it" },
    { "pid", "PID", "attach to this process" },
    { "slow", "PATH", "a request that takes a while, to be in flight at the upgrade" },
    { "work", "DURATION", "how long it takes by design (default: sleep= in it, or 0s)" },
    { "header", "NAME", "the header that names the pid of who answered" },
    { "unix", "PATH", "the unix socket that carries the requests" },
    { "ca", "FILE", "https: the authority whose certificate the server has to show" },
    { "rate", "N", "requests per second, new and reused connections each (default: 200)" },
    { "for", "DURATION", "how long the load lasts (default: 6s)" },
    { "at", "DURATION", "when the upgrade strikes (default: 2s)" },
    { "print", NULL, "print the scenario instead of running it, so that it can be kept" },
    { "out", "DIR", "where reports go (default: hupproof-runs)" },
    { "seed", "N", "for the random schedules" },
    { "quiet", NULL, "only the verdict" },
    { "verbose", NULL, "also what supports each claim that holds" },
    { "json", NULL, "print report.json instead of the tables" },
    EXPORT_OPTIONS,
    { NULL, NULL, NULL },
};

static const char more[] =
    "With a command behind -- the server is started and stopped; with --pid or --pidfile it\n"
    "already runs, and is left running.  A url with sleep= in it gets a slow lane by itself.\n\n"
    "  hupproof try --url 'http://127.0.0.1:${port}/?sleep=0' -- ./app --port '${port}'\n"
    "  hupproof try --url http://127.0.0.1/ --slow /big.iso --work 3s --pidfile /run/nginx.pid\n";

struct wish {
    char *command[512];
    size_t n_command;
    const char *value[COUNT(options)]; /* by row of options; "" for those without a value */
};

static const char *wished(const struct wish *w, const char *name)
{
    for (size_t i = 0; options[i].name; i++)
        if (strcmp(options[i].name, name) == 0)
            return w->value[i];
    return NULL;
}

static void add(cJSON *object, const char *name, const char *value)
{
    cJSON_AddStringToObject(object, name, value);
}

static cJSON *server_of(const struct wish *w, const char *base, const char *path)
{
    const char *pidfile = wished(w, "pidfile"), *pid = wished(w, "pid");
    cJSON *server = cJSON_CreateObject();

    if (w->n_command) {
        cJSON_AddItemToObject(
            server, "command",
            cJSON_CreateStringArray((const char *const *)w->command, (int)w->n_command));
        if (pidfile)
            add(cJSON_AddObjectToObject(server, "pid"), "pidfile", pidfile);
    } else {
        cJSON *attach = cJSON_AddObjectToObject(server, "attach");

        if (pid)
            cJSON_AddNumberToObject(attach, "pid", (double)strtoull(pid, NULL, 10));
        else
            add(attach, "pidfile", pidfile);
        if (pidfile)
            add(cJSON_AddObjectToObject(server, "pid"), "pidfile", pidfile);
    }
    add(server, "url", base);
    if (wished(w, "unix"))
        add(server, "unix", wished(w, "unix"));
    if (wished(w, "ca"))
        add(cJSON_AddObjectToObject(server, "tls"), "ca", wished(w, "ca"));
    add(cJSON_AddObjectToObject(server, "ready"), "http", path);
    if (wished(w, "header"))
        add(cJSON_AddObjectToObject(server, "who"), "header", wished(w, "header"));
    return server;
}

static cJSON *lane(cJSON *lanes, const char *name, const char *connection, double rate,
                   const char *path)
{
    cJSON *l = cJSON_CreateObject();

    add(l, "name", name);
    add(l, "connection", connection);
    cJSON_AddNumberToObject(l, "rate", rate);
    add(l, "path", path);
    cJSON_AddItemToArray(lanes, l);
    return l;
}

/* The reference server and beego's controller sleep on demand, so a slow
   request costs the user no thought. */
static char *slow_path(const struct wish *w, const char *path)
{
    const char *sleep = strstr(path, "sleep=");
    char *slow;
    size_t n;

    if (wished(w, "slow"))
        return mem_text(wished(w, "slow"));
    if (!sleep)
        return NULL;
    sleep += strlen("sleep=");
    n = strlen(path) + 8;
    slow = mem_new(1, n);
    snprintf(slow, n, "%.*s1%s", (int)(sleep - path), path, sleep + strspn(sleep, "0123456789."));
    return slow;
}

static cJSON *scenario_of(const struct wish *w)
{
    const char *url = wished(w, "url"), *signal = wished(w, "signal");
    const char *host = strstr(url, "://"), *slash = strchr(host ? host + 3 : url, '/');
    const char *path = slash ? slash : "/";
    double rate = wished(w, "rate") ? strtod(wished(w, "rate"), NULL) : 200;
    cJSON *scenario = cJSON_CreateObject(), *lanes, *step = cJSON_CreateObject();
    char *base = strndup(url, slash ? (size_t)(slash - url) : strlen(url));
    char *slow = slow_path(w, path);

    add(scenario, "name", "try");
    cJSON_AddItemToObject(scenario, "server", server_of(w, base, path));
    lanes = cJSON_AddArrayToObject(scenario, "lanes");
    lane(lanes, "new", "new", rate, path);
    lane(lanes, "reused", "reused", rate, path);
    if (slow) {
        cJSON *l = lane(lanes, "slow", "new", 10, slow);

        if (wished(w, "work"))
            add(l, "work", wished(w, "work"));
    }
    add(scenario, "for", wished(w, "for") ? wished(w, "for") : "6s");
    add(step, "at", wished(w, "at") ? wished(w, "at") : "2s");
    if (wished(w, "stop-start"))
        add(cJSON_AddObjectToObject(step, "stop_start"), "signal", signal ? signal : "TERM");
    else
        add(step, "signal", signal ? signal : "HUP");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(scenario, "steps"), step);
    free(base);
    free(slow);
    return scenario;
}

static bool is_rate(const char *text)
{
    char *end;
    double rate = strtod(text, &end);

    return *end == '\0' && rate > 0 && rate <= 1e9; /* its upper bound is the scenario's */
}

static int read_wish(const struct command *c, struct wish *w, int argc, char **argv)
{
    struct options given;
    uint64_t n;
    int more_options;

    options_start(&given, c, argc, argv);
    while ((more_options = options_next(&given)) > 0)
        for (size_t i = 0; options[i].name; i++)
            if (given.name == options[i].name)
                w->value[i] = given.value ? given.value : "";
    if (more_options < 0)
        return EXIT_BAD_INPUT;
    if (given.kept > 0 && given.dashes != 0)
        return usage_error(c, "%s: the server's command goes behind --", given.argv[0]);
    if ((size_t)given.kept >= COUNT(w->command))
        return usage_error(c, "the command is too long");
    for (int i = 0; i < given.kept; i++)
        w->command[w->n_command++] = given.argv[i];
    if (!wished(w, "url"))
        return usage_error(c, "--url: where does the server answer?");
    if (w->n_command == 0 && !wished(w, "pid") && !wished(w, "pidfile"))
        return usage_error(c, "which server?  A command behind --, --pid or --pidfile");
    if (w->n_command && wished(w, "pid"))
        return usage_error(c, "--pid: attach to a process or start a command, not both");
    if (wished(w, "pid") && !parse_count(wished(w, "pid"), 1, INT32_MAX, &n))
        return usage_error(c, "--pid: must be a process id, got %s", wished(w, "pid"));
    if (wished(w, "rate") && !is_rate(wished(w, "rate")))
        return usage_error(c, "--rate: must be > 0, got %s", wished(w, "rate"));
    return EXIT_PASS;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct run_options o = { .file = "try", .out = "hupproof-runs", .rounds = 1 };
    struct exports exports = { 0 };
    struct telling how;
    struct wish w = { 0 };
    cJSON *scenario;
    char *text;
    int status = read_wish(c, &w, argc, argv);

    if (status != EXIT_PASS)
        return status;
    if (wished(&w, "seed") && !parse_count(wished(&w, "seed"), 0, SEED_MAX, &o.seed))
        return usage_error(c, "--seed: must be a whole number, got %s", wished(&w, "seed"));
    o.seed_given = wished(&w, "seed");
    if (wished(&w, "out"))
        o.out = wished(&w, "out");
    how = (struct telling){ .json = wished(&w, "json"),
                            .exports = &exports,
                            .size = wished(&w, "quiet")     ? SUMMARY_LINE
                                    : wished(&w, "verbose") ? SUMMARY_ALL
                                                            : SUMMARY_SHORT };
    for (size_t i = 0; options[i].name; i++)
        if (w.value[i])
            exports_take(&exports, options[i].name, w.value[i]);
    scenario = scenario_of(&w);
    text = cJSON_Print(scenario);
    cJSON_Delete(scenario);
    o.text = text;
    if (wished(&w, "print")) {
        puts(text);
    } else {
        status = run_and_tell(&o, &how);
        status = exit_worse(status, exports_write(&exports));
    }
    free(text);
    return status;
}

const struct command command_try = { "try",
                                     "--url URL ... [-- COMMAND]",
                                     "the same without a file: one upgrade, a verdict",
                                     more,
                                     options,
                                     run };

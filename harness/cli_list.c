/* hupproof list: what are the words of a scenario and of a report? */
#include "cli.h"
#include "json/checks_json.h"
#include "json/fields.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row options[] = {
    { "json", NULL, "as JSON: checks, and fields with types, defaults and bounds" },
    { NULL, NULL, NULL },
};

static void row(const char *name, const char *meaning)
{
    printf("%-28s %s\n", name, meaning);
}

static int list_words(const struct word *words)
{
    for (; words->name; words++)
        row(words->name, words->meaning);
    return EXIT_PASS;
}

static int list_actions(void)
{
    return list_words(action_words);
}

static int list_behaviours(void)
{
    return list_words(behaviour_words);
}

static int list_shapes(void)
{
    return list_words(shape_words);
}

static int list_checks(void)
{
    for (size_t i = 0; i < n_checks; i++)
        row(checks[i].name, checks[i].claim);
    return EXIT_PASS;
}

static int list_outcomes(void)
{
    for (size_t i = 0; i < N_OUTCOMES; i++)
        row(outcomes[i].name, outcomes[i].meaning);
    return EXIT_PASS;
}

static int list_states(void)
{
    for (size_t i = 0; i < N_STATES; i++)
        row(states[i].name, states[i].meaning);
    return EXIT_PASS;
}

static int list_fields(void)
{
    for (size_t i = 0; i < n_fields; i++) {
        printf("%-28s %s", fields[i].path, fields[i].meaning);
        if (fields[i].required)
            printf(" (required)");
        else if (fields[i].otherwise)
            printf(" (default: %s)", fields[i].otherwise);
        else if (fields[i].preset)
            printf(" (default: %s)", fields[i].preset);
        printf("\n");
    }
    return EXIT_PASS;
}

/* The judge does not link the defendant, so the server tells of itself. */
static int ask_server(const char *option)
{
    char exe[4000], path[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

    exe[n > 0 ? n : 0] = '\0';
    snprintf(path, sizeof path, "%s/reload_server", dirname(exe));
    fflush(stdout);
    execl(path, path, option, (char *)NULL);
    fprintf(stderr, "hupproof: %s: %s\n", path, strerror(errno));
    return EXIT_COULD_NOT_RUN;
}

static int list_strategies(void)
{
    return ask_server("--list");
}

static int list_faults(void)
{
    return ask_server("--list-faults");
}

static const struct list {
    const char *what;
    int (*show)(void);
    char *(*json)(void); /* to be freed; NULL: it has no such form */
    const char *meaning;
} lists[] = {
    { "checks", list_checks, checks_json, "the claims a run is judged by" },
    { "strategies", list_strategies, NULL, "how the reference server restarts" },
    { "faults", list_faults, NULL, "what the reference server can do wrong on purpose" },
    { "actions", list_actions, NULL, "what a step can do" },
    { "shapes", list_shapes, NULL, "how the requests of a lane are spaced" },
    { "outcomes", list_outcomes, NULL, "how a request can end" },
    { "behaviours", list_behaviours, NULL, "what a server can be expected to do to its clients" },
    { "states", list_states, NULL, "where a connection may be held when an upgrade strikes" },
    { "fields", list_fields, fields_json, "all that a scenario can say" },
};

static int show(const struct command *c, const struct list *list, bool json)
{
    char *text;

    if (!json)
        return list->show();
    if (!list->json)
        return usage_error(c, "--json: not for %s", list->what);
    text = list->json();
    puts(text);
    free(text);
    return EXIT_PASS;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct options given;
    bool json = false;
    int more_options;

    options_start(&given, c, argc, argv);
    while ((more_options = options_next(&given)) > 0)
        json = true;
    if (more_options < 0)
        return EXIT_BAD_INPUT;
    if (given.kept == 0) {
        for (size_t i = 0; i < COUNT(lists); i++)
            row(lists[i].what, lists[i].meaning);
        return EXIT_PASS;
    }
    for (size_t i = 0; i < COUNT(lists); i++)
        if (strcmp(given.argv[0], lists[i].what) == 0)
            return show(c, &lists[i], json);
    return usage_error(c, "%s: nothing to list by that name", given.argv[0]);
}

const struct command command_list = {
    "list", "[WHAT]", "list checks, strategies, actions, fields ...", NULL, options, run
};

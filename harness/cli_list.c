/* hupproof list: what are the words of a scenario and of a report? */
#include "cli.h"
#include "commands_json.h"
#include "json/checks_json.h"
#include "json/fields.h"
#include "json/words_json.h"
#include "workspace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row options[] = {
    { "json", NULL, "as JSON, with all that the tables have: types, defaults, bounds ..." },
    { NULL, NULL, NULL },
};

static void row(const char *name, const char *meaning)
{
    printf("%-28s %s\n", name, meaning);
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

static int list_commands(void)
{
    const struct command *c;

    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        row(c->name, c->meaning);
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
static int ask_server(const char *option, bool json)
{
    char bin[4096], path[4200];
    struct err err = { 0 };

    if (workspace_find_bin(bin, &err) == 0) {
        snprintf(path, sizeof path, "%s/reload_server", bin);
        fflush(stdout);
        execl(path, path, "--format", json ? "json" : "text", option, (char *)NULL);
        err_set(&err, "%s: %s", path, strerror(errno));
    }
    fprintf(stderr, "hupproof: %s\n", err.text);
    return EXIT_COULD_NOT_RUN;
}

/* Each list is of words, or of whatever its functions print, or the server's. */
static const struct list {
    const char *what, *meaning;
    const struct word *words;
    int (*show)(void);
    char *(*json)(void); /* to be freed */
    const char *server;  /* its option */
} lists[] = {
    { "checks", "the claims a run is judged by", .show = list_checks, .json = checks_json },
    { "strategies", "how the reference server restarts", .server = "--list" },
    { "faults", "what the reference server can do wrong on purpose", .server = "--list-faults" },
    { "actions", "what a step can do", .words = action_words },
    { "shapes", "how the requests of a lane are spaced", .words = shape_words },
    { "outcomes", "how a request can end", .show = list_outcomes, .json = outcomes_json },
    { "verdicts", "what a run can come to", .words = verdict_words },
    { "behaviours", "what a server can be expected to do to its clients",
      .words = behaviour_words },
    { "states", "where a connection may be held when an upgrade strikes", .show = list_states,
      .json = states_json },
    { "fields", "all that a scenario can say", .show = list_fields, .json = fields_json },
    { "commands", "what can be asked of hupproof", .show = list_commands, .json = commands_json },
};

static int show_words(const struct word *words)
{
    for (; words->name; words++)
        row(words->name, words->meaning);
    return EXIT_PASS;
}

static int show_json(const struct list *list)
{
    char *text = list->words ? words_json(list->words) : list->json();

    puts(text);
    free(text);
    return EXIT_PASS;
}

static int show(const struct list *list, bool json)
{
    if (list->server)
        return ask_server(list->server, json);
    if (json)
        return show_json(list);
    return list->words ? show_words(list->words) : list->show();
}

/* What there is to list. */
static int show_lists(bool json)
{
    struct word words[COUNT(lists) + 1] = { { NULL, NULL } };
    struct list all = { .words = words };

    for (size_t i = 0; i < COUNT(lists); i++)
        words[i] = (struct word){ lists[i].what, lists[i].meaning };
    return show(&all, json);
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
    if (given.kept == 0)
        return show_lists(json);
    for (size_t i = 0; i < COUNT(lists); i++)
        if (strcmp(given.argv[0], lists[i].what) == 0)
            return show(&lists[i], json);
    return usage_error(c, "%s: nothing to list by that name", given.argv[0]);
}

const struct command command_list = {
    "list", "[WHAT]", "list checks, strategies, actions, fields ...", NULL, options, run
};

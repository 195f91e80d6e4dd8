/* hupproof check: judge a recorded run again. */
#include "cli.h"
#include "json/history_file.h"
#include "json/report_write.h"

#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
    { "quiet", NULL, "only the verdict" },
    { "verbose", NULL, "also what supports each claim that holds" },
    { "json", NULL, "print the report as JSON" },
    { NULL, NULL, NULL },
};

static int run(const struct command *c, int argc, char **argv)
{
    struct telling how = { .size = SUMMARY_SHORT };
    struct options given;
    struct scenario sc;
    struct history h;
    struct facts facts;
    struct finding *findings;
    struct err err = { 0 };
    enum verdict verdict;
    int more_options;

    options_start(&given, c, argc, argv);
    while ((more_options = options_next(&given)) > 0) {
        if (strcmp(given.name, "json") == 0)
            how.json = true;
        else
            how.size = strcmp(given.name, "quiet") == 0 ? SUMMARY_LINE : SUMMARY_ALL;
    }
    if (more_options < 0)
        return EXIT_BAD_INPUT;
    if (given.kept != 1)
        return usage_error(c, "one history, please");
    if (history_read(given.argv[0], &sc, &h, &err) != 0) {
        fprintf(stderr, "hupproof: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    facts_find(&facts, &sc, &h);
    findings = mem_new(n_checks, sizeof *findings);
    verdict = check_all(&facts, findings);
    if (how.json) {
        char *text = report_text(&facts, findings, verdict);

        puts(text);
        free(text);
    } else {
        summary_write(stdout, &facts, findings, verdict, how.size);
    }
    free(findings);
    facts_free(&facts);
    history_free(&h);
    scenario_free(&sc);
    return exit_of(verdict);
}

const struct command command_check = {
    "check", "HISTORY", "judge a recorded run (history.ndjson) again", NULL, options, run
};

/* hupproof run: run, judge, write reports. */
#include "cli.h"
#include "exports.h"
#include "json/report_write.h"
#include "progress.h"

#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
    { "out", "DIR", "where reports go, a directory per scenario (default: hupproof-runs)" },
    { "repeat", "N", "run each scenario N times" },
    { "seed", "N", "for the random schedules, instead of the scenario's own" },
    { "quiet", NULL, "only the verdict, one line a run" },
    { "verbose", NULL, "also what supports each claim that holds" },
    { "json", NULL, "print report.json instead of the tables" },
    { "watch", "HOW", "events (default), perf or polling: how processes are watched" },
    EXPORT_OPTIONS,
    { NULL, NULL, NULL },
};

static const char more[] =
    "A scenario says how the server starts, which load it gets, when it is upgraded and\n"
    "what may be lost; `hupproof list fields` names all it can say.  Each run leaves\n"
    "report.json (the judgement), history.ndjson (the evidence) and server.log.\n\n"
    "^C stops the load; what was seen is judged and written.  Twice: at once.\n";

void tell_error(const char *file, const struct err *err)
{
    size_t n = strlen(file);

    if (err->text[0])
        fprintf(stderr, "hupproof: %s%s%s\n", file, strncmp(err->text, file, n) == 0 ? "" : ": ",
                strncmp(err->text, file, n) == 0 ? err->text + n : err->text);
}

void tell_notice(const char *file, const char *text)
{
    progress_clear();
    fprintf(stderr, "hupproof: %s: %s\n", file, text);
}

void tell_kept(const struct run_result *result)
{
    if (result->work[0])
        fprintf(stderr, "hupproof: kept for you to look at: %s\n", result->work);
}

static int tell(struct run_options *o, const struct telling *how, const struct run_result *result,
                const struct err *err, int status)
{
    int verdict = result->judged ? exit_of(result->verdict) : EXIT_UNKNOWN;

    if (result->judged && how->json) {
        char *text = report_text(&result->facts, result->findings, result->verdict);

        puts(text);
        free(text);
    } else if (result->judged) {
        summary_write(stdout, &result->facts, result->findings, result->verdict, how->size);
        if (how->size != SUMMARY_LINE && result->written)
            printf("  report     %s/report.json\n"
                   "  history    %s/history.ndjson\n",
                   result->directory, result->directory);
    }
    flush_output();
    tell_error(o->file, err);
    if (how->size != SUMMARY_LINE)
        tell_kept(result);
    if (result->written)
        exports_add_run(how->exports, result->directory);
    if (status != EXIT_PASS)
        exports_add_failed(how->exports, result->scenario.name ? result->scenario.name : o->file,
                           err->text);
    return status == EXIT_PASS ? verdict : status;
}

int run_and_tell(struct run_options *o, struct telling *how)
{
    struct run_result result;
    struct err err = { 0 };
    struct progress progress;
    int status = EXIT_PASS;

    o->on_notice = tell_notice;
    progress_start(&progress, o);
    if (run_scenario(o, &result, &err) != 0)
        status = err.kind == ERR_INPUT ? EXIT_BAD_INPUT : EXIT_COULD_NOT_RUN;
    progress_stop(&progress);
    status = tell(o, how, &result, &err, status);
    how->interrupted = result.interrupted;
    run_result_free(&result);
    return status;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct run_options o = { .out = "hupproof-runs", .rounds = 1 };
    struct exports exports = { 0 };
    struct telling how = { .size = SUMMARY_SHORT, .exports = &exports };
    struct options given;
    uint64_t n = 1;
    int more_options, status = EXIT_PASS;

    options_start(&given, c, argc, argv);
    while ((more_options = options_next(&given)) > 0) {
        if (strcmp(given.name, "out") == 0) {
            o.out = given.value;
        } else if (strcmp(given.name, "repeat") == 0) {
            if (!parse_count(given.value, 1, 100000, &n))
                return usage_error(c, "--repeat: must be 1 to 100000, got %s", given.value);
            o.rounds = (unsigned)n;
        } else if (strcmp(given.name, "seed") == 0) {
            if (!parse_count(given.value, 0, SEED_MAX, &o.seed))
                return usage_error(c, "--seed: must be a whole number, got %s", given.value);
            o.seed_given = true;
        } else if (strcmp(given.name, "quiet") == 0) {
            how.size = SUMMARY_LINE;
        } else if (strcmp(given.name, "verbose") == 0) {
            how.size = SUMMARY_ALL;
        } else if (strcmp(given.name, "json") == 0) {
            how.json = true;
        } else if (exports_take(&exports, given.name, given.value)) {
            continue;
        } else if ((o.watch = watch_how_named(given.value)) == N_WATCH_HOWS) {
            return usage_error(c, "--watch: must be events, perf or polling, got %s", given.value);
        }
    }
    if (more_options < 0)
        return EXIT_BAD_INPUT;
    if (given.kept == 0)
        return usage_error(c, "which scenario?");
    for (o.round = 1; o.round <= o.rounds; o.round++) {
        for (int i = 0; i < given.kept && !how.interrupted; i++) {
            o.file = given.argv[i];
            status = exit_worse(status, run_and_tell(&o, &how));
        }
    }
    return exit_worse(status, exports_write(&exports));
}

const struct command command_run = {
    "run", "SCENARIO...", "run scenarios, judge them, write reports", more, options, run
};

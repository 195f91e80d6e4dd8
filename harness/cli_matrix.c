/* hupproof matrix: several scenarios in turns, one table to compare them by. */
#include "cli.h"
#include "exports.h"
#include "json/matrix_write.h"
#include "matrix_rounds.h"
#include "matrix_table.h"
#include "workspace.h"

#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
    { "repeat", "N", "run all scenarios N times in turns (default: 1)" },
    { "out", "DIR", "where matrix.json and the runs' own directories go (default: hupproof-runs)" },
    { "quiet", NULL, "the table alone, and no line as each run ends" },
    { "json", NULL, "print matrix.json instead of the table" },
    EXPORT_OPTIONS,
    { NULL, NULL, NULL },
};

static const char more[] =
    "All scenarios run once, then all again: what disturbs the machine for a while\n"
    "disturbs each of them, and not one alone.\n\n"
    "The table has one line a scenario; requests and losses are of all its runs, times\n"
    "are the median (and the worst):\n\n"
    "  lost at most    with 95 % confidence, by all runs: of requests in a handover / of\n"
    "                  upgrades that lose any\n"
    "  blind           the longest time in a handover without an attempt at a new\n"
    "                  connection / without a request on a kept one, in any run\n"
    "  longest gap     that a lane got no answer\n"
    "  slowest         answer, from when it was due, without the lane's `work`\n"
    "  in flight kept  of the requests that were in flight as an upgrade began, how many\n"
    "                  were answered as they should\n"
    "  overlap         how long old and new processes both answered\n"
    "  drain           from the upgrade's begin to the exit of the last old process that\n"
    "                  had served; never: it outlived the drain limit and the run\n"
    "  -               not known: no upgrade, nobody took over, who answered was not told\n\n"
    "Where scenarios hold connections (`states`), a second table has, for each state, how\n"
    "many were answered of those that stood in it as an upgrade struck.\n\n"
    "Each run leaves what `hupproof run` leaves, in DIR/NAME or DIR/NAME-ROUND; beside\n"
    "them matrix.json has the table's figures and those of each run.\n\n"
    "A scenario that cannot run is a line that says so.  Files that cannot be read are\n"
    "refused before anything runs.  ^C ends the run under way, which is judged, and\n"
    "then the matrix: the table shows what was run.  Twice: at once.\n\n"
    "exit status: the worst of all runs, as of `hupproof run`; unknown (2) at best when\n"
    "runs are missing.\n";

static int tell(const struct matrix *m, const char *out, const struct telling *how)
{
    char *path = mem_printf("%s/matrix.json", out);
    struct err err = { 0 };
    int failed = matrix_write(path, m, &err);

    if (how->json) {
        char *text = matrix_text(m);

        puts(text);
        free(text);
    } else {
        matrix_table_write(stdout, m, how->size == SUMMARY_LINE);
        if (!failed && how->size != SUMMARY_LINE)
            printf("matrix: %s\n", path);
    }
    flush_output();
    if (failed)
        fprintf(stderr, "hupproof: %s\n", err.text);
    free(path);
    return failed ? EXIT_COULD_NOT_RUN : EXIT_PASS;
}

/* Where nothing was run, that has to be told as well. */
static void note_runs(struct exports *x, const struct matrix *m, const char *out)
{
    for (size_t i = 0; i < m->n_rows; i++) {
        for (size_t r = 0; r < m->rows[i].n_runs; r++) {
            const struct matrix_run *run = &m->rows[i].runs[r];
            char *directory = mem_printf("%s/%s", out, run->directory ? run->directory : "");

            if (run->could_not_run)
                exports_add_failed(x, m->rows[i].scenario, run->why);
            else
                exports_add_run(x, directory);
            free(directory);
        }
    }
    if (x->n_runs + x->n_failed == 0)
        exports_add_failed(x, "matrix", "nothing was run: standard error says why");
}

static int read_options(const struct command *c, struct options *given, struct run_options *o,
                        struct telling *how)
{
    uint64_t n = 1;
    int more_options;

    while ((more_options = options_next(given)) > 0) {
        if (strcmp(given->name, "out") == 0)
            o->out = given->value;
        else if (strcmp(given->name, "quiet") == 0)
            how->size = SUMMARY_LINE;
        else if (strcmp(given->name, "json") == 0)
            how->json = true;
        else if (exports_take(how->exports, given->name, given->value))
            continue;
        else if (!parse_count(given->value, 1, 100000, &n))
            return usage_error(c, "--repeat: must be 1 to 100000, got %s", given->value);
    }
    if (more_options < 0)
        return EXIT_BAD_INPUT;
    if (given->kept == 0)
        return usage_error(c, "which scenarios?");
    o->rounds = (unsigned)n;
    return EXIT_PASS;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct run_options o = { .out = "hupproof-runs" };
    struct exports exports = { 0 };
    struct telling how = { .size = SUMMARY_SHORT, .exports = &exports };
    struct matrix m = { 0 };
    struct options given;
    struct err err = { 0 };
    char directory[4096];
    int status;

    options_start(&given, c, argc, argv);
    status = read_options(c, &given, &o, &how);
    if (status != EXIT_PASS)
        return status;
    status = matrix_rounds_read(&m, &o, given.kept, given.argv);
    if (status == EXIT_PASS && workspace_make_directory(o.out, ".", 1, 1, directory, &err) != 0) {
        fprintf(stderr, "hupproof: %s\n", err.text);
        status = EXIT_COULD_NOT_RUN;
    } else if (status == EXIT_PASS) {
        status = matrix_rounds_run(&m, &o, how.size == SUMMARY_LINE);
        status = exit_worse(status, tell(&m, o.out, &how));
    }
    note_runs(&exports, &m, o.out);
    status = exit_worse(status, exports_write(&exports));
    matrix_free(&m);
    return status;
}

const struct command command_matrix = {
    "matrix", "SCENARIO...", "run scenarios in turns and compare them in one table",
    more,     options,       run
};

/* hupproof matrix: several scenarios in turns, one table to compare them by. */
#include "cli.h"
#include "json/matrix_write.h"
#include "matrix_table.h"
#include "progress.h"
#include "workspace.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row options[] = {
    { "repeat", "N", "run all scenarios N times in turns (default: 1)" },
    { "out", "DIR", "where matrix.json and the runs' own directories go (default: hupproof-runs)" },
    { "quiet", NULL, "the table alone, and no line as each run ends" },
    { "json", NULL, "print matrix.json instead of the table" },
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

static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* A run hears of its own interrupts; these are for the time between two. */
static void mind(struct sigaction before[COUNT(interrupts)])
{
    struct sigaction ours = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };

    for (size_t i = 0; i < COUNT(interrupts); i++) {
        sigaction(interrupts[i], NULL, &before[i]);
        if (interrupts[i] != SIGHUP || before[i].sa_handler != SIG_IGN)
            sigaction(interrupts[i], &ours, NULL);
    }
}

static void stop_minding(const struct sigaction before[COUNT(interrupts)])
{
    for (size_t i = 0; i < COUNT(interrupts); i++)
        sigaction(interrupts[i], &before[i], NULL);
}

static int refuse(const char *file, const char *why, const char *other)
{
    fprintf(stderr, "hupproof: %s: %s %s\n", file, why, other);
    return EXIT_BAD_INPUT;
}

/* Reads every scenario, so that none is found wrong after an hour. */
static int read_all(struct matrix *m, struct run_options *o, int n, char **files)
{
    int status = EXIT_PASS;

    m->rows = mem_new((size_t)n, sizeof(m->rows[0]));
    for (int i = 0; i < n; i++) {
        struct matrix_row *row = &m->rows[m->n_rows];
        struct err err = { 0 };
        struct scenario sc;

        o->file = files[i];
        if (run_read(o, &sc, &err) != 0) {
            tell_error(files[i], &err);
            status =
                exit_worse(status, err.kind == ERR_INPUT ? EXIT_BAD_INPUT : EXIT_COULD_NOT_RUN);
            continue;
        }
        *row = (struct matrix_row){ .scenario = mem_text(sc.name), .file = mem_text(files[i]) };
        m->n_rows++;
        scenario_free(&sc);
        if (strcmp(row->scenario, "matrix.json") == 0)
            status = refuse(row->file, "name: is taken by the table itself:", row->scenario);
        for (struct matrix_row *other = m->rows; other < row; other++) {
            if (strcmp(other->scenario, row->scenario) == 0) {
                status =
                    refuse(row->file, "name: its runs would overwrite those of the same name from",
                           other->file);
                break;
            }
        }
    }
    return status;
}

static void tell_end(const struct matrix *m, const struct matrix_row *row)
{
    const struct matrix_run *run = &row->runs[row->n_runs - 1];
    const char *word = run->could_not_run ? "could not run" : verdict_words[run->verdict].name;
    size_t made = 0;

    for (size_t i = 0; i < m->n_rows; i++)
        made += m->rows[i].n_runs;
    fprintf(stderr, "%zu/%zu  %s, round %u: ", made, m->n_rows * m->rounds, row->scenario,
            run->round);
    for (; *word; word++)
        fputc(run->could_not_run ? *word : toupper((unsigned char)*word), stderr);
    fputc('\n', stderr);
}

/* Runs one of them once; an exit status. */
static int run_one(struct matrix *m, struct matrix_row *row, struct run_options *o, bool quiet)
{
    struct run_result result;
    struct progress progress;
    struct err err = { 0 };
    const char *directory;
    int status;

    o->file = row->file;
    o->on_notice = tell_notice;
    progress_start(&progress, o);
    status = run_scenario(o, &result, &err);
    progress_stop(&progress);
    directory = result.directory[0] ? result.directory + strlen(o->out) + 1 : NULL;
    if (status != 0) {
        status = err.kind == ERR_INPUT ? EXIT_BAD_INPUT : EXIT_COULD_NOT_RUN;
        matrix_add_failed_run(row, o->round, err.text, directory);
    } else {
        status = exit_of(result.verdict);
        matrix_add_run(row, o->round, &result.facts, result.verdict, directory);
    }
    if (!m->started[0])
        memcpy(m->started, result.history.started, sizeof m->started);
    if (result.interrupted)
        interrupted = row->runs[row->n_runs - 1].interrupted = true;
    tell_error(row->file, &err);
    if (!quiet) {
        tell_kept(&result);
        tell_end(m, row);
    }
    run_result_free(&result);
    return status;
}

static int run_all(struct matrix *m, struct run_options *o, bool quiet)
{
    struct sigaction before[COUNT(interrupts)];
    int status = EXIT_PASS;

    mind(before);
    for (o->round = 1; o->round <= o->rounds; o->round++)
        for (size_t i = 0; i < m->n_rows && !interrupted; i++)
            status = exit_worse(status, run_one(m, &m->rows[i], o, quiet));
    m->interrupted = interrupted;
    if (interrupted)
        status = exit_worse(status, EXIT_UNKNOWN);
    for (size_t i = 0; i < m->n_rows; i++)
        matrix_sum(&m->rows[i]);
    stop_minding(before);
    return status;
}

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
        matrix_table_write(stdout, m, how->quiet);
        if (!failed && !how->quiet)
            printf("matrix: %s\n", path);
    }
    flush_output();
    if (failed)
        fprintf(stderr, "hupproof: %s\n", err.text);
    free(path);
    return failed ? EXIT_COULD_NOT_RUN : EXIT_PASS;
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
            how->quiet = true;
        else if (strcmp(given->name, "json") == 0)
            how->json = true;
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
    struct telling how = { 0 };
    struct matrix m = { 0 };
    struct options given;
    struct err err = { 0 };
    char directory[4096];
    int status;

    options_start(&given, c, argc, argv);
    status = read_options(c, &given, &o, &how);
    if (status == EXIT_PASS)
        status = read_all(&m, &o, given.kept, given.argv);
    if (status == EXIT_PASS && workspace_make_directory(o.out, ".", 1, 1, directory, &err) != 0) {
        fprintf(stderr, "hupproof: %s\n", err.text);
        status = EXIT_COULD_NOT_RUN;
    } else if (status == EXIT_PASS) {
        m.rounds = o.rounds;
        status = run_all(&m, &o, how.quiet);
        status = exit_worse(status, tell(&m, o.out, &how));
    }
    matrix_free(&m);
    return status;
}

const struct command command_matrix = {
    "matrix", "SCENARIO...", "run scenarios in turns and compare them in one table",
    more,     options,       run
};

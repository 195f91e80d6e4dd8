/* In which turns do the scenarios of a matrix run, and what becomes of each run? */
#include "matrix_rounds.h"
#include "progress.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>

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

int matrix_rounds_read(struct matrix *m, struct run_options *o, int n, char **files)
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

int matrix_rounds_run(struct matrix *m, struct run_options *o, bool quiet)
{
    struct sigaction before[COUNT(interrupts)];
    int status = EXIT_PASS;

    m->rounds = o->rounds;
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

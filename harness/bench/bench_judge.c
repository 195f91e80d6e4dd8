/* What does it cost to judge, keep and tell a history of N requests?  Prints one
   line of JSON for each round. */
#include "core/check.h"
#include "json/history_file.h"
#include "json/report_write.h"
#include "long_run.h"
#include "resident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_SIZES = 8 };

struct size {
    size_t n;
    struct scenario sc;
    struct history h;
    double freeze;
    size_t grown;
};

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const struct err *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

/* What a history of these samples takes when they come in one by one. */
static size_t growth(const struct history *from)
{
    struct history h = { 0 };
    size_t before = resident(), grown;

    for (size_t i = 0; i < from->n_samples; i++)
        history_add_sample(&h, &from->samples[i]);
    grown = resident() - before;
    history_free(&h);
    return grown;
}

static void prepare(struct size *s, size_t n, unsigned lost_of)
{
    double began;

    s->n = n;
    long_run(&s->sc, &s->h, n, lost_of);
    s->grown = growth(&s->h);
    began = cpu_ms();
    history_freeze(&s->h);
    s->freeze = cpu_ms() - began;
}

static void judge(const struct size *s)
{
    struct finding *found = mem_new(n_checks, sizeof *found);
    double began = cpu_ms(), known, judged;
    struct facts f;
    enum verdict verdict;

    facts_find(&f, &s->sc, &s->h);
    known = cpu_ms();
    verdict = check_all(&f, found);
    judged = cpu_ms();
    printf("{\"requests\": %zu, \"judge_ms\": %.2f, \"facts_ms\": %.2f, \"checks_ms\": %.2f, "
           "\"freeze_ms\": %.2f, \"sizeof\": %zu, \"grown\": %zu, \"verdict\": \"%s\"}\n",
           s->n, judged - began, known - began, judged - known, s->freeze, sizeof(struct sample),
           s->grown, verdict_words[verdict].name);
    if (getenv("BENCH_SHOW"))
        for (size_t i = 0; i < n_checks; i++)
            fprintf(stderr, "%-28s %s %s\n", checks[i].name, verdict_words[found[i].verdict].name,
                    found[i].why);
    facts_free(&f);
    free(found);
}

/* Write the history, read it again, judge, write the report. */
static void keep(const struct size *s, const char *directory)
{
    struct finding *found = mem_new(n_checks, sizeof *found);
    struct scenario sc;
    struct history h;
    struct facts f;
    struct err err = { 0 };
    char path[4200];
    double began, written, read_back, reported;
    enum verdict verdict;

    snprintf(path, sizeof path, "%s/history.ndjson", directory);
    began = cpu_ms();
    if (history_write(path, &s->sc, &s->h, &err) != 0)
        fail(&err);
    written = cpu_ms();
    if (history_read(path, &sc, &h, &err) != 0)
        fail(&err);
    read_back = cpu_ms();
    facts_find(&f, &sc, &h);
    verdict = check_all(&f, found);
    snprintf(path, sizeof path, "%s/report.json", directory);
    reported = cpu_ms();
    if (report_write(path, &f, found, verdict, &err) != 0)
        fail(&err);
    printf("{\"requests\": %zu, \"write_ms\": %.2f, \"read_ms\": %.2f, \"report_ms\": %.2f}\n",
           s->n, written - began, read_back - written, cpu_ms() - reported);
    facts_free(&f);
    history_free(&h);
    scenario_free(&sc);
    free(found);
}

int main(int argc, char **argv)
{
    static struct size sizes[MOST_SIZES];
    int n_sizes = argc - 4, rounds;
    unsigned lost_of;

    if (n_sizes < 1 || n_sizes > MOST_SIZES) {
        fprintf(stderr, "usage: %s DIRECTORY ROUNDS LOST_OF REQUESTS...\n", argv[0]);
        return 2;
    }
    rounds = atoi(argv[2]);
    lost_of = (unsigned)atoi(argv[3]);
    for (int i = 0; i < n_sizes; i++)
        prepare(&sizes[i], strtoul(argv[4 + i], NULL, 10), lost_of);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < n_sizes; i++)
            judge(&sizes[i]);
    if (*argv[1])
        keep(&sizes[n_sizes - 1], argv[1]);
    for (int i = 0; i < n_sizes; i++) {
        history_free(&sizes[i].h);
        scenario_free(&sizes[i].sc);
    }
    return 0;
}

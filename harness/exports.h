/* What of its runs is to be written for others to read, besides the reports themselves? */
#ifndef HUPPROOF_EXPORTS_H
#define HUPPROOF_EXPORTS_H

#include "cli.h"

/* Rows for the options of a command; each is a command of hupproof-report by the same name. */
#define EXPORT_OPTIONS                                                                             \
    { "junit", "FILE", "write JUnit XML: each run a suite, each check a case" },                   \
        { "markdown", "FILE", "write Markdown, for the summary of a pipeline's step" },            \
        { "openmetrics", "FILE", "write OpenMetrics text, as Prometheus takes it" },               \
        { "hgrm", "DIR", "write latencies as HdrHistogram's percentiles, a file a lane" },         \
    {                                                                                              \
        "csv", "FILE", "write all requests as CSV"                                                 \
    }

enum { N_EXPORTS = 5 };

/* Start with {0}. */
struct exports {
    const char *files[N_EXPORTS];
    char **runs;   /* directories */
    char **failed; /* "NAME: why" of runs that could not be */
    size_t n_runs, n_failed;
};

/* Whether the option is one of these; then it is kept. */
bool exports_take(struct exports *x, const char *option, const char *file);

/* Both copy.  A run may be both: it left its files, and something in it could not be done. */
void exports_add_run(struct exports *x, const char *directory);
void exports_add_failed(struct exports *x, const char *name, const char *why);

/* Writes what was asked for and frees all; what fails is told.  An exit status. */
int exports_write(struct exports *x);

#endif

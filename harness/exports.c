#include "exports.h"
#include "viewer.h"

#include <stdlib.h>
#include <string.h>

static const struct option_row formats[] = { EXPORT_OPTIONS };
_Static_assert(COUNT(formats) == N_EXPORTS, "one file for each");

bool exports_take(struct exports *x, const char *option, const char *file)
{
    for (size_t i = 0; i < N_EXPORTS; i++) {
        if (strcmp(option, formats[i].name) != 0)
            continue;
        x->files[i] = file;
        return true;
    }
    return false;
}

void exports_add_run(struct exports *x, const char *directory)
{
    x->runs = mem_grow(x->runs, x->n_runs + 1, sizeof(x->runs[0]));
    x->runs[x->n_runs++] = mem_text(directory);
}

void exports_add_failed(struct exports *x, const char *name, const char *why)
{
    x->failed = mem_grow(x->failed, x->n_failed + 1, sizeof(x->failed[0]));
    x->failed[x->n_failed++] = mem_printf("--could-not-run=%s: %s", name, why);
}

static int write_one(const struct exports *x, const char *format, const char *file)
{
    const char **argv = mem_new(x->n_runs + x->n_failed + 6, sizeof *argv);
    char *output = mem_printf("--output=%s", file);
    struct err err = { 0 };
    size_t n = 1;
    int failed;

    argv[n++] = format;
    argv[n++] = output;
    for (size_t i = 0; i < x->n_failed; i++)
        argv[n++] = x->failed[i];
    argv[n++] = "--"; /* a directory may be called anything */
    for (size_t i = 0; i < x->n_runs; i++)
        argv[n++] = x->runs[i];
    failed = viewer_run(argv, &err);
    if (failed)
        fprintf(stderr, "hupproof: --%s %s: %s\n", format, file, err.text);
    free(output);
    free(argv);
    return failed ? EXIT_COULD_NOT_RUN : EXIT_PASS;
}

int exports_write(struct exports *x)
{
    int status = EXIT_PASS;

    for (size_t i = 0; i < N_EXPORTS; i++)
        if (x->files[i])
            status = exit_worse(status, write_one(x, formats[i].name, x->files[i]));
    for (size_t i = 0; i < x->n_runs; i++)
        free(x->runs[i]);
    for (size_t i = 0; i < x->n_failed; i++)
        free(x->failed[i]);
    free(x->runs);
    free(x->failed);
    *x = (struct exports){ 0 };
    return status;
}

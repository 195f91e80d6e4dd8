/* The sample run's history in a folder of its own. */
#ifndef HUPPROOF_HISTORY_ON_DISK_H
#define HUPPROOF_HISTORY_ON_DISK_H

#include "core/check.h"
#include "json/history_file.h"
#include "sample_run.h"

#include <unistd.h>

static char folder[] = "/tmp/hupproof-test-XXXXXX";
static char path[64];

static inline int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/h", folder);
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static inline char *slurp(void)
{
    FILE *in = fopen(path, "r");
    char *text = mem_new(1 << 16, 1);

    assert_non_null(in);
    assert_true(fread(text, 1, (1 << 16) - 1, in) > 0);
    fclose(in);
    return text;
}

static inline void spill(const char *text, size_t length)
{
    FILE *out = fopen(path, "w");

    assert_int_equal(fwrite(text, 1, length, out), length);
    fclose(out);
}

/* The sample run's file; the caller frees it. */
static inline char *sample_file(void)
{
    struct scenario sc;
    struct history h;
    struct err err = { 0 };

    sample_run(&sc, &h);
    if (history_write(path, &sc, &h, &err))
        fail_msg("%s", err.text);
    scenario_free(&sc);
    history_free(&h);
    return slurp();
}

static inline struct finding *judge(const struct scenario *sc, const struct history *h)
{
    struct finding *findings = mem_new(n_checks, sizeof *findings);
    struct facts facts;

    facts_find(&facts, sc, h);
    check_all(&facts, findings);
    facts_free(&facts);
    return findings;
}

#endif

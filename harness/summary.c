/* What happened, for a person to read, in 80 columns? */
#include "summary.h"
#include "core/advice.h"
#include "core/none_lost.h"
#include "core/story.h"
#include "outcomes_list.h"
#include "paper.h"
#include "states_table.h"
#include "timeline.h"
#include "tls_lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *word, *colour;
} looks[] = {
    [PASS] = { "PASS", "\033[32m" },
    [UNKNOWN] = { "UNKNOWN", "\033[33m" },
    [FAIL] = { "FAIL", "\033[31m" },
};

struct summary {
    FILE *to;
    bool colour;
    const struct facts *f;
    const struct finding *findings;
};

static void coloured(const struct summary *s, const char *colour, const char *text)
{
    fprintf(s->to, "%s%s%s", s->colour ? colour : "", text, s->colour ? "\033[0m" : "");
}

static void outcomes_of(const struct summary *s, const uint64_t by_outcome[N_OUTCOMES])
{
    if (outcomes_list(s->to, by_outcome, " (")[0] == ',')
        fprintf(s->to, ")");
}

static size_t count_in_vain(const struct facts *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_upgrades; i++)
        n += f->upgrades[i].meant_to_fail;
    return n;
}

/* The claims that made the verdict. */
static void write_reasons(const struct summary *s, enum verdict verdict)
{
    const char *before = "; by ";

    for (size_t i = 0; i < n_checks && verdict != PASS; i++) {
        if (!s->findings[i].applies || s->findings[i].verdict != verdict)
            continue;
        fprintf(s->to, "%s%s", before, checks[i].name);
        before = ", ";
    }
}

/* Where a story follows that tells what it means that none was lost. */
static void write_head(const struct summary *s, enum verdict verdict, bool story_follows)
{
    const struct facts *f = s->f;
    char none[NONE_LOST_SIZE];
    size_t in_vain = count_in_vain(f);

    fprintf(s->to, "%s: ", f->sc->name);
    coloured(s, looks[verdict].colour, looks[verdict].word);
    fprintf(s->to, "%s%llu requests, %llu ok", story_follows ? "\n  \t" : "  ",
            (unsigned long long)f->all.requests, (unsigned long long)f->all.ok);
    none_lost_say(f, none);
    if (f->all.lost || !story_follows)
        fprintf(s->to, ", %llu lost%s", (unsigned long long)f->all.lost, f->all.lost ? "" : none);
    outcomes_of(s, f->all.by_outcome);
    fprintf(s->to, "; %zu upgrade%s", f->n_upgrades, f->n_upgrades == 1 ? "" : "s");
    if (in_vain)
        fprintf(s->to, ", %zu meant to fail", in_vain);
    if (!story_follows)
        write_reasons(s, verdict);
    fprintf(s->to, "\n");
}

static void write_story(const struct summary *s)
{
    struct story story;

    story_tell(s->f, &story);
    for (size_t i = 0; i < story.n; i++)
        fprintf(s->to, "  \t%s\n", story.sentences[i]);
    fprintf(s->to, "\n");
}

static void write_lanes(const struct summary *s)
{
    const struct facts *f = s->f;

    fprintf(s->to,
            "  lane         requests       ok     lost  p50 ms  p99 ms  max ms  longest gap\n");
    for (size_t i = 0; i < f->sc->n_lanes; i++) {
        const struct lane_facts *l = &f->lanes[i];

        fprintf(s->to, "  %-12.12s %8llu %8llu %8llu %7.1f %7.1f %7.1f  ", f->sc->lanes[i].name,
                (unsigned long long)l->requests, (unsigned long long)l->ok,
                (unsigned long long)l->lost, ms(l->p50), ms(l->p99), ms(l->max));
        if (l->longest_gap)
            fprintf(s->to, "%8.1f ms\n", ms(l->longest_gap));
        else
            fprintf(s->to, "       none\n");
    }
}

static void write_finding(const struct summary *s, size_t i)
{
    const struct finding *f = &s->findings[i];
    const struct advice *advice = advice_find(checks[i].name, f, s->f);
    const char *word = f->applies ? looks[f->verdict].word : "-";

    fprintf(s->to, "  ");
    coloured(s, f->applies ? looks[f->verdict].colour : "", word);
    fprintf(s->to, "%*s%s\n          \t%s\n", 8 - (int)strlen(word), "", checks[i].name, f->why);
    if (advice)
        fprintf(s->to, "          look at: \t%s\n          likely:  \t%s\n", advice->look_at,
                advice->likely_cause);
}

static bool is_of(const struct finding *f, bool applies, enum verdict verdict)
{
    return f->applies == applies && (!applies || f->verdict == verdict);
}

static void write_all_of(const struct summary *s, bool applies, enum verdict verdict)
{
    for (size_t i = 0; i < n_checks; i++)
        if (is_of(&s->findings[i], applies, verdict))
            write_finding(s, i);
}

static void write_names_of(const struct summary *s, bool applies, enum verdict verdict,
                           const char *what)
{
    size_t n = 0;

    for (size_t i = 0; i < n_checks; i++)
        n += is_of(&s->findings[i], applies, verdict);
    if (!n)
        return;
    fprintf(s->to, "  ");
    coloured(s, applies ? looks[verdict].colour : "", applies ? looks[verdict].word : "-");
    fprintf(s->to, "%*s\t%zu %s:", applies ? 4 : 7, "", n, what);
    for (size_t i = 0; i < n_checks; i++)
        if (is_of(&s->findings[i], applies, verdict))
            fprintf(s->to, " %s%s", checks[i].name, --n ? "," : "\n");
}

/* The worst first; what could not be put to the test last. */
static void write_findings(const struct summary *s, bool verbose)
{
    fprintf(s->to, "\n");
    write_all_of(s, true, FAIL);
    write_all_of(s, true, UNKNOWN);
    if (verbose) {
        write_all_of(s, true, PASS);
        write_all_of(s, false, PASS);
    } else {
        write_names_of(s, true, PASS, "claims hold");
        write_names_of(s, false, PASS, "were not put to the test");
    }
}

static void write_rest(const struct summary *s, bool verbose)
{
    write_story(s);
    write_lanes(s);
    timeline_write(s->to, s->f);
    states_table_write(s->to, s->f);
    tls_lines_write(s->to, s->f);
    write_findings(s, verbose);
}

void summary_write(FILE *to, const struct facts *f, const struct finding *findings,
                   enum verdict verdict, enum summary_size size)
{
    const char *no_colour = getenv("NO_COLOR");
    struct summary s = { .colour = isatty(fileno(to)) && !(no_colour && *no_colour),
                         .f = f,
                         .findings = findings };
    char *text = NULL;
    size_t n = 0;

    s.to = open_memstream(&text, &n);
    if (!s.to)
        abort();
    write_head(&s, verdict, size != SUMMARY_LINE);
    if (size != SUMMARY_LINE)
        write_rest(&s, size == SUMMARY_ALL);
    fclose(s.to);
    if (size == SUMMARY_LINE)
        fputs(text, to); /* one line a run: for a script */
    else
        paper_write(to, text);
    free(text);
}

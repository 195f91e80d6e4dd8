/* What happened, for a person to read? */
#include "summary.h"
#include "core/none_lost.h"
#include "outcomes_list.h"
#include "states_table.h"
#include "timeline.h"
#include "tls_lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_FROM = 10, WHY_FROM = 38, WIDTH = 100 };

static const struct {
    const char *word, *colour;
} looks[] = {
    [PASS] = { "PASS", "\033[32m" },
    [UNKNOWN] = { "UNKNOWN", "\033[33m" },
    [FAIL] = { "FAIL", "\033[31m" },
};

struct paper {
    FILE *to;
    bool colour;
    const struct facts *f;
};

static void coloured(const struct paper *p, const char *colour, const char *text)
{
    fprintf(p->to, "%s%s%s", p->colour ? colour : "", text, p->colour ? "\033[0m" : "");
}

static void outcomes_of(const struct paper *p, const uint64_t by_outcome[N_OUTCOMES])
{
    if (outcomes_list(p->to, by_outcome, " (")[0] == ',')
        fprintf(p->to, ")");
}

static void write_lanes(const struct paper *p)
{
    const struct facts *f = p->f;

    fprintf(
        p->to,
        "  lane           requests       ok     lost   p50 ms   p99 ms   max ms   longest gap\n");
    for (size_t i = 0; i < f->sc->n_lanes; i++) {
        const struct lane_facts *l = &f->lanes[i];

        fprintf(p->to, "  %-14.14s %8llu %8llu %8llu %8.1f %8.1f %8.1f   ", f->sc->lanes[i].name,
                (unsigned long long)l->requests, (unsigned long long)l->ok,
                (unsigned long long)l->lost, ms(l->p50), ms(l->p99), ms(l->max));
        if (l->longest_gap)
            fprintf(p->to, "%.0f ms at %.3f s\n", ms(l->longest_gap),
                    (double)l->longest_gap_at / 1e9);
        else
            fprintf(p->to, "none\n");
    }
}

/* Breaks lines between words. */
static void write_why(const struct paper *p, const char *why)
{
    const size_t room = WIDTH - WHY_FROM;

    while (strlen(why) > room) {
        size_t n = room;

        while (n > room / 2 && why[n] != ' ')
            n--;
        fprintf(p->to, "%.*s\n%*s", (int)n, why, WHY_FROM, "");
        why += n + (why[n] == ' ');
    }
    fprintf(p->to, "%s\n", why);
}

static void write_finding(const struct paper *p, size_t i, const struct finding *f)
{
    const char *word = f->applies ? looks[f->verdict].word : "-";

    fprintf(p->to, "  ");
    coloured(p, f->applies ? looks[f->verdict].colour : "", word);
    fprintf(p->to, "%*s%-*s ", NAME_FROM - 2 - (int)strlen(word), "", WHY_FROM - NAME_FROM - 1,
            checks[i].name);
    write_why(p, f->why);
}

/* The worst first; what could not be put to the test last. */
static void write_findings(const struct paper *p, const struct finding *findings)
{
    for (int verdict = FAIL; verdict >= PASS; verdict--)
        for (size_t i = 0; i < n_checks; i++)
            if (findings[i].applies && (int)findings[i].verdict == verdict)
                write_finding(p, i, &findings[i]);
    for (size_t i = 0; i < n_checks; i++)
        if (!findings[i].applies)
            write_finding(p, i, &findings[i]);
}

static size_t count_in_vain(const struct facts *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_upgrades; i++)
        n += f->upgrades[i].meant_to_fail;
    return n;
}

void summary_write(FILE *to, const struct facts *f, const struct finding *findings,
                   enum verdict verdict, bool quiet)
{
    const char *no_colour = getenv("NO_COLOR");
    struct paper p = { to, isatty(fileno(to)) && !(no_colour && *no_colour), f };
    char none[NONE_LOST_SIZE];
    size_t in_vain;

    fprintf(to, "%s: ", f->sc->name);
    coloured(&p, looks[verdict].colour, looks[verdict].word);
    fprintf(to, "  %llu requests, %llu ok, %llu lost", (unsigned long long)f->all.requests,
            (unsigned long long)f->all.ok, (unsigned long long)f->all.lost);
    none_lost_say(f, none);
    if (f->all.lost)
        outcomes_of(&p, f->all.by_outcome);
    else
        fprintf(to, "%s", none);
    fprintf(to, "; %zu upgrade%s", f->n_upgrades, f->n_upgrades == 1 ? "" : "s");
    if ((in_vain = count_in_vain(f)))
        fprintf(to, ", %zu meant to fail", in_vain);
    fprintf(to, "\n");
    if (quiet)
        return;
    write_lanes(&p);
    timeline_write(to, f);
    states_table_write(to, f);
    tls_lines_write(to, f);
    write_findings(&p, findings);
}

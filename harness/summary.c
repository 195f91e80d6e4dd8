/* What happened, for a person to read? */
#include "summary.h"
#include "core/none_lost.h"
#include "states_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NAME_FROM = 10,
    WHY_FROM = 38,
    WIDTH = 100,
    MANY_PROCESSES = 24,
    MANY_UPGRADES = 8,
    STEP_SHOWN = 200
};

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

/* Since the run began, as in the findings and in the report. */
static double seconds(int64_t at)
{
    return (double)at / 1e9;
}

static void coloured(const struct paper *p, const char *colour, const char *text)
{
    fprintf(p->to, "%s%s%s", p->colour ? colour : "", text, p->colour ? "\033[0m" : "");
}

static void outcomes_of(const struct paper *p, const uint64_t by_outcome[N_OUTCOMES])
{
    const char *between = " (";

    for (size_t i = OUTCOME_OK + 1; i < N_OUTCOMES; i++) {
        if (by_outcome[i] == 0)
            continue;
        fprintf(p->to, "%s%llu %s", between, (unsigned long long)by_outcome[i], outcomes[i].name);
        between = ", ";
    }
    if (between[0] == ',')
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
            fprintf(p->to, "%.0f ms at %.3f s\n", ms(l->longest_gap), seconds(l->longest_gap_at));
        else
            fprintf(p->to, "none\n");
    }
}

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void write_end(const struct paper *p, const struct process *r)
{
    if (r->left_over)
        fprintf(p->to, "had to be killed");
    else if (r->execd_away >= 0)
        fprintf(p->to, "exec'd at %.3f s", seconds(r->execd_away));
    else if (r->exited < 0)
        fprintf(p->to, "still runs");
    else if (r->status < 0)
        fprintf(p->to, "gone at %.3f s", seconds(r->exited));
    else if (WIFSIGNALED(r->status))
        fprintf(p->to, "killed by SIG%s at %.3f s", sigabbrev_np(WTERMSIG(r->status)),
                seconds(r->exited));
    else
        fprintf(p->to, "exited %d at %.3f s", WEXITSTATUS(r->status), seconds(r->exited));
}

static void write_processes(const struct paper *p)
{
    const struct facts *f = p->f;
    size_t shown = 0;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *r = &f->processes[i];

        if (r->requests == 0 && !r->left_over && !r->zombie)
            continue;
        if (++shown > MANY_PROCESSES) {
            fprintf(p->to, "  pid        ... and more: see the report\n");
            return;
        }
        fprintf(p->to, "  pid %-7d generation %u  %-14.14s ", r->pid, r->generation,
                base(history_text_of(f->h, r->exe)));
        if (r->requests)
            fprintf(p->to, "%7u answers, %.3f to %.3f s; ", r->requests, seconds(r->first_answer),
                    seconds(r->last_answer));
        write_end(p, r);
        fprintf(p->to, "\n");
    }
}

/* A step may run a whole script: of that its first line, or as much as fits. */
static void write_step(const struct paper *p, const struct event *e)
{
    const char *text = history_text_of(p->f->h, e->text);
    size_t n = 0;

    while (n < STEP_SHOWN && (unsigned char)text[n] >= ' ' && text[n] != '\177')
        n++;
    while (n && (text[n] & 0xc0) == 0x80) /* no half characters */
        n--;
    fprintf(p->to, "  step       %.3f s  %.*s%s\n", seconds(e->at), (int)n, text,
            text[n] ? "..." : "");
}

static void write_steps(const struct paper *p)
{
    const struct history *h = p->f->h;

    fprintf(p->to, "  load       %.3f to %.3f s\n", seconds(p->f->load_began),
            seconds(p->f->load_ended));
    for (size_t i = 0; i < h->n_events; i++)
        if (h->events[i].kind == EVENT_STEP_BEGAN)
            write_step(p, &h->events[i]);
}

static bool lost_any(const struct facts *f, const struct upgrade *u)
{
    for (size_t i = facts_first_sent(f, u->begun); i < f->h->n_samples; i++) {
        if (f->h->samples[i].sent >= u->ended)
            break;
        if (f->h->samples[i].outcome != OUTCOME_OK)
            return true;
    }
    return false;
}

/* What the kernel saw of an upgrade by which something was lost. */
static void write_kernel(const struct paper *p, size_t upgrade)
{
    const struct facts *f = p->f;
    const struct upgrade *u = &f->upgrades[upgrade];
    char line[400] = "";
    size_t n = 0;

    for (size_t i = facts_first_queue(f, upgrade);
         i < f->n_queues && f->queues[i].upgrade == upgrade + 1 && n < sizeof(line) / 2; i++)
        if (f->queues[i].closed >= 0 && f->queues[i].closed <= f->load_ended)
            n += (size_t)snprintf(line + n, sizeof(line) - n,
                                  "%sthe listener that closed had %u connections in its queue",
                                  n ? "; " : "", f->queues[i].last);
    for (size_t i = 0; i < N_NET_COUNTERS && n < sizeof(line); i++)
        if (u->net[i] > 0)
            n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s +%lld", n ? "; " : "",
                                  net_counters[i].name, (long long)u->net[i]);
    if (n)
        fprintf(p->to, "  kernel     %.3f s  %s\n", seconds(u->begun), line);
}

static void write_kernels(const struct paper *p)
{
    size_t shown = 0;

    for (size_t i = 0; i < p->f->n_upgrades; i++) {
        if (!lost_any(p->f, &p->f->upgrades[i]))
            continue;
        if (++shown > MANY_UPGRADES) {
            fprintf(p->to, "  kernel     ... and more: see the report\n");
            return;
        }
        write_kernel(p, i);
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
    write_steps(&p);
    write_kernels(&p);
    write_processes(&p);
    states_table_write(to, f);
    write_findings(&p, findings);
}

/* Do all answers outside an upgrade come from the same?  From when an upgrade has been
   handed over until the next one begins there is one generation and one version.

   new_took_the_new asks which way requests go after a takeover, by when a process was
   born.  This claim asks whether there are two at once, whoever they are: two masters
   that both go on, an old process that somebody starts again, one that comes without any
   upgrade, two versions within one generation, and also where nobody took over or before
   the first upgrade.  An old process that goes on accepting breaks both. */
#include "core/checks.h"
#include "core/handover.h"
#include "core/lineage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 8 /* different ones told apart in one stretch; more are counted with the last */

/* Answers of one generation or version. */
struct kind {
    uint32_t what;
    uint64_t n;
    size_t first; /* sample */
};

struct kinds {
    struct kind all[MOST];
    size_t n;
};

/* A stretch of time outside any upgrade. */
struct stretch {
    const struct upgrade *after; /* that upgrade; NULL: the load began */
    int64_t from;                /* when it had been handed over */
    struct kinds generations, versions;
    uint64_t doubtful; /* answers of old processes, no later than the machine was starved */
    const struct sample *first_doubtful;
};

static void add(struct kinds *kinds, uint32_t what, size_t sample)
{
    size_t i = 0;

    while (i < kinds->n && kinds->all[i].what != what)
        i++;
    if (i == MOST)
        i--;
    if (i == kinds->n)
        kinds->all[kinds->n++] = (struct kind){ .what = what, .first = sample };
    kinds->all[i].n++;
}

/* Most answers are of this kind. */
static const struct kind *main_of(const struct kinds *kinds)
{
    const struct kind *found = &kinds->all[0];

    for (size_t i = 1; i < kinds->n; i++)
        if (kinds->all[i].n > found->n)
            found = &kinds->all[i];
    return found;
}

/* Of the others the one that was seen first. */
static const struct kind *stray_of(const struct kinds *kinds)
{
    return main_of(kinds) == &kinds->all[0] ? &kinds->all[1] : &kinds->all[0];
}

static void say_who(const struct facts *f, size_t sample, char *text, size_t size)
{
    const struct process *p = facts_who(f, sample);

    if (lineage_uninvited(f, p))
        snprintf(text, size, "pid %d, which came at %.1f ms without any upgrade", (int)p->pid,
                 ms(p->born));
    else
        snprintf(text, size, "pid %d of generation %u", (int)p->pid, p->generation);
}

static struct finding two_generations(const struct facts *f, const struct kinds *kinds)
{
    const struct kind *most = main_of(kinds), *stray = stray_of(kinds);
    const struct sample *shown = &f->h->samples[stray->first];
    char one[70], other[70];

    say_who(f, stray->first, one, sizeof(one));
    say_who(f, most->first, other, sizeof(other));
    return finding(FAIL, shown,
                   "two generations served outside any upgrade: request %" PRIu32
                   ", sent at %.1f ms, was answered by %s, %" PRIu64 " others by %s",
                   shown->id, ms(shown->sent), one, most->n, other);
}

static struct finding two_versions(const struct facts *f, const struct kinds *kinds)
{
    const struct kind *most = main_of(kinds), *stray = stray_of(kinds);
    const struct sample *shown = &f->h->samples[stray->first];

    return finding(FAIL, shown,
                   "two versions served outside any upgrade: request %" PRIu32
                   ", sent at %.1f ms, was answered by version %.30s, %" PRIu64
                   " others by version %.30s",
                   shown->id, ms(shown->sent), history_text_of(f->h, stray->what), most->n,
                   history_text_of(f->h, most->what));
}

static struct finding judge(const struct facts *f, const struct stretch *s)
{
    if (s->generations.n > 1)
        return two_generations(f, &s->generations);
    if (s->versions.n > 1)
        return two_versions(f, &s->versions);
    if (s->doubtful && s->generations.n)
        return finding(UNKNOWN, s->first_doubtful,
                       "%" PRIu64
                       " requests sent more than %.1f ms after a takeover went to an old "
                       "process beside the new, but no later than the machine starved us of its "
                       "CPUs",
                       s->doubtful, ms(f->sc->limits.overlap));
    return finding(PASS, NULL, "-");
}

/* An old process may have had no time to stop accepting. */
static bool is_doubtful(const struct facts *f, const struct stretch *s, size_t i)
{
    int64_t sent = f->h->samples[i].sent;
    const struct process *who = facts_who(f, i);

    return who && s->after && s->after->takeover >= 0 && handover_is_before(who, s->after) &&
           facts_starved(f, s->after->begun, sent) >= sent - s->from;
}

static void take(const struct facts *f, struct stretch *s, const unsigned *generations, size_t i)
{
    if (is_doubtful(f, s, i)) {
        if (s->doubtful++ == 0)
            s->first_doubtful = &f->h->samples[i];
        return;
    }
    if (facts_who(f, i))
        add(&s->generations, generations[f->answered_by[i]], i);
    if (f->h->samples[i].version)
        add(&s->versions, f->h->samples[i].version, i);
}

/* Who is in the queue when an upgrade begins may be answered by a new process. */
static bool was_struck(const struct facts *f, size_t next, const struct sample *s)
{
    return next < f->n_upgrades && s->done >= f->upgrades[next].begun;
}

/* Goes through the stretches one after another; the worst finding, and whether there were
   answers in any. */
static struct finding judge_all(const struct facts *f, const unsigned *generations, bool *any)
{
    struct finding worst = finding(PASS, NULL, "-"), one;
    struct stretch s = { .from = f->load_began };
    size_t next = 0;

    for (size_t i = 0; i <= f->h->n_samples; i++) {
        const struct sample *sample = i < f->h->n_samples ? &f->h->samples[i] : NULL;

        if (!sample || (next < f->n_upgrades && sample->sent >= f->upgrades[next].begun)) {
            one = judge(f, &s);
            if (one.verdict > worst.verdict)
                worst = one;
            s.generations.n = s.versions.n = 0;
            s.doubtful = 0;
        }
        for (; sample && next < f->n_upgrades && sample->sent >= f->upgrades[next].begun; next++) {
            int64_t from = lineage_handed_over(f, &f->upgrades[next]);

            if (from > s.from)
                s.from = from;
            s.after = &f->upgrades[next];
        }
        if (!sample || sample->outcome != OUTCOME_OK || (next && sample->sent <= s.from) ||
            was_struck(f, next, sample) || (!facts_who(f, i) && !sample->version))
            continue;
        *any = true;
        take(f, &s, generations, i);
    }
    return worst;
}

static size_t count_uninvited(const struct facts *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_processes; i++)
        n += f->processes[i].requests && lineage_uninvited(f, &f->processes[i]);
    return n;
}

struct finding only_one_generation_serves(const struct facts *f)
{
    size_t uninvited = count_uninvited(f);
    bool any = false;
    unsigned *generations;
    struct finding found;
    char came[96] = "";

    if (f->sc->server.who == WHO_NONE && f->sc->server.version == TOKEN_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    generations = lineage_generations(f);
    found = judge_all(f, generations, &any);
    free(generations);
    if (found.verdict != PASS)
        return found;
    if (!any)
        return finding_not_applicable("no answer that tells who gave it was to a request sent "
                                      "outside an upgrade (limit %.1f ms)",
                                      ms(f->sc->limits.overlap));
    if (uninvited)
        snprintf(came, sizeof(came), "; %zu processes came without any upgrade, to join those",
                 uninvited);
    return finding(PASS, NULL, "outside the upgrades (%zu) one generation served at a time%s%s",
                   f->n_upgrades, f->sc->server.version == TOKEN_NONE ? "" : ", and one version",
                   came);
}

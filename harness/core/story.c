/* What happened, in words? */
#include "core/story.h"
#include "core/landmarks.h"
#include "core/none_lost.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { UPGRADES_TOLD = 3, OUTCOMES_TOLD = 4 };

#define AT_ONCE (10 * NS_PER_MS) /* within that a moment needs a decimal */

/* Those of one upgrade that ended in one way. */
struct group {
    uint64_t n;
    int64_t from, to; /* when the first and the last of them ended */
};

struct period {
    uint64_t lost;
    struct group by[N_OUTCOMES];
};

const char *story_number(uint64_t n, char text[STORY_NUMBER])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = text;

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

/* A sentence goes on; what does not fit is left out. */
struct pen {
    char *text;
    size_t n;
};

static void say(struct pen *pen, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct pen *pen, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(pen->text + pen->n, STORY_SENTENCE - pen->n, fmt, args);
    va_end(args);
    pen->n += n > 0 ? (size_t)n : 0;
    if (pen->n >= STORY_SENTENCE)
        pen->n = STORY_SENTENCE - 1;
}

static struct pen begin(struct story *story)
{
    struct pen pen = { .text =
                           story->sentences[story->n < STORY_MOST ? story->n : STORY_MOST - 1] };

    if (story->n < STORY_MOST)
        story->n++;
    pen.text[0] = '\0';
    return pen;
}

static void say_number(struct pen *pen, uint64_t n)
{
    char text[STORY_NUMBER];

    say(pen, "%s", story_number(n, text));
}

/* Whole milliseconds, or tenths. */
static void say_ms(struct pen *pen, int64_t at, bool finely)
{
    int64_t tenths = (at + NS_PER_MS / 20) / (NS_PER_MS / 10);
    char text[STORY_NUMBER];

    if (finely)
        say(pen, "%s.%d", story_number((uint64_t)(tenths / 10), text), (int)(tenths % 10));
    else
        say(pen, "%s", story_number((uint64_t)((at + NS_PER_MS / 2) / NS_PER_MS), text));
}

static void say_span(struct pen *pen, int64_t from, int64_t to)
{
    bool finely = to - from < AT_ONCE;

    if (from < 0)
        from = 0;
    say_ms(pen, from, finely);
    if (to - from >= NS_PER_MS / 10) {
        say(pen, " to ");
        say_ms(pen, to, finely);
    }
    say(pen, " ms");
}

static int64_t ended(const struct sample *s)
{
    return s->done >= 0 ? s->done : s->sent;
}

/* The upgrade whose time it is; 0: before the first, otherwise 1 + its index. */
static void sort_lost(const struct facts *f, struct period *periods)
{
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        struct period *p;
        struct group *g;

        if (s->outcome == OUTCOME_OK || s->outcome >= N_OUTCOMES)
            continue;
        p = &periods[facts_upgrades_by(f, ended(s))];
        g = &p->by[s->outcome];
        if (!g->n || ended(s) < g->from)
            g->from = ended(s);
        if (!g->n || ended(s) > g->to)
            g->to = ended(s);
        g->n++;
        p->lost++;
    }
}

/* The outcome that most of them had that are not told yet; OUTCOME_OK: none is left. */
static enum outcome next_of(const struct period *p, unsigned told)
{
    enum outcome next = OUTCOME_OK;

    for (enum outcome o = OUTCOME_OK + 1; o < N_OUTCOMES; o++)
        if (p->by[o].n && !(told >> o & 1) && (!next || p->by[o].n > p->by[next].n))
            next = o;
    return next;
}

static void say_groups(struct pen *pen, const struct facts *f, const struct period *p,
                       size_t upgrade)
{
    unsigned told = 0;
    enum outcome o;

    for (unsigned n = 0; n < OUTCOMES_TOLD && (o = next_of(p, told)); n++) {
        const struct group *g = &p->by[o];
        char where[LANDMARKS_TEXT];

        say(pen, n ? "; " : ": ");
        if (g->n != p->lost) {
            say_number(pen, g->n);
            say(pen, " ");
        }
        say(pen, "%s, ", outcomes[o].name);
        say_span(pen, g->from, g->to);
        landmarks_between(f, upgrade, g->from, g->to, where);
        say(pen, "%s%s", where[0] ? ", " : "", where);
        told |= 1U << o;
    }
    if (next_of(p, told))
        say(pen, "; and others");
}

static void say_which(struct pen *pen, const struct facts *f, size_t period)
{
    if (period == 0) {
        say(pen, f->n_upgrades ? " before the first upgrade" : "");
    } else if (f->n_upgrades > 1) {
        say(pen, " at upgrade %zu, at ", period);
        say_ms(pen, f->upgrades[period - 1].begun, false);
        say(pen, " ms");
    }
}

static void tell_lost(const struct facts *f, struct story *story)
{
    struct period *periods = mem_new(f->n_upgrades + 1, sizeof *periods);
    size_t told = 0, more = 0;
    uint64_t rest = 0;

    sort_lost(f, periods);
    for (size_t i = 0; i <= f->n_upgrades; i++) {
        struct pen pen;

        if (!periods[i].lost)
            continue;
        if (told == UPGRADES_TOLD) {
            rest += periods[i].lost;
            more++;
            continue;
        }
        told++;
        pen = begin(story);
        say_number(&pen, periods[i].lost);
        say(&pen, " of ");
        say_number(&pen, f->all.requests);
        say(&pen, " requests %s lost", periods[i].lost == 1 ? "was" : "were");
        say_which(&pen, f, i);
        say_groups(&pen, f, &periods[i], i);
        say(&pen, ".");
    }
    if (more) {
        struct pen pen = begin(story);

        say_number(&pen, rest);
        say(&pen, " more were lost at %zu other upgrade%s.", more, more == 1 ? "" : "s");
    }
    free(periods);
}

static void tell_none_lost(const struct facts *f, struct story *story)
{
    struct pen pen = begin(story);
    char bounds[NONE_LOST_SIZE];

    if (f->all.requests == 0) {
        say(&pen, "No request was sent.");
        return;
    }
    say(&pen, "None of ");
    say_number(&pen, f->all.requests);
    none_lost_say(f, bounds);
    say(&pen, " requests was lost%s.", bounds);
}

/* Of those that served before it the last that gave an answer. */
static const struct process *last_of_the_old(const struct facts *f, const struct upgrade *u)
{
    const struct process *last = NULL;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];

        if (p->requests && p->generation < u->generation && p->first_answer <= u->begun &&
            (!last || p->last_answer > last->last_answer))
            last = p;
    }
    return last;
}

static void tell_handover(const struct facts *f, const struct upgrade *u, struct story *story)
{
    const struct process *old = last_of_the_old(f, u);
    const struct process *new = u->new_process == NOBODY ? NULL : &f->processes[u->new_process];
    struct pen pen = begin(story);

    if (f->n_upgrades > 1)
        say(&pen, "Upgrade %zu began at ", (size_t)(u - f->upgrades) + 1);
    else
        say(&pen, "The upgrade began at ");
    say_ms(&pen, u->begun, false);
    say(&pen, " ms");
    if (u->meant_to_fail)
        say(&pen, ", and was meant to fail");
    if (old) {
        say(&pen, "; pid %d gave its last answer at ", (int)old->pid);
        say_ms(&pen, old->last_answer, false);
        say(&pen, " ms");
        if (old->exited >= 0) {
            say(&pen, " and was gone at ");
            say_ms(&pen, old->exited, false);
            say(&pen, " ms");
        }
    }
    if (new) {
        say(&pen, "; pid %d answered from ", (int)new->pid);
        say_ms(&pen, new->first_answer, false);
        say(&pen, " ms on");
    } else if (!u->meant_to_fail) {
        say(&pen, "; no new process answered");
    }
    say(&pen, ".");
}

static void tell_gap(const struct facts *f, struct story *story)
{
    const struct lane_facts *longest = NULL;
    struct pen pen;

    for (size_t i = 0; i < f->sc->n_lanes; i++)
        if (f->lanes[i].longest_gap > f->sc->limits.gap &&
            (!longest || f->lanes[i].longest_gap > longest->longest_gap))
            longest = &f->lanes[i];
    if (!longest)
        return;
    pen = begin(story);
    say(&pen, "Lane %.60s had no answer for ", f->sc->lanes[longest - f->lanes].name);
    say_ms(&pen, longest->longest_gap, false);
    say(&pen, " ms, from ");
    say_ms(&pen, longest->longest_gap_at, false);
    say(&pen, " ms on.");
}

void story_tell(const struct facts *f, struct story *story)
{
    *story = (struct story){ 0 };
    if (f->all.lost)
        tell_lost(f, story);
    else
        tell_none_lost(f, story);
    for (size_t i = 0; i < f->n_upgrades && i < UPGRADES_TOLD; i++)
        tell_handover(f, &f->upgrades[i], story);
    tell_gap(f, story);
}

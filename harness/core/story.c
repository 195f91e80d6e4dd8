/* What happened, in words? */
#include "core/story.h"
#include "core/landmarks.h"
#include "core/none_lost.h"
#include "core/pen.h"

#include <stdlib.h>

enum { UPGRADES_TOLD = 3, OUTCOMES_TOLD = 4 };

/* Those of one upgrade that ended in one way. */
struct group {
    uint64_t n;
    int64_t from, to; /* when the first and the last of them ended */
};

struct period {
    uint64_t lost;
    struct group by[N_OUTCOMES];
};

static struct pen begin(struct story *story)
{
    struct pen pen = { story->sentences[story->n < STORY_MOST ? story->n : STORY_MOST - 1],
                       STORY_SENTENCE, 0 };

    if (story->n < STORY_MOST)
        story->n++;
    pen.text[0] = '\0';
    return pen;
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

        pen_say(pen, n ? "; " : ": ");
        if (g->n != p->lost) {
            pen_number(pen, g->n);
            pen_say(pen, " ");
        }
        pen_say(pen, "%s, ", outcomes[o].name);
        pen_span(pen, g->from, g->to);
        landmarks_between(f, upgrade, g->from, g->to, where);
        pen_say(pen, "%s%s", where[0] ? ", " : "", where);
        told |= 1U << o;
    }
    if (next_of(p, told))
        pen_say(pen, "; and others");
}

static void say_which(struct pen *pen, const struct facts *f, size_t period)
{
    if (period == 0) {
        pen_say(pen, f->n_upgrades ? " before the first upgrade" : "");
    } else if (f->n_upgrades > 1) {
        pen_say(pen, " at upgrade %zu, at ", period);
        pen_ms(pen, f->upgrades[period - 1].begun, false);
        pen_say(pen, " ms");
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
        pen_number(&pen, periods[i].lost);
        pen_say(&pen, " of ");
        pen_number(&pen, f->all.requests);
        pen_say(&pen, " requests %s lost", periods[i].lost == 1 ? "was" : "were");
        say_which(&pen, f, i);
        say_groups(&pen, f, &periods[i], i);
        pen_say(&pen, ".");
    }
    if (more) {
        struct pen pen = begin(story);

        pen_number(&pen, rest);
        pen_say(&pen, " more were lost at %zu other upgrade%s.", more, more == 1 ? "" : "s");
    }
    free(periods);
}

static void tell_none_lost(const struct facts *f, struct story *story)
{
    struct pen pen = begin(story);
    char bounds[NONE_LOST_SIZE];

    if (f->all.requests == 0) {
        pen_say(&pen, "No request was sent.");
        return;
    }
    pen_say(&pen, "None of ");
    pen_number(&pen, f->all.requests);
    none_lost_say(f, bounds);
    pen_say(&pen, " requests was lost%s.", bounds);
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
        pen_say(&pen, "Upgrade %zu began at ", (size_t)(u - f->upgrades) + 1);
    else
        pen_say(&pen, "The upgrade began at ");
    pen_ms(&pen, u->begun, false);
    pen_say(&pen, " ms");
    if (u->meant_to_fail)
        pen_say(&pen, ", and was meant to fail");
    if (old) {
        pen_say(&pen, "; pid %d gave its last answer at ", (int)old->pid);
        pen_ms(&pen, old->last_answer, false);
        pen_say(&pen, " ms");
        if (old->exited >= 0 && old->exited <= old->last_answer) {
            pen_say(&pen, " and was gone"); /* before our client had read it */
        } else if (old->exited >= 0) {
            pen_say(&pen, " and was gone at ");
            pen_ms(&pen, old->exited, false);
            pen_say(&pen, " ms");
        }
    }
    if (new) {
        pen_say(&pen, "; pid %d answered from ", (int)new->pid);
        pen_ms(&pen, new->first_answer, false);
        pen_say(&pen, " ms on");
    } else if (!u->meant_to_fail) {
        pen_say(&pen, "; no new process answered");
    }
    pen_say(&pen, ".");
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
    pen_say(&pen, "Lane %.60s had no answer for ", f->sc->lanes[longest - f->lanes].name);
    pen_ms(&pen, longest->longest_gap, false);
    pen_say(&pen, " ms, from ");
    pen_ms(&pen, longest->longest_gap_at, false);
    pen_say(&pen, " ms on.");
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

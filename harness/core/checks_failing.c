/* Did the old processes go on through an upgrade that was meant to fail?  A program
   that does not start, a configuration that is refused: whoever served has to go on
   as if nothing had happened. */
#include "core/checks.h"
#include "core/gaps.h"
#include "core/handover.h"
#include "core/lineage.h"

#include <inttypes.h>
#include <stdlib.h>

/* The requests of one failing upgrade: in flight when it began, or sent before the
   next one. */
struct tally {
    uint64_t by_old, unknown, lost, wrong;
    const struct sample *first_lost, *first_wrong, *by_new;
    const struct process *intruder;
};

static void add(const struct facts *f, size_t k, size_t i, struct tally *t)
{
    const struct sample *s = &f->h->samples[i];
    const struct upgrade *u = &f->upgrades[k];
    const struct process *who = facts_who(f, i);
    enum outcome_class class = sample_class(s);
    bool last = k + 1 == f->n_upgrades;

    if (!last && (s->done < 0 || s->done > u->ended) && s->outcome != OUTCOME_OK)
        return; /* the next upgrade may have been its end */
    if (facts_is_untold(f, s))
        return;
    if (class == CLASS_LOST && t->lost++ == 0)
        t->first_lost = s;
    if (class == CLASS_WRONG && t->wrong++ == 0)
        t->first_wrong = s;
    if (s->outcome == OUTCOME_OK && s->sent >= u->begun) {
        t->by_old += who && handover_is_before(who, u);
        t->unknown += !who;
    }
}

/* Whenever that was: a process that came in vain is to answer nobody. */
static void add_intruder(const struct facts *f, size_t i, struct tally *tallies)
{
    const struct process *who = facts_who(f, i);
    struct tally *t;

    if (f->h->samples[i].outcome != OUTCOME_OK || !who || !facts_in_vain(f, who))
        return;
    t = &tallies[who->generation - 2];
    if (!t->by_new) {
        t->by_new = &f->h->samples[i];
        t->intruder = who;
    }
}

static struct tally *count(const struct facts *f)
{
    struct tally *tallies = mem_new(f->n_upgrades, sizeof(*tallies));
    size_t next = 0; /* the first upgrade that begins later than the request was sent */

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        int64_t end = s->done >= 0 ? s->done : INT64_MAX;

        while (next < f->n_upgrades && f->upgrades[next].begun <= s->sent)
            next++;
        for (size_t k = next ? next - 1 : 0; k < f->n_upgrades; k++) {
            if (k >= next && f->upgrades[k].begun >= end)
                break;
            if (f->upgrades[k].meant_to_fail)
                add(f, k, i, &tallies[k]);
        }
        add_intruder(f, i, tallies);
    }
    return tallies;
}

/* The upgrade before has only just begun, and nobody new had served yet: whoever comes
   may be of either. */
static const struct upgrade *still_under_way(const struct facts *f, size_t k)
{
    const struct upgrade *u = &f->upgrades[k], *before = k ? u - 1 : NULL;

    if (!before || before->meant_to_fail || u->begun - before->begun > f->sc->limits.overlap)
        return NULL;
    return before->takeover < 0 || before->takeover > u->begun ? before : NULL;
}

/* It also replaces processes, or adds some, without being told: whoever comes need not be
   of the upgrade. */
static bool begets_unasked(const struct facts *f)
{
    for (size_t i = 0; i < f->n_processes; i++)
        if (f->processes[i].requests && lineage_uninvited(f, &f->processes[i]) &&
            !facts_in_vain(f, &f->processes[i]))
            return true;
    return false;
}

static struct finding took_effect(const struct facts *f, size_t k, const struct tally *t)
{
    const struct upgrade *before = still_under_way(f, k);

    if (before)
        return finding(UNKNOWN, t->by_new,
                       "pid %d answered, but it may have come by the upgrade at %.1f ms, which was "
                       "under way when the one that was meant to fail began at %.1f ms",
                       (int)t->intruder->pid, ms(before->begun), ms(f->upgrades[k].begun));
    if (begets_unasked(f))
        return finding(UNKNOWN, t->by_new,
                       "pid %d came after the upgrade at %.1f ms, which was meant to fail, and "
                       "answered, but this server begets processes also without any upgrade",
                       (int)t->intruder->pid, ms(f->upgrades[k].begun));
    return finding(
        FAIL, t->by_new,
        "an upgrade that was meant to fail took effect: it began at %.1f ms, pid %d came "
        "%.1f ms later and answered request %" PRIu32 ", sent at %.1f ms",
        ms(f->upgrades[k].begun), (int)t->intruder->pid,
        ms(t->intruder->born - f->upgrades[k].begun), t->by_new->id, ms(t->by_new->sent));
}

static struct finding did_not_go_on(const struct upgrade *u, uint64_t n, const char *what,
                                    const struct sample *first)
{
    return finding(FAIL, first,
                   "%" PRIu64 " requests were %s after the upgrade at %.1f ms, which was meant to "
                   "fail; the first was request %" PRIu32 ", sent at %.1f ms: %s",
                   n, what, ms(u->begun), first->id, ms(first->sent),
                   outcomes[first->outcome].name);
}

static struct finding fell_silent(const struct upgrade *u, const struct gap *gap, bool doubtful)
{
    return finding(doubtful ? UNKNOWN : FAIL, NULL,
                   "nobody answered for %.1f ms, from %.1f ms on, after the upgrade at %.1f ms, "
                   "which was meant to fail%s",
                   ms(gap->to - gap->from), ms(gap->from), ms(u->begun),
                   doubtful ? "; but the machine was starved" : "");
}

static struct finding too_little_known(const struct facts *f, const struct upgrade *u,
                                       const struct tally *t)
{
    const struct event *watch = facts_last(f, EVENT_WATCH);

    if (t->by_old + t->unknown == 0)
        return finding(UNKNOWN, NULL,
                       "no request was sent and answered after the upgrade at %.1f ms, which was "
                       "meant to fail, before the next one or the end",
                       ms(u->begun));
    if (t->by_old == 0 ||
        (double)t->by_old < facts_attributed(f) * (double)(t->by_old + t->unknown))
        return finding(UNKNOWN, NULL,
                       "who answered %" PRIu64 " requests after the upgrade at %.1f ms, which was "
                       "meant to fail, is not known",
                       t->unknown, ms(u->begun));
    if (watch && watch->value == WATCHED_WITH_HOLES)
        return finding(UNKNOWN, NULL,
                       "processes were watched with holes: that one exec'd itself after the "
                       "upgrade at %.1f ms, which was meant to fail, may have been missed",
                       ms(u->begun));
    return finding(PASS, NULL, "-");
}

/* What the upgrade brought has to be gone, whether it served or not. */
static struct finding judge_leftovers(const struct facts *f, const struct upgrade *u)
{
    struct finding worst = finding(PASS, NULL, "-");
    int64_t end = handover_end(f);

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        struct finding one;

        /* One that began when all was over, began for another reason. */
        if (p->generation != u->generation || p->born >= end)
            continue;
        one = process_went(f, p, u, end);
        if (one.verdict == FAIL && begets_unasked(f))
            one.verdict = UNKNOWN;
        if (one.verdict > worst.verdict)
            worst = one;
    }
    return worst;
}

static struct finding judge(const struct facts *f, size_t k, const struct tally *t)
{
    const struct upgrade *u = &f->upgrades[k];
    struct gaps gaps = gaps_find(f, u->begun, u->ended);
    struct finding left = judge_leftovers(f, u), known = too_little_known(f, u, t);

    if (t->lost && (int64_t)t->lost > f->sc->limits.lost)
        return did_not_go_on(u, t->lost, "lost", t->first_lost);
    if (t->wrong && (int64_t)t->wrong > f->sc->limits.wrong)
        return did_not_go_on(u, t->wrong, "answered wrongly", t->first_wrong);
    if (t->by_new)
        return took_effect(f, k, t);
    if (gaps.blamed.to > gaps.blamed.from)
        return fell_silent(u, &gaps.blamed, false);
    if (left.verdict == FAIL)
        return left;
    if (gaps.doubtful.to > gaps.doubtful.from)
        return fell_silent(u, &gaps.doubtful, true);
    return known.verdict != PASS ? known : left;
}

struct finding failed_upgrade_kept_serving(const struct facts *f)
{
    struct finding worst = finding_not_applicable("no upgrade was meant to fail");
    struct tally *tallies;
    uint64_t by_old = 0;
    size_t judged = 0;

    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    tallies = count(f);
    for (size_t k = 0; k < f->n_upgrades; k++) {
        struct finding one;

        if (!f->upgrades[k].meant_to_fail)
            continue;
        judged++;
        by_old += tallies[k].by_old;
        one = judge(f, k, &tallies[k]);
        if (one.verdict > worst.verdict)
            worst = one;
    }
    free(tallies);
    if (worst.verdict != PASS || judged == 0)
        return worst;
    return finding(PASS, NULL,
                   "the old processes went on after the upgrades that were meant to fail (%zu): "
                   "they answered %" PRIu64 " requests, nobody new did, and what came is gone",
                   judged, by_old);
}

/* Did the last upgrade win?  When signals come one upon another a server may take some
   of them together, but whoever serves in the end has to have begun after the last:
   what that one was to bring nobody else can have loaded, be it a configuration that
   no file of ours shows.

   That an upgrade has any effect, and that what comes runs the program on disk, is
   upgrade_took_effect's: of a series it asks for one that took effect, here the last
   one has to.  That nobody old serves beside the winner is new_took_the_new's. */
#include "core/checks.h"
#include "core/handover.h"

#include <stdio.h>
#include <string.h>

/* Who served in the end of the time that belongs to an upgrade. */
struct finish {
    int64_t at; /* when the last request that was answered then was sent */
    size_t known, unknown, with_version;
    const struct process *who; /* of those who answered, the one that began last */
    const struct sample *last; /* that it answered */
    uint32_t version;          /* of an answer that was another one */
};

/* The version that was deployed last, as the plan says it; NULL: it does not. */
static const char *deployed_version(const struct facts *f, const struct upgrade *u)
{
    const char *found = NULL;

    for (size_t i = 0; i < f->h->n_events && f->h->events[i].at <= u->settled; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_STEP_BEGAN && e->index >= 0 && (size_t)e->index < f->sc->n_steps &&
            f->sc->steps[e->index].version)
            found = f->sc->steps[e->index].version;
    }
    return found;
}

static int64_t last_answered(const struct facts *f, const struct upgrade *u, size_t end)
{
    for (size_t i = end; i-- > 0 && f->h->samples[i].sent >= u->begun;)
        if (f->h->samples[i].outcome == OUTCOME_OK)
            return f->h->samples[i].sent;
    return u->begun;
}

static struct finish find_finish(const struct facts *f, const struct upgrade *u, bool last,
                                 const char *version)
{
    size_t n = last ? f->h->n_samples : facts_first_sent(f, u->over);
    struct finish end = { .at = last_answered(f, u, n) };
    int64_t half = (end.at - u->begun) / 2, overlap = f->sc->limits.overlap;

    for (size_t i = facts_first_sent(f, end.at - (half < overlap ? half : overlap)); i < n; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct process *who = facts_who(f, i);

        if (s->outcome != OUTCOME_OK || s->sent < u->begun || (!last && s->done >= u->over))
            continue; /* who waits when the next one begins may be answered by that one's */
        end.known += !!who;
        end.unknown += !who;
        if (version && strcmp(history_text_of(f->h, s->version), version) == 0)
            end.with_version++;
        else
            end.version = s->version;
        if (who && (!end.who || handover_began(who) >= handover_began(end.who))) {
            end.who = who;
            end.last = s;
        }
    }
    return end;
}

/* Somebody came, has not served yet, and has still time to. */
static const struct process *still_coming(const struct facts *f, const struct upgrade *u,
                                          int64_t end)
{
    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        int64_t gone = handover_gone(p);

        if (p->generation >= u->generation && !facts_in_vain(f, p) && p->first_answer < 0 &&
            p->born <= end && (gone < 0 || gone > end) && end - p->born < f->sc->limits.drain)
            return p;
    }
    return NULL;
}

/* Why it cannot be said that the last upgrade was lost; PASS: it can. */
static struct finding doubt(const struct facts *f, const struct upgrade *u,
                            const struct finish *end)
{
    const struct event *watch = facts_last(f, EVENT_WATCH);
    const struct process *coming = still_coming(f, u, end->at);
    int64_t over = end->at - u->begun - f->sc->limits.overlap;

    if (end->known == 0 ||
        (double)end->known < facts_attributed(f) * (double)(end->known + end->unknown))
        return finding(UNKNOWN, NULL,
                       "who served in the end, after the upgrade at %.1f ms, is not known",
                       ms(u->begun));
    if (over < 0)
        return finding(UNKNOWN, NULL,
                       "the last request that was answered was sent %.1f ms after the upgrade at "
                       "%.1f ms: too early to say who serves in the end (limit %.1f ms)",
                       ms(end->at - u->begun), ms(u->begun), ms(f->sc->limits.overlap));
    if (f->interrupted || handover_trigger_failed(f, u))
        return finding(UNKNOWN, NULL, "the upgrade at %.1f ms did not win, but %s", ms(u->begun),
                       f->interrupted ? "the run was interrupted"
                                      : "the step that began it failed");
    if (watch && watch->value == WATCHED_WITH_HOLES)
        return finding(UNKNOWN, NULL,
                       "the upgrade at %.1f ms did not win, but processes were watched with holes: "
                       "that one exec'd itself may have been missed",
                       ms(u->begun));
    if (coming)
        return finding(UNKNOWN, NULL,
                       "pid %d came %.1f ms after the upgrade at %.1f ms and had not answered yet "
                       "in the end",
                       (int)coming->pid, ms(coming->born - u->begun), ms(u->begun));
    if (facts_starved(f, u->begun, end->at) > over)
        return finding(UNKNOWN, NULL,
                       "the upgrade at %.1f ms did not win, but the machine was starved",
                       ms(u->begun));
    return finding(PASS, NULL, "-");
}

static struct finding lost(const struct upgrade *u, size_t n, const struct finish *end)
{
    char which[64] = "the last upgrade";

    if (n > 1)
        snprintf(which, sizeof(which), "the last of %zu upgrades in quick succession", n);
    return finding(FAIL, end->last,
                   "%s, at %.1f ms, was lost: pid %d, which served at %.1f ms, had begun at "
                   "%.1f ms, before it",
                   which, ms(u->begun), (int)end->who->pid, ms(end->last->sent),
                   ms(handover_began(end->who)));
}

/* Of n upgrades in succession u is the last one. */
static struct finding judge(const struct facts *f, const struct upgrade *u, size_t n)
{
    bool last = u == &f->upgrades[facts_last_upgrade(f)];
    const char *version = deployed_version(f, u);
    struct finish end = find_finish(f, u, last, version);
    struct finding found;

    if (!end.who || handover_began(end.who) < u->begun) {
        found = doubt(f, u, &end);
        return found.verdict != PASS || !end.who ? found : lost(u, n, &end);
    }
    if (version && end.with_version == 0)
        return finding(FAIL, end.last,
                       "version %.60s serves in the end, not %.60s, which the upgrade at %.1f ms "
                       "was to bring",
                       end.version ? history_text_of(f->h, end.version) : "(none)", version,
                       ms(u->begun));
    return finding(PASS, end.last,
                   "pid %d, which served in the end, began at %.1f ms, after the "
                   "last upgrade, at %.1f ms%s%.60s",
                   (int)end.who->pid, ms(handover_began(end.who)), ms(u->begun),
                   version ? ", and is version " : "", version ? version : "");
}

struct finding last_upgrade_won(const struct facts *f)
{
    struct finding worst = { 0 };
    size_t last = facts_last_upgrade(f);

    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    if (last == f->n_upgrades)
        return finding_not_applicable("every upgrade was meant to fail");
    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    for (size_t k = 0; k <= last; k++) {
        const struct upgrade *u = &f->upgrades[k];
        struct series s = handover_series(f, k);
        struct finding one;

        if (u->meant_to_fail || s.last != k)
            continue;
        if (s.n == 1 && (k != last || u->takeover < 0))
            continue; /* a single one that had no effect is upgrade_took_effect's */
        one = judge(f, u, s.n);
        if (!worst.applies || one.verdict >= worst.verdict)
            worst = one.verdict == FAIL && worst.verdict == FAIL ? worst : one;
    }
    return worst.applies ? worst : finding_not_applicable("the last upgrade had no effect at all");
}

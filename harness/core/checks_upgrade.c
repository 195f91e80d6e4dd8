/* Did the upgrade do anything?  New processes came, with the program that was
   deployed.  Whether it is the last upgrade that won: checks_winner.c. */
#include "core/checks.h"
#include "core/handover.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first request each generation answered that was sent after its upgrade
   began: 1 + its index, or 0. */
static uint32_t *first_answers(const struct facts *f)
{
    uint32_t *first = mem_new(f->n_upgrades, sizeof(*first));

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct process *who = facts_who(f, i);
        size_t k;

        if (!who || who->generation < 2 || f->h->samples[i].outcome != OUTCOME_OK)
            continue;
        k = who->generation - 2;
        if (k < f->n_upgrades && !first[k] && f->h->samples[i].sent >= f->upgrades[k].begun)
            first[k] = (uint32_t)i + 1;
    }
    return first;
}

/* Of upgrades in quick succession one has to take effect.  That it is the last of them
   is another claim: last_upgrade_won. */
static bool series_took_effect(const struct facts *f, const uint32_t *first, size_t k)
{
    struct series s = handover_series(f, k);

    for (size_t i = s.first; i <= s.last; i++)
        if (first[i] && !f->upgrades[i].meant_to_fail)
            return true;
    return false;
}

static bool runs(const struct process *p, const struct event *file)
{
    return p->dev == file->dev && p->ino == file->ino;
}

/* A command that says it has done what it should have is quoted; text is empty. */
static const char *said(const struct facts *f, const struct upgrade *u, char *text, size_t size)
{
    const struct step *step = u->step < f->sc->n_steps ? &f->sc->steps[u->step] : NULL;

    for (size_t i = 0; step && step->action == ACTION_RUN && i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_STEP_ENDED && e->index == (int32_t)u->step && e->at >= u->begun &&
            !e->value) {
            snprintf(text, size, ", though the command of step %zu exited with %d", u->step,
                     step->expect_exit);
            break;
        }
    }
    return text;
}

static struct finding nobody_new(const struct facts *f, const struct upgrade *u)
{
    const struct event *watch = facts_last(f, EVENT_WATCH), *file;
    const struct process *old = NULL;
    const struct sample *shows = NULL;
    size_t known = 0, unknown = 0;
    char command[64] = "";

    for (size_t i = facts_first_sent(f, u->begun); i < f->h->n_samples; i++) {
        if (f->h->samples[i].outcome != OUTCOME_OK)
            continue;
        unknown += !facts_who(f, i);
        known += !!facts_who(f, i);
        if (facts_who(f, i) && facts_who(f, i)->generation < u->generation) {
            old = facts_who(f, i);
            shows = &f->h->samples[i];
        }
    }
    if ((double)known < facts_attributed(f) * (double)(known + unknown) || known < unknown)
        return finding(UNKNOWN, NULL,
                       "who answered %zu requests after the upgrade at %.1f ms is not known",
                       unknown, ms(u->begun));
    if (facts_starved(f, u->begun, u->ended) > (u->ended - u->begun) / 2)
        return finding(UNKNOWN, shows,
                       "no new process answered after the upgrade at %.1f ms, but the machine "
                       "starved us of its CPUs for %.1f of %.1f ms",
                       ms(u->begun), ms(facts_starved(f, u->begun, u->ended)),
                       ms(u->ended - u->begun));
    if (!old && known)
        return finding(FAIL, NULL,
                       "no new process answered after the upgrade at %.1f ms, before the next one",
                       ms(u->begun));
    if (!old)
        return facts_first_sent(f, u->begun) == f->h->n_samples
                   ? finding(UNKNOWN, NULL, "no request was sent after the upgrade at %.1f ms",
                             ms(u->begun))
                   : finding(FAIL, NULL, "after the upgrade at %.1f ms nobody answered any more",
                             ms(u->begun));
    if (handover_trigger_failed(f, u))
        return finding(UNKNOWN, shows,
                       "no new process answered after the upgrade at %.1f ms, but step %zu, which "
                       "should have begun it, failed",
                       ms(u->begun), u->step);
    if (f->interrupted)
        return finding(UNKNOWN, shows,
                       "the run was interrupted before a new process answered after the upgrade at "
                       "%.1f ms",
                       ms(u->begun));
    if (watch && watch->value == WATCHED_WITH_HOLES)
        return finding(UNKNOWN, shows,
                       "pid %d still served after the upgrade at %.1f ms, but processes were "
                       "watched with holes: that it exec'd itself may have been missed",
                       (int)old->pid, ms(u->begun));
    file = facts_file_at(f, old->exe, u->settled);
    if (file && file->ino && old->ino && !runs(old, file))
        return finding(FAIL, shows,
                       "no new process answered after the upgrade at %.1f ms: pid %d still served; "
                       "its program file was replaced on disk (inode %" PRIu64 ", it runs %" PRIu64
                       ")",
                       ms(u->begun), (int)old->pid, file->ino, old->ino);
    return finding(FAIL, shows,
                   "no new process answered after the upgrade at %.1f ms: pid %d of generation %u "
                   "still served%s",
                   ms(u->begun), (int)old->pid, old->generation,
                   said(f, u, command, sizeof(command)));
}

/* A look that came a moment too late may be the first to show the new file. */
static const struct event *next_look(const struct facts *f, const struct event *file)
{
    const struct event *end = f->h->events + f->h->n_events;

    for (const struct event *e = file + 1; e < end; e++)
        if (e->kind == EVENT_FILE_ON_DISK && e->text == file->text)
            return e;
    return file;
}

/* Every new process that answered runs the file that was there when it began. */
static struct finding judge_files(const struct facts *f, size_t meant, const char *overtaken)
{
    size_t compared = 0, unknown = 0;
    char others[80] = "";

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        const struct event *file;

        if (p->generation < 2 || p->requests == 0 || facts_in_vain(f, p))
            continue;
        file = p->ino ? facts_file_at(f, p->exe, handover_began(p)) : NULL;
        /* Where nobody ran anything before, as in a new release's directory, nobody looked. */
        if (p->ino && !file && (file = facts_file_at(f, p->exe, INT64_MAX)) && !runs(p, file))
            file = NULL;
        if (!file || !file->ino) {
            unknown++;
            continue;
        }
        compared++;
        if (!runs(p, file) && !runs(p, next_look(f, file)))
            return finding(FAIL, NULL,
                           "pid %d of generation %u runs an old program: inode %" PRIu64
                           ", but since %.1f ms inode %" PRIu64 " was on disk as %.90s",
                           (int)p->pid, p->generation, p->ino, ms(file->at), file->ino,
                           history_text_of(f->h, p->exe));
    }
    if (unknown)
        snprintf(others, sizeof(others), ", the program file of %zu is not known", unknown);
    return finding(
        PASS, NULL,
        "each of the upgrades (%zu) brought new processes that answered%s; %zu of them run "
        "the program that is on disk%s",
        meant, overtaken, compared, others);
}

struct finding upgrade_took_effect(const struct facts *f)
{
    struct finding found = { 0 };
    const char *overtaken = "";
    uint32_t *first;
    size_t meant = 0;

    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    if (facts_last_upgrade(f) == f->n_upgrades)
        return finding_not_applicable("every upgrade was meant to fail");
    first = first_answers(f);
    for (size_t k = 0; k < f->n_upgrades && !found.applies; k++) {
        if (f->upgrades[k].meant_to_fail)
            continue;
        meant++;
        if (!first[k] && series_took_effect(f, first, k))
            overtaken = ", or is one of several in quick succession";
        else if (!first[k])
            found = nobody_new(f, &f->upgrades[k]);
    }
    free(first);
    return found.applies ? found : judge_files(f, meant, overtaken);
}

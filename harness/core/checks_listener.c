/* Does a process hold the port that has no business with it?  A helper that was started
   without CLOEXEC keeps it when the server goes, and the next start fails.  Old
   processes that take long to go have served: other claims judge them. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Per process: it answered, or one that descends from it did. */
static bool *find_servers(const struct facts *f)
{
    bool *serves = mem_new(f->n_processes, sizeof(*serves));

    for (size_t i = 0; i < f->h->n_samples; i++)
        if (f->answered_by[i] != NOBODY)
            serves[f->answered_by[i]] = true;
    for (size_t i = f->n_processes; i-- > 0;) { /* who was born later comes first */
        const struct process *p = &f->processes[i];

        if (!serves[i])
            continue;
        if (p->before != NOBODY)
            serves[p->before] = true;
        for (size_t k = i; k-- > 0;) {
            if (f->processes[k].pid == p->parent) {
                serves[k] = true;
                break;
            }
        }
    }
    return serves;
}

/* A worker that got no request yet: one by the same parent and of the same program
   answered.  Of two that exec'd it the one that accepts is no proof for one that does
   not. */
static bool has_twin(const struct facts *f, const bool *serves, const struct process *p)
{
    const struct holding *h = &p->listener;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *q = &f->processes[i];

        if (serves[i] && q->requests && q != p && p->parent && q->parent == p->parent &&
            q->exe == p->exe && (q->execd >= 0) == (p->execd >= 0) &&
            !(p->execd >= 0 && q->listener.polled_from >= 0 && h->polls_known))
            return true;
    }
    return false;
}

static bool runs_what_serves(const struct facts *f, const bool *serves, const struct process *p)
{
    for (size_t i = 0; i < f->n_processes; i++)
        if (serves[i] && f->processes[i].requests && f->processes[i].exe == p->exe)
            return true;
    return false;
}

/* Somebody of its generation or of a later one came to serve while it held a listener. */
static bool generation_serves(const struct facts *f, const struct process *p)
{
    int64_t until = p->listener.held_until >= 0 ? p->listener.held_until : INT64_MAX;

    if (p->generation < 2)
        return f->all.ok > 0;
    for (size_t k = p->generation - 2; k < f->n_upgrades; k++)
        if (f->upgrades[k].takeover >= 0 && f->upgrades[k].takeover <= until)
            return true;
    return false;
}

/* How long it may hold a listener and not serve: on its way to serving, or a moment after
   the fork. */
static int64_t grace(const struct facts *f, const bool *serves, const struct process *p)
{
    int64_t ready = f->sc->server.ready_within, overlap = f->sc->limits.overlap;

    if (!generation_serves(f, p))
        return ready > overlap ? ready : overlap;
    if (!p->exe || runs_what_serves(f, serves, p))
        return p->execd >= 0 && ready > overlap ? ready : overlap;
    return 0;
}

/* From when on the stop is over, as far as the server goes; -1: there was none. */
static int64_t stopped_at(const struct facts *f)
{
    const struct event *e = facts_last(f, EVENT_STOP_ENDED);

    return e ? e->at : -1;
}

static int64_t end_of_run(const struct facts *f)
{
    int64_t end = stopped_at(f);

    if (end < 0)
        end = f->h->n_events ? f->h->events[f->h->n_events - 1].at : 0;
    return end > f->load_ended ? end : f->load_ended;
}

static const char *program(const struct facts *f, const struct process *p)
{
    const char *path = history_text_of(f->h, p->exe), *slash = strrchr(path, '/');

    return !*path ? "program not known" : slash ? slash + 1 : path;
}

static struct finding judge(const struct facts *f, const bool *serves, const struct process *p)
{
    const struct holding *h = &p->listener;
    int64_t stopped = stopped_at(f), end = end_of_run(f), until, held;
    bool kept;

    if (h->held_from < 0 && h->not_known)
        return finding(UNKNOWN, NULL,
                       "pid %d (%.60s) neither served nor had a child that did, and whether it "
                       "held the listening socket is not known: its descriptors are not ours to "
                       "see",
                       (int)p->pid, program(f, p));
    until = h->held_until >= 0 ? h->held_until : end;
    held = until - h->held_from;
    kept = stopped >= 0 && h->held_from <= stopped &&
           (h->held_until < 0 || h->held_until > stopped) && generation_serves(f, p);
    if (!kept && held <= grace(f, serves, p))
        return finding(PASS, NULL, "-");
    if (p->execd < 0 && h->polled_from >= 0 && !kept)
        return finding(UNKNOWN, NULL,
                       "pid %d held the listening socket from %.1f ms on and never answered; "
                       "whether it accepts for others or only inherited the epoll is not known",
                       (int)p->pid, ms(h->held_from));
    return finding(FAIL, NULL,
                   "pid %d (%.60s), which neither serves nor is the parent of one that does, held "
                   "the listening socket from %.1f ms on%s%s",
                   (int)p->pid, program(f, p), ms(h->held_from),
                   kept ? ", still after the stop: the port stays taken" : "",
                   p->execd >= 0 ? " (not closed at its exec?)" : " (not closed after the fork?)");
}

static struct finding judge_all(const struct facts *f, const bool *serves)
{
    struct finding worst = finding(PASS, NULL, "-");
    size_t holders = 0, hidden = 0;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        struct finding one;

        if (p->listener.held_from < 0 && !p->listener.not_known)
            continue;
        holders += p->listener.held_from >= 0;
        hidden += p->listener.held_from < 0;
        if (serves[i] || (p->execd >= 0 && p->listener.polled_from >= 0) || has_twin(f, serves, p))
            continue;
        one = judge(f, serves, p);
        if (one.verdict > worst.verdict)
            worst = one;
    }
    if (worst.verdict != PASS)
        return worst;
    if (holders == 0 && hidden)
        return finding_not_applicable("the descriptors of the server's processes are not ours to "
                                      "see: run hupproof as the server's user, or as root");
    if (holders == 0)
        return finding_not_applicable("no process of the server was seen to hold a listening "
                                      "socket: another accepts for it");
    return finding(PASS, NULL,
                   "%zu processes held the listening socket; each of them served, brought forth "
                   "one that did, or was on its way",
                   holders);
}

static uint64_t not_attributed(const struct facts *f)
{
    uint64_t n = 0;

    for (size_t i = 0; i < f->h->n_samples; i++)
        n += f->h->samples[i].outcome == OUTCOME_OK && f->answered_by[i] == NOBODY;
    return n;
}

struct finding listener_not_leaked(const struct facts *f)
{
    const struct event *looked = facts_first(f, EVENT_LISTENING);
    uint64_t unknown = not_attributed(f);
    struct finding found;
    bool *serves;

    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (!looked)
        return finding_not_applicable("no socket was seen to listen where the server should");
    if (looked->value < 0)
        return finding(UNKNOWN, NULL, "which sockets listen is not known: %.160s",
                       history_text_of(f->h, looked->text));
    serves = find_servers(f);
    found = judge_all(f, serves);
    free(serves);
    if (found.verdict == FAIL && (double)unknown > (1 - facts_attributed(f)) * (double)f->all.ok)
        return finding(UNKNOWN, NULL,
                       "perhaps leaked, but who gave %" PRIu64 " of the answers is not known: "
                       "%.150s",
                       unknown, found.why);
    return found;
}

/* Did the old processes go, and did nothing stay behind? */
#include "core/checks.h"
#include "core/handover.h"

#include <inttypes.h>

struct finding process_went(const struct facts *f, const struct process *p, const struct upgrade *u,
                            int64_t end)
{
    int64_t deadline = u->settled + f->sc->limits.drain;
    int64_t gone = handover_gone(p);
    int64_t until = gone >= 0 && gone < end ? gone : end;

    if (gone >= 0 && gone <= deadline && gone <= end)
        return finding(PASS, NULL, "-");
    if (end <= deadline)
        return finding(UNKNOWN, NULL,
                       "pid %d still lived %.1f ms after the upgrade at %.1f ms, when the run "
                       "ended: too early to say (limit %.1f ms)",
                       (int)p->pid, ms(end - u->begun), ms(u->begun), ms(f->sc->limits.drain));
    if (facts_starved(f, u->settled, until) >= until - deadline)
        return finding(UNKNOWN, NULL,
                       "pid %d lived %.1f ms after the upgrade at %.1f ms (limit %.1f ms), but the "
                       "machine was starved",
                       (int)p->pid, ms(until - u->begun), ms(u->begun), ms(f->sc->limits.drain));
    return finding(FAIL, NULL,
                   "pid %d of generation %u %s %.1f ms after the upgrade at %.1f ms "
                   "(limit %.1f ms)",
                   (int)p->pid, p->generation,
                   gone >= 0 && gone <= end ? "exited only" : "still lived", ms(until - u->begun),
                   ms(u->begun), ms(f->sc->limits.drain));
}

struct finding old_exited(const struct facts *f)
{
    struct finding worst = finding_not_applicable("no upgrade happened");
    int64_t end = handover_end(f), longest = 0;
    size_t judged = 0;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        const struct upgrade *u = handover_told_to_go(f, p);
        struct finding one;

        if (!u)
            continue;
        judged++;
        one = process_went(f, p, u, end);
        if (one.verdict > worst.verdict)
            worst = one;
        if (handover_gone(p) - u->begun > longest)
            longest = handover_gone(p) - u->begun;
    }
    if (worst.verdict != PASS)
        return worst;
    if (judged)
        return finding(
            PASS, NULL,
            "%zu of %zu old processes that had served exited, the last %.1f ms after its "
            "upgrade began (limit %.1f ms)",
            judged, judged, ms(longest), ms(f->sc->limits.drain));
    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (f->n_upgrades)
        return finding_not_applicable("no new process took over from one that had served");
    return worst;
}

static size_t count(const struct facts *f, enum event_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < f->h->n_events; i++)
        n += f->h->events[i].kind == kind;
    return n;
}

struct finding none_left_over(const struct facts *f)
{
    const struct event *e, *stopped = facts_last(f, EVENT_STOP_ENDED);

    if ((e = facts_first(f, EVENT_PROC_ZOMBIE)))
        return finding(FAIL, NULL,
                       "%zu zombies were left unreaped; the first was pid %d, whose parent is "
                       "pid %" PRId64,
                       count(f, EVENT_PROC_ZOMBIE), (int)e->pid, e->value);
    if (f->sc->server.attach != ATTACH_NOT)
        return finding_not_applicable("attached: it is not ours to stop; no zombie was seen");
    if ((e = facts_first(f, EVENT_PROC_LEFT_OVER)))
        return finding(FAIL, NULL,
                       "%zu processes outlived the stop and had to be killed; the first was pid %d",
                       count(f, EVENT_PROC_LEFT_OVER), (int)e->pid);
    if ((e = facts_first(f, EVENT_STILL_LISTENING)))
        return finding(FAIL, NULL, "after the stop somebody still accepts connections at %.160s",
                       history_text_of(f->h, e->text));
    if (!stopped)
        return finding(UNKNOWN, NULL, "the run has no record of the server's stop");
    if (stopped->value)
        return finding(FAIL, NULL, "the server did not stop within %.1f ms",
                       ms(f->sc->server.stop_within));
    return finding(PASS, NULL, "%zu of %zu processes are gone and nobody listens any more",
                   f->n_processes, f->n_processes);
}

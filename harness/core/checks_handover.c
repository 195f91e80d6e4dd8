/* Did the requests go to the right process?  What the old ones had taken, they
   finish; what is new, the new ones take; and nothing goes back. */
#include "core/checks.h"
#include "core/handover.h"

#include <inttypes.h>
#include <stdio.h>

struct finding old_finished_its_requests(const struct facts *f)
{
    struct in_flight n;
    char others[64] = "";
    uint64_t unknown;

    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    n = handover_in_flight(f);
    if (n.all == 0)
        return finding_not_applicable("no request was in flight when an upgrade began");
    if (n.lost)
        return finding(FAIL, n.first_lost,
                       "%" PRIu64 " of %" PRIu64 " requests in flight when an upgrade began were "
                       "lost; the first was request %" PRIu32 ", sent at %.1f ms: %s",
                       n.lost, n.all, n.first_lost->id, ms(n.first_lost->sent),
                       outcomes[n.first_lost->outcome].name);
    if (n.moved)
        return finding(FAIL, n.first_moved,
                       "%" PRIu64 " of %" PRIu64 " requests in flight moved from an old process to "
                       "a new one within a connection; the first was request %" PRIu32
                       ", sent at %.1f ms",
                       n.moved, n.all, n.first_moved->id, ms(n.first_moved->sent));
    if (n.untold)
        return finding(UNKNOWN, NULL,
                       "%s while %" PRIu64 " of %" PRIu64 " requests in flight had no answer yet",
                       facts_why_untold(f), n.untold, n.all);
    unknown = n.all - n.by_old - n.by_new;
    if (unknown)
        snprintf(others, sizeof(others), ", by whom %" PRIu64 " were is not known", unknown);
    return finding(PASS, NULL,
                   "%" PRIu64 " of %" PRIu64 " requests in flight were finished: %" PRIu64
                   " by an old process, %" PRIu64 " by a new one after waiting to be accepted%s",
                   n.all, n.all, n.by_old, n.by_new, others);
}

/* Requests that an old process answered although they were sent when new ones
   served: either it never stopped taking them, or it had and began again. */
struct intruders {
    uint64_t judged, took, returned;
    uint64_t doubtful; /* no more of either than the machine was starved */
    const struct sample *first_took, *first_returned, *first_doubtful;
    const struct process *who_took, *who_returned;
    int64_t silence; /* before the first return */
    size_t taken_over;
};

static void find_in_window(const struct facts *f, const struct upgrade *u, bool last,
                           struct intruders *n)
{
    int64_t overlap = f->sc->limits.overlap, last_old = u->begun, last_new = -1;
    bool returned = false;

    for (size_t i = facts_first_sent(f, u->begun); i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct process *who = facts_who(f, i);

        if (!last && s->sent >= u->over)
            break;
        if (!who || facts_in_vain(f, who))
            continue;
        n->judged += s->sent > u->takeover + overlap;
        if (!handover_is_before(who, u)) {
            last_new = s->sent;
            continue;
        }
        if (!returned && s->sent > u->takeover + overlap &&
            facts_starved(f, u->takeover, s->sent) >= s->sent - u->takeover - overlap) {
            if (n->doubtful++ == 0)
                n->first_doubtful = s;
        } else if (returned || (s->sent - last_old > overlap && last_new >= 0 &&
                                s->sent - last_new <= overlap)) {
            returned = true;
            if (n->returned++ == 0) {
                n->first_returned = s;
                n->who_returned = who;
                n->silence = s->sent - last_old;
            }
        } else if (s->sent > u->takeover + overlap) {
            if (n->took++ == 0) {
                n->first_took = s;
                n->who_took = who;
            }
        }
        last_old = s->sent;
    }
}

static struct intruders find_intruders(const struct facts *f)
{
    struct intruders n = { 0 };
    size_t last = facts_last_upgrade(f);

    for (size_t k = 0; k < f->n_upgrades; k++) {
        if (f->upgrades[k].takeover >= 0) {
            n.taken_over++;
            find_in_window(f, &f->upgrades[k], k == last, &n);
        }
    }
    return n;
}

/* Why neither claim about new requests can be judged. */
static struct finding why_not(const struct facts *f, const struct intruders *n)
{
    if (f->n_upgrades == 0)
        return finding_not_applicable("no upgrade happened");
    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (n->taken_over == 0)
        return finding_not_applicable("no new process took over");
    return finding_not_applicable("no request whose process is known was sent later than %.1f ms "
                                  "after a new process took over",
                                  ms(f->sc->limits.overlap));
}

static struct finding nobody_can_tell(const struct facts *f, const struct intruders *n)
{
    return finding(UNKNOWN, n->first_doubtful,
                   "%" PRIu64 " requests sent more than %.1f ms after the takeover went to an old "
                   "process, but no later than the machine starved us of its CPUs",
                   n->doubtful, ms(f->sc->limits.overlap));
}

struct finding new_took_the_new(const struct facts *f)
{
    struct intruders n = find_intruders(f);

    if (n.took)
        return finding(FAIL, n.first_took,
                       "%" PRIu64 " requests sent more than %.1f ms after the takeover went to an "
                       "old process; the first was request %" PRIu32
                       ", sent at %.1f ms, answered by pid %d of generation %u",
                       n.took, ms(f->sc->limits.overlap), n.first_took->id, ms(n.first_took->sent),
                       (int)n.who_took->pid, n.who_took->generation);
    if (n.doubtful)
        return nobody_can_tell(f, &n);
    if (n.judged == 0)
        return why_not(f, &n);
    return finding(PASS, NULL,
                   "%" PRIu64 " of the %" PRIu64
                   " requests sent more than %.1f ms after a takeover "
                   "went to a new process",
                   n.judged - n.returned, n.judged, ms(f->sc->limits.overlap));
}

struct finding no_return_to_old(const struct facts *f)
{
    struct intruders n = find_intruders(f);

    if (n.returned)
        return finding(FAIL, n.first_returned,
                       "%" PRIu64 " requests went back to an old process; the first was request "
                       "%" PRIu32 ", sent at %.1f ms, answered by pid %d of generation %u after "
                       "%.1f ms of silence",
                       n.returned, n.first_returned->id, ms(n.first_returned->sent),
                       (int)n.who_returned->pid, n.who_returned->generation, ms(n.silence));
    if (n.doubtful)
        return nobody_can_tell(f, &n);
    if (n.judged == 0)
        return why_not(f, &n);
    return finding(PASS, NULL, "no old process answered again after %.1f ms of silence",
                   ms(f->sc->limits.overlap));
}

/* What do clients that connect anew by TLS meet after an upgrade?  The certificate that it was
   to bring, and their sessions. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NO_TLS "no lane speaks TLS"

/* The upgrade that is to bring the certificate which a step has laid out: the step's own, the
   one it goes on with, or the next; n_upgrades: none followed. */
static size_t upgrade_of(const struct facts *f, const struct event *laid_out)
{
    size_t step = (size_t)laid_out->index, begun = facts_upgrades_by(f, laid_out->at);
    enum upgrade_role role = step < f->sc->n_steps ? f->sc->steps[step].role : UPGRADE_NONE;

    if (begun && (f->upgrades[begun - 1].step == step || role == UPGRADE_CONTINUES))
        return begun - 1;
    return begun;
}

/* What handshakes showed in some time; those that resumed a session showed nothing. */
struct shown {
    int64_t from, until;
    const char *serial;                     /* the one that is wanted */
    uint64_t wanted, others, late, resumed; /* late: others, when they should be gone */
    uint64_t excused;                       /* others that were as late, but the machine had no
                                               time for who was to change it */
    int64_t first, gone, first_late;        /* of it; of the others, the last; -1: none */
    const char *other, *late_other;         /* the serials of these */
};

static bool is_shown(const struct facts *f, const struct shown *s, const struct event *e)
{
    return e->kind == EVENT_TLS_HANDSHAKE && facts_shaken_from(e) >= s->from &&
           facts_shaken_from(e) < s->until && *facts_serial(f, e->text);
}

static void find_first(const struct facts *f, struct shown *s)
{
    s->first = -1;
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (is_shown(f, s, e) && strcmp(facts_serial(f, e->text), s->serial) == 0 &&
            (s->first < 0 || facts_shaken_from(e) < s->first))
            s->first = facts_shaken_from(e);
    }
}

static struct shown look(const struct facts *f, const char *serial, int64_t from, int64_t until)
{
    struct shown s = {
        .from = from, .until = until, .serial = serial, .gone = -1, .first_late = -1
    };
    int64_t since;

    find_first(f, &s);
    since = s.first < 0 ? from : s.first;
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        int64_t at = facts_shaken_from(e);

        s.resumed += e->kind == EVENT_TLS_HANDSHAKE && at >= from && at < until &&
                     !*facts_serial(f, e->text);
        if (!is_shown(f, &s, e))
            continue;
        if (strcmp(facts_serial(f, e->text), serial) == 0) {
            s.wanted++;
            continue;
        }
        s.others++;
        s.gone = at;
        s.other = facts_serial(f, e->text);
        if (at - since <= f->sc->limits.overlap)
            continue;
        if (at - since - facts_starved(f, since, at) <= f->sc->limits.overlap) {
            s.excused++;
            continue;
        }
        if (s.late++ == 0) {
            s.first_late = at;
            s.late_other = s.other;
        }
    }
    return s;
}

/* Was it served before it was laid out, and since the upgrade before? */
static bool is_no_news(const struct facts *f, const char *serial, const struct event *laid_out,
                       size_t upgrade)
{
    int64_t from = upgrade ? f->upgrades[upgrade - 1].begun : 0, to = f->upgrades[upgrade].begun;

    return look(f, serial, from, to < laid_out->at ? to : laid_out->at).wanted > 0;
}

/* When the next certificate is to be served, or the load is over. */
static int64_t until(const struct facts *f, const struct event *laid_out)
{
    for (const struct event *e = laid_out + 1; e < f->h->events + f->h->n_events; e++) {
        size_t k = e->kind == EVENT_CERTIFICATE ? upgrade_of(f, e) : f->n_upgrades;

        if (k < f->n_upgrades)
            return f->upgrades[k].begun;
    }
    return TIME_MAX;
}

static struct finding judge_one(const struct facts *f, const struct event *laid_out)
{
    const char *serial = history_text_of(f->h, laid_out->text);
    size_t k = upgrade_of(f, laid_out);
    double overlap = ms(f->sc->limits.overlap);
    char others[80] = "";
    struct shown s;

    if (k == f->n_upgrades)
        return finding(UNKNOWN, NULL, "no upgrade followed that could have brought certificate %s",
                       serial);
    s = look(f, serial, f->upgrades[k].begun, until(f, laid_out));
    if (s.wanted + s.others == 0)
        return finding(UNKNOWN, NULL,
                       "nobody was shown a certificate after the upgrade at %.1f ms: no new "
                       "connections, but for %" PRIu64 " that resumed a session",
                       ms(s.from), s.resumed);
    if (s.late)
        return finding(FAIL, NULL,
                       "certificate %s was served at %.1f ms, %.1f ms after %s; in all so late "
                       "%" PRIu64 " times; %s was served %" PRIu64 " times (limit %.1f ms)",
                       s.late_other, ms(s.first_late),
                       ms(s.first_late - (s.first < 0 ? s.from : s.first)),
                       s.first < 0 ? "the upgrade began" : "the new one had first been", s.late,
                       serial, s.wanted, overlap);
    if (s.excused)
        return finding(
            UNKNOWN, NULL,
            "certificate %s was served as late as %.1f ms, but the machine starved us of "
            "its CPUs",
            s.other, ms(s.gone));
    if (s.first < 0)
        return finding(UNKNOWN, NULL,
                       "certificate %s was not served, but nobody connected anew later than "
                       "%.1f ms after the upgrade began",
                       serial, overlap);
    if (is_no_news(f, serial, laid_out, k))
        return finding(UNKNOWN, NULL,
                       "certificate %s was served before the upgrade as well: that shows nothing",
                       serial);
    if (s.gone >= 0)
        snprintf(others, sizeof(others),
                 "; another one %" PRIu64 " times, the last %.1f ms after it", s.others,
                 ms(s.gone - s.from));
    return finding(PASS, NULL,
                   "certificate %s was served to %" PRIu64 " new connections, the first %.1f ms "
                   "after the upgrade began%s",
                   serial, s.wanted, ms(s.first - s.from), others);
}

struct finding new_certificate_served(const struct facts *f)
{
    struct finding worst = finding_not_applicable("no step says which \"certificate\" it brings");
    bool asked = false;

    for (size_t i = 0; i < f->sc->n_steps; i++)
        asked |= f->sc->steps[i].certificate != NULL;
    if (!asked)
        return worst;
    worst = finding(UNKNOWN, NULL, "no step came to lay out its certificate");
    for (size_t i = 0, n = 0; i < f->h->n_events; i++) {
        struct finding one;

        if (f->h->events[i].kind != EVENT_CERTIFICATE)
            continue;
        one = judge_one(f, &f->h->events[i]);
        if (n++ == 0 || one.verdict > worst.verdict)
            worst = one;
    }
    return worst;
}

struct finding sessions_resumed(const struct facts *f)
{
    uint64_t offered = 0, resumed = 0;
    size_t worst = 0;
    double least = 2;

    for (size_t k = 1; k <= f->n_upgrades; k++) {
        const struct tls_period *t = &f->tls[k];
        double share = t->old_sessions ? (double)t->old_resumed / (double)t->old_sessions : 2;

        offered += t->old_sessions;
        resumed += t->old_resumed;
        if (share < least) {
            least = share;
            worst = k;
        }
    }
    if (!f->sc->server.https)
        return finding_not_applicable(NO_TLS);
    if (f->sc->limits.resumed <= 0)
        return finding_not_applicable("not asked for (limits.resumed): of the sessions from before "
                                      "an upgrade %" PRIu64 " of %" PRIu64 " were resumed after it",
                                      resumed, offered);
    if (offered == 0)
        return finding(UNKNOWN, NULL, "no session from before an upgrade was offered after it");
    if (least < f->sc->limits.resumed)
        return finding(FAIL, NULL,
                       "of the sessions from before the upgrade at %.1f ms %" PRIu64 " of %" PRIu64
                       " were resumed after it (limit: %g)",
                       ms(f->upgrades[worst - 1].begun), f->tls[worst].old_resumed,
                       f->tls[worst].old_sessions, f->sc->limits.resumed);
    return finding(PASS, NULL,
                   "of the sessions from before an upgrade %" PRIu64 " of %" PRIu64
                   " were resumed after it (limit: %g)",
                   resumed, offered, f->sc->limits.resumed);
}

/* Did the pidfile name whom a signal should go to?  Whoever trusts a stale one signals
   nobody, or a stranger.

   It may be untrue for as long as a handover may take (limits.overlap).  That it stays
   behind after the stop is told, but is no failure: whoever is killed cannot help it. */
#include "core/checks.h"
#include "core/untruth.h"

#include <stdio.h>

static struct finding judge_longest(const struct facts *f, const struct untruth *u)
{
    int64_t length = untruth_length(u), limit = f->sc->limits.overlap;
    char what[80];

    if (length <= limit)
        return finding(PASS, NULL, "-");
    untruth_say(f, &u->worst, what, sizeof(what));
    if (facts_starved(f, u->first_answer, u->last_answer) >= length - limit)
        return finding(UNKNOWN, NULL,
                       "for %.1f ms the pidfile %s (limit %.1f ms), but the machine was starved",
                       ms(length), what, ms(limit));
    return finding(FAIL, NULL,
                   "for %.1f ms, from %.1f ms on, the pidfile %s, while the server served "
                   "(limit %.1f ms)",
                   ms(length), ms(u->first.from), what, ms(limit));
}

static struct finding judge_last(const struct facts *f, const struct untruth *u)
{
    char what[80];

    if (untruth_length(u) < 0)
        return finding(PASS, NULL, "-");
    untruth_say(f, &u->worst, what, sizeof(what));
    return finding(UNKNOWN, NULL,
                   "in the end the pidfile %s, from %.1f ms on: too early to say whether for long "
                   "(limit %.1f ms)",
                   what, ms(u->first.from), ms(f->sc->limits.overlap));
}

/* text is empty */
static const char *left_behind(const struct facts *f, char *text, size_t size)
{
    const struct event *last = facts_last(f, EVENT_PIDFILE);

    if (facts_first(f, EVENT_STOP_ENDED) && last->value >= PIDFILE_NOBODY)
        snprintf(text, size, "; after the stop it was left behind, naming pid %d", (int)last->pid);
    return text;
}

static struct finding judge_rest(const struct facts *f, int64_t length)
{
    size_t changes = 0;
    char left[80] = "";

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_PIDFILE)
            continue;
        if (e->value == PIDFILE_NOT_KNOWN)
            return finding(UNKNOWN, NULL,
                           "what the pidfile named from %.1f ms on is not known: %.120s", ms(e->at),
                           history_text_of(f->h, e->text));
        if (e->value == PIDFILE_OURS && !untruth_named(f, e))
            return finding(UNKNOWN, NULL,
                           "from %.1f ms on the pidfile named pid %d, one of the server's of whom "
                           "nothing else is known",
                           ms(e->at), (int)e->pid);
        changes += e->at >= f->load_began && e->at < untruth_end(f);
    }
    return finding(PASS, NULL,
                   "it changed %zu times under load, and was untrue for at most %.1f ms at a time "
                   "(limit %.1f ms)%s",
                   changes, ms(length > 0 ? length : 0), ms(f->sc->limits.overlap),
                   left_behind(f, left, sizeof(left)));
}

struct finding pidfile_was_true(const struct facts *f)
{
    struct untruth longest, in_the_end;
    struct finding found;

    if (!scenario_pidfile(f->sc))
        return finding_not_applicable("the scenario names no pidfile (server.pidfile)");
    if (!facts_first(f, EVENT_PIDFILE))
        return finding_not_applicable("the history does not say what the pidfile named");
    untruth_find(f, &longest, &in_the_end);
    found = judge_longest(f, &longest);
    if (found.verdict == PASS)
        found = judge_last(f, &in_the_end);
    return found.verdict == PASS ? judge_rest(f, untruth_length(&longest)) : found;
}

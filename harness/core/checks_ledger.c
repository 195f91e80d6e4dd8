/* Was a request done twice?  By the server's own account, which names each request it
   executed: somebody between client and server, or the server at a handover, may have
   tried again what had been done already. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>

/* A count that the ledger's reader made; -1: it is not in the history. */
static int64_t count_of(const struct facts *f, enum ledger_count which)
{
    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == EVENT_LEDGER && f->h->events[i].index == (int32_t)which)
            return f->h->events[i].value;
    return -1;
}

static const char *text_of(const struct facts *f, enum ledger_count which)
{
    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == EVENT_LEDGER && f->h->events[i].index == (int32_t)which)
            return history_text_of(f->h, f->h->events[i].text);
    return "";
}

/* The first request that was done more than once, or, not twice, never. */
static const struct event *first_done(const struct facts *f, bool twice)
{
    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == EVENT_DONE_TIMES && (f->h->events[i].index > 1) == twice)
            return &f->h->events[i];
    return NULL;
}

static const struct sample *sample_of(const struct facts *f, const struct event *e)
{
    for (size_t i = 0; e && i < f->h->n_samples; i++)
        if ((int64_t)f->h->samples[i].id == e->value)
            return &f->h->samples[i];
    return NULL;
}

static struct finding done_twice(const struct facts *f, int64_t n)
{
    const struct event *e = first_done(f, true);
    const struct sample *s = sample_of(f, e);
    const char *pids = e ? history_text_of(f->h, e->text) : "";
    char by[96] = "";

    if (*pids)
        snprintf(by, sizeof(by), ", by pids %.80s", pids);
    if (!e || !s)
        return finding(FAIL, NULL, "%" PRId64 " of %" PRIu64 " requests were done more than once",
                       n, f->all.requests);
    return finding(FAIL, s,
                   "%" PRId64 " of %" PRIu64 " requests were done more than once; the first was "
                   "request %" PRIu32 ", sent at %.1f ms: done %" PRId32 " times%s",
                   n, f->all.requests, s->id, ms(s->sent), e->index, by);
}

/* A ledger that is not what it should be proves nothing. */
static struct finding distrust(const struct facts *f, int64_t missing, int64_t strange)
{
    const struct sample *s = sample_of(f, first_done(f, false));

    if (missing > 0)
        return finding(UNKNOWN, s,
                       "the ledger cannot be trusted: %" PRId64 " of %" PRIu64
                       " requests that were answered are not in it%s",
                       missing, f->all.ok,
                       count_of(f, LEDGER_LINES) ? "" : "; it is empty: does the server write it?");
    return finding(UNKNOWN, NULL,
                   "the ledger cannot be trusted: %" PRId64
                   " of its lines name no request of ours; the first is \"%.60s\"",
                   strange, text_of(f, LEDGER_STRANGE));
}

struct finding no_request_done_twice(const struct facts *f)
{
    const struct event *unread = facts_first(f, EVENT_LEDGER_UNREAD);
    int64_t again = count_of(f, LEDGER_AGAIN), missing = count_of(f, LEDGER_MISSING);
    int64_t strange = count_of(f, LEDGER_STRANGE), unanswered = count_of(f, LEDGER_UNANSWERED);
    char others[80] = "";

    if (!f->sc->server.ledger)
        return finding_not_applicable("the server keeps no ledger (server.ledger)");
    if (unread)
        return finding(UNKNOWN, NULL, "the ledger could not be read: %.180s",
                       history_text_of(f->h, unread->text));
    if (again < 0 || missing < 0 || strange < 0)
        return finding(UNKNOWN, NULL, "the run has no record of the server's ledger");
    if (again > 0)
        return done_twice(f, again);
    if (missing > 0 || strange > 0)
        return distrust(f, missing, strange);
    if (f->all.ok == 0)
        return finding_not_applicable("no request was answered");
    if (unanswered > 0)
        snprintf(others, sizeof(others), "; %" PRId64 " of the lost ones had been done, too",
                 unanswered);
    return finding(PASS, NULL, "each of %" PRIu64 " answered requests was done once%s%s", f->all.ok,
                   others,
                   count_of(f, LEDGER_TORN) > 0 ? "; the ledger's last line is cut short" : "");
}

/* What did TLS show before and after each upgrade?  How long hands were shaken, whether
   sessions from before were taken up, and which certificate was served. */
#include "core/facts_parts.h"
#include "core/stats.h"

#include <stdlib.h>
#include <string.h>

const char *facts_serial(const struct facts *f, uint32_t text)
{
    const char *space = strchr(history_text_of(f->h, text), ' ');

    return space ? space + 1 : "";
}

struct shake {
    const struct event *e;
    size_t period;
};

static int64_t begin_of(const struct facts *f, size_t period)
{
    return period ? f->upgrades[period - 1].begun : 0;
}

/* From when on a session is one that the old processes had made, if it was made before, and
   is offered to the new ones: until they have taken over the old ones go on. */
static int64_t changed_at(const struct facts *f, size_t period)
{
    const struct upgrade *u = period ? &f->upgrades[period - 1] : NULL;

    return !u ? 0 : u->takeover >= 0 ? u->takeover : u->begun;
}

static bool is_in_first_second(const struct facts *f, const struct shake *s)
{
    return facts_shaken_from(s->e) < begin_of(f, s->period) + NS_PER_S;
}

static int by_period(const void *a, const void *b)
{
    const struct shake *x = a, *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    return (x->e > y->e) - (x->e < y->e);
}

static struct shake *find_shakes(struct facts *f)
{
    struct shake *shakes;
    size_t n = 0;

    for (size_t i = 0; i < f->h->n_events; i++)
        f->n_handshakes += f->h->events[i].kind == EVENT_TLS_HANDSHAKE;
    shakes = mem_new(f->n_handshakes, sizeof(*shakes));
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_TLS_HANDSHAKE)
            shakes[n++] = (struct shake){ e, facts_upgrades_by(f, facts_shaken_from(e)) };
    }
    qsort(shakes, n, sizeof(*shakes), by_period);
    return shakes;
}

static void sum_up(const struct facts *f, struct handshakes *h, const struct shake *shakes,
                   size_t n, bool first_second)
{
    int64_t *took = mem_new(n, sizeof(*took));
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        const struct event *e = shakes[i].e;

        if (first_second && !is_in_first_second(f, &shakes[i]))
            continue;
        h->by[e->dev < N_TLS_HOW ? e->dev : TLS_FULL]++;
        took[found++] = e->value;
    }
    stats_sort(took, found);
    h->p50 = found ? stats_percentile(took, found, 50) : -1;
    h->p99 = found ? stats_percentile(took, found, 99) : -1;
    free(took);
}

static void find_periods(struct facts *f, const struct shake *shakes)
{
    size_t from = 0;

    for (size_t p = 0; p <= f->n_upgrades; p++) {
        struct tls_period *t = &f->tls[p];
        size_t to = from;

        for (; to < f->n_handshakes && shakes[to].period == p; to++) {
            const struct event *e = shakes[to].e;
            bool old = e->start > 0 && e->start < changed_at(f, p) &&
                       facts_shaken_from(e) >= changed_at(f, p);

            t->old_sessions += old;
            t->old_resumed += old && e->dev == TLS_RESUMED;
        }
        sum_up(f, &t->all, shakes + from, to - from, false);
        sum_up(f, &t->first_second, shakes + from, to - from, true);
        from = to;
    }
}

/* Of rows in order of their periods: there are few of each. */
static void count_certificate(struct facts *f, size_t *room, const struct certificate_row *row)
{
    for (size_t i = f->n_certificates; i-- > 0 && f->certificates[i].period == row->period;) {
        struct certificate_row *known = &f->certificates[i];

        if (known->kind != row->kind || known->text != row->text)
            continue;
        known->n++;
        if (known->first > row->first)
            known->first = row->first;
        if (known->last < row->last)
            known->last = row->last;
        return;
    }
    if (f->n_certificates == *room) {
        *room = *room ? 2 * *room : 8;
        f->certificates = mem_grow(f->certificates, *room, sizeof(f->certificates[0]));
    }
    f->certificates[f->n_certificates++] = *row;
}

/* Which connection, and when it shook hands. */
static int by_connection(const void *a, const void *b)
{
    const struct event *x = ((const struct shake *)a)->e, *y = ((const struct shake *)b)->e;

    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->ino != y->ino)
        return x->ino < y->ino ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The handshake of the connection that carried a request; NULL: not known. */
static const struct event *handshake_of(const struct facts *f, const struct shake *connections,
                                        const struct sample *s)
{
    struct event end = { .index = s->lane, .ino = s->port, .at = s->done };
    struct shake wanted = { &end, 0 };
    size_t low = 0, high = f->n_handshakes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_connection(&connections[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || s->port == 0 || connections[low - 1].e->index != s->lane ||
        connections[low - 1].e->ino != s->port)
        return NULL;
    return connections[low - 1].e;
}

static int by_period_and_kind(const void *a, const void *b)
{
    const struct certificate_row *x = a, *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

/* Brings the shakes into another order. */
static void find_certificates(struct facts *f, struct shake *shakes)
{
    size_t room = 0;

    for (size_t i = 0; i < f->n_handshakes; i++) {
        int64_t from = facts_shaken_from(shakes[i].e);

        if (*facts_serial(f, shakes[i].e->text))
            count_certificate(f, &room,
                              &(struct certificate_row){ shakes[i].period, CONNECTION_NEW,
                                                         shakes[i].e->text, 1, from, from });
    }
    qsort(shakes, f->n_handshakes, sizeof(*shakes), by_connection);
    for (size_t i = 0; i < f->h->n_samples && f->n_certificates; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct event *e = s->outcome == OUTCOME_OK ? handshake_of(f, shakes, s) : NULL;

        if (e && e->at <= s->sent && *facts_serial(f, e->text))
            count_certificate(f, &room,
                              &(struct certificate_row){ facts_upgrades_by(f, s->sent),
                                                         CONNECTION_REUSED, e->text, 1, s->sent,
                                                         s->sent });
    }
    if (f->n_certificates)
        qsort(f->certificates, f->n_certificates, sizeof(f->certificates[0]), by_period_and_kind);
}

static void find_refused(struct facts *f)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_STREAM_REFUSED)
            continue;
        f->streams_refused++;
        f->tls[facts_upgrades_by(f, e->at)].streams_refused++;
    }
}

void facts_find_tls(struct facts *f)
{
    struct shake *shakes = find_shakes(f);

    f->tls = mem_new(f->n_upgrades + 1, sizeof(f->tls[0]));
    find_periods(f, shakes);
    find_certificates(f, shakes);
    find_refused(f);
    free(shakes);
}

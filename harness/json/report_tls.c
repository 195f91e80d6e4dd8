/* What does the report say of TLS? */
#include "json/report_values.h"

#include <stdio.h>
#include <string.h>

static void put_shaken(cJSON *to, const struct handshakes *h)
{
    put_number(to, "full", (double)h->by[TLS_FULL]);
    put_number(to, "resumed", (double)h->by[TLS_RESUMED]);
    put_number(to, "declined", (double)h->by[TLS_DECLINED]);
    put_ms(to, "p50_ms", h->p50);
    put_ms(to, "p99_ms", h->p99);
}

static void put_certificate(cJSON *row, const struct facts *f, const struct certificate_row *c)
{
    const char *text = history_text_of(f->h, c->text);
    char version[32];

    snprintf(version, sizeof version, "%.*s", (int)strcspn(text, " "), text);
    put_text(row, "serial", facts_serial(f, c->text));
    put_text(row, "version", version);
    put_text(row, "connection", connection_words[c->kind].name);
    put_number(row, "times", (double)c->n);
    put_ms(row, "first_ms", c->first);
    put_ms(row, "last_ms", c->last);
}

static void put_period(cJSON *row, const struct facts *f, size_t period)
{
    const struct tls_period *t = &f->tls[period];
    cJSON *sessions, *list;

    if (period)
        put_number(row, "upgrade", (double)(period - 1));
    else
        cJSON_AddNullToObject(row, "upgrade");
    put_shaken(cJSON_AddObjectToObject(row, "handshakes"), &t->all);
    put_shaken(cJSON_AddObjectToObject(row, "first_second"), &t->first_second);
    sessions = cJSON_AddObjectToObject(row, "sessions_from_before");
    put_number(sessions, "offered", (double)t->old_sessions);
    put_number(sessions, "resumed", (double)t->old_resumed);
    list = cJSON_AddArrayToObject(row, "certificates");
    for (size_t i = 0; i < f->n_certificates; i++)
        if (f->certificates[i].period == period)
            put_certificate(put_row(list), f, &f->certificates[i]);
}

void put_tls(cJSON *to, const struct facts *f)
{
    cJSON *tls, *periods;

    if (!f->sc->server.https)
        return;
    tls = cJSON_AddObjectToObject(to, "tls");
    put_bool(tls, "verified", f->sc->server.tls.verify);
    periods = cJSON_AddArrayToObject(tls, "periods");
    for (size_t p = 0; p <= f->n_upgrades; p++)
        put_period(put_row(periods), f, p);
}

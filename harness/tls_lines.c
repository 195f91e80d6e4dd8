/* What did TLS and HTTP/2 show around the upgrades, in lines for people? */
#include "tls_lines.h"

enum { MANY_UPGRADES = 4, SERIAL_SHOWN = 16 };

static unsigned long long number(uint64_t n)
{
    return (unsigned long long)n;
}

static void write_shaken(FILE *to, const char *when, const struct handshakes *h)
{
    uint64_t n = h->by[TLS_FULL] + h->by[TLS_RESUMED] + h->by[TLS_DECLINED];

    fprintf(to, "%s %llu handshakes", when, number(n));
    if (n)
        fprintf(to, " (%llu resumed; p50 %.1f ms, p99 %.1f ms)", number(h->by[TLS_RESUMED]),
                ms(h->p50), ms(h->p99));
}

static void write_certificates(FILE *to, const struct facts *f, size_t upgrade)
{
    for (size_t i = 0; i < f->n_certificates; i++) {
        const struct certificate_row *c = &f->certificates[i];

        if (c->period != upgrade && c->period != upgrade + 1)
            continue;
        fprintf(to, "           %-7s \t%s connections: certificate %.*s, %llu %s, %.3f to %.3f s\n",
                c->period == upgrade ? "before," : "after,", connection_words[c->kind].name,
                SERIAL_SHOWN, facts_serial(f, c->text), number(c->n),
                c->kind == CONNECTION_NEW ? "handshakes" : "answers", (double)c->first / 1e9,
                (double)c->last / 1e9);
    }
}

static void write_upgrade(FILE *to, const struct facts *f, size_t upgrade)
{
    const struct tls_period *after = &f->tls[upgrade + 1];

    fprintf(to, "  tls      %.3f s  \t", (double)f->upgrades[upgrade].begun / 1e9);
    write_shaken(to, "before:", &f->tls[upgrade].all);
    write_shaken(to, "; first second:", &after->first_second);
    fprintf(to, "; %llu of %llu sessions from before were resumed\n", number(after->old_resumed),
            number(after->old_sessions));
    write_certificates(to, f, upgrade);
}

void tls_lines_write(FILE *to, const struct facts *f)
{
    for (size_t i = 0; i < f->n_upgrades && f->n_handshakes; i++) {
        if (i == MANY_UPGRADES) {
            fprintf(to, "  tls      ... and more: see the report\n");
            break;
        }
        write_upgrade(to, f, i);
    }
    if (f->streams_refused)
        fprintf(to,
                "  http/2   \t%llu requests that the server said it had not taken up were sent "
                "again\n",
                number(f->streams_refused));
}

#include "json/columns.h"
#include "json/history_file.h"
#include "json/line_out.h"
#include "json/whole_file.h"

#include <assert.h>

static void write_value(FILE *out, const struct column *c, uint64_t value,
                        const struct scenario *sc, const struct history *h)
{
    switch (c->type) {
    case COLUMN_SIGNED:
        out_signed(out, (int64_t)value);
        break;
    case COLUMN_UNSIGNED:
        out_unsigned(out, value);
        break;
    case COLUMN_TEXT:
        out_text(out, history_text_of(h, (uint32_t)value));
        break;
    case COLUMN_LANE:
        assert(value < sc->n_lanes);
        out_text(out, sc->lanes[value].name);
        break;
    default:
        out_text(out, column_name(c->type, value));
    }
}

static void write_row(FILE *out, const struct column *columns, size_t n, const void *row,
                      const struct scenario *sc, const struct history *h)
{
    const char *before = "{\"";

    for (size_t i = 0; i < n; i++) {
        uint64_t value = column_get(&columns[i], row);

        if (!columns[i].required && value == (uint64_t)columns[i].absent)
            continue;
        out_raw(out, before);
        out_raw(out, columns[i].key);
        out_raw(out, "\":");
        write_value(out, &columns[i], value, sc, h);
        before = ",\"";
    }
    out_raw(out, "}\n");
}

static void write_machine(FILE *out, const struct machine *m)
{
    if (m->cpus <= 0)
        return;
    fprintf(out, ",\"machine\":{\"cpus\":%lld,\"cpu\":", (long long)m->cpus);
    out_text(out, m->cpu);
    fputs(",\"kernel\":", out);
    out_text(out, m->kernel);
    fprintf(out, ",\"memory\":%lld}", (long long)m->memory);
}

static void write_head(FILE *out, const struct scenario *sc, const struct history *h)
{
    fprintf(out, "{\"schema\":\"%s\",\"hupproof\":\"%s\",\"started\":", HISTORY_SCHEMA,
            HUPPROOF_VERSION);
    out_text(out, h->started);
    write_machine(out, &h->machine);
    fprintf(out, ",\"seed\":%llu,\"scenario\":%s}\n", (unsigned long long)sc->seed, sc->json);
}

int history_write(const char *path, const struct scenario *sc, const struct history *h,
                  struct err *err)
{
    struct whole_file f;
    size_t s = 0, e = 0;

    assert(h->frozen);
    if (whole_file_begin(&f, path, err))
        return -1;
    write_head(f.out, sc, h);
    while (whole_file_goes_on(&f) && (s < h->n_samples || e < h->n_events)) {
        bool event =
            e < h->n_events && (s == h->n_samples || h->events[e].at <= h->samples[s].sent);

        if (event)
            write_row(f.out, event_columns, N_EVENT_COLUMNS, &h->events[e++], sc, h);
        else
            write_row(f.out, sample_columns, N_SAMPLE_COLUMNS, &h->samples[s++], sc, h);
    }
    fprintf(f.out, "{\"end\":{\"requests\":%zu,\"events\":%zu}}\n", h->n_samples, h->n_events);
    return whole_file_end(&f, err);
}

#include "json/columns.h"
#include "json/history_file.h"
#include "json/history_head.h"
#include "json/line_in.h"
#include "json/syntax.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    const char *path;
    FILE *in;
    char *line;
    size_t room, number;
    struct scenario *sc;
    struct history *h;
    struct err *err;
    bool ended;
};

static int bad(struct file *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int bad(struct file *f, const char *fmt, ...)
{
    char what[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return err_input(f->err, "%s:%zu: %s", f->path, f->number, what);
}

/* 1: a line; 0: the end of the file. */
static int next_line(struct file *f)
{
    ssize_t n;

    errno = 0;
    n = getline(&f->line, &f->room, f->in);
    if (n < 0 && ferror(f->in))
        return err_input(f->err, "%s: %s", f->path, strerror(errno));
    if (n < 0)
        return 0;
    f->number++;
    if (strlen(f->line) < (size_t)n)
        return bad(f, "a NUL byte");
    if (syntax_utf8(f->line, (size_t)n) < (size_t)n)
        return bad(f, "a byte that is not UTF-8");
    if (f->number > 1 && f->line[n - 1] != '\n')
        return bad(f, "cut in the middle: the last line does not end");
    return 1;
}

static int set_number(struct file *f, const struct column *c, const struct pair *pair, void *row)
{
    uint64_t bits = c->size * 8 - (c->type == COLUMN_SIGNED);
    uint64_t max = c->max ? c->max : bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    uint64_t least = (uint64_t)-c->min;

    if (pair->text)
        return bad(f, "%s: must be a whole number", c->key);
    if (pair->huge || (pair->negative ? pair->number > least : pair->number > max))
        return bad(f, "%s: out of range: must be between %lld and %llu", c->key, (long long)c->min,
                   (unsigned long long)max);
    column_set(c, row, pair->negative ? -pair->number : pair->number);
    return 0;
}

static int lane_number(const struct scenario *sc, const char *name)
{
    for (size_t i = 0; i < sc->n_lanes; i++)
        if (strcmp(sc->lanes[i].name, name) == 0)
            return (int)i;
    return -1;
}

static int set_value(struct file *f, const struct column *c, const struct pair *pair, void *row)
{
    int number;

    if (c->type == COLUMN_SIGNED || c->type == COLUMN_UNSIGNED)
        return set_number(f, c, pair, row);
    if (!pair->text)
        return bad(f, "%s: must be a text", c->key);
    if (c->type == COLUMN_TEXT) {
        column_set(c, row, history_text(f->h, pair->text));
        return 0;
    }
    number = c->type == COLUMN_LANE ? lane_number(f->sc, pair->text)
                                    : column_number(c->type, pair->text);
    if (number < 0)
        return bad(f, "%s: there is no \"%.60s\"", c->key, pair->text);
    column_set(c, row, (uint64_t)number);
    return 0;
}

/* Lines have their keys in the table's order, so the search mostly ends at once. */
static size_t find_column(const struct column *columns, size_t n, size_t from, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = (from + i) % n;

        if (strcmp(columns[at].key, key) == 0)
            return at;
    }
    return n;
}

static int read_row(struct file *f, struct line_in *in, struct pair *pair,
                    const struct column *columns, size_t n, void *row)
{
    unsigned seen = 0;
    size_t at = 0;

    do {
        at = find_column(columns, n, at, pair->key);
        if (at == n)
            return bad(f, "%.60s: unknown key", pair->key);
        if (seen & 1u << at)
            return bad(f, "%s: given twice", pair->key);
        seen |= 1u << at;
        if (set_value(f, &columns[at], pair, row))
            return -1;
    } while (line_next(in, pair));
    if (in->wrong)
        return bad(f, "not JSON: %s", in->wrong);
    for (size_t i = 0; i < n; i++)
        if (columns[i].required && !(seen & 1u << i))
            return bad(f, "%s: is required, but missing", columns[i].key);
    return 0;
}

/* Whoever judges uses these as an index. */
static int check_event(struct file *f, const struct event *e)
{
    bool step = e->kind == EVENT_STEP_BEGAN || e->kind == EVENT_STEP_ENDED;
    size_t n = step ? f->sc->n_steps : e->kind == EVENT_LANE_PLANNED ? f->sc->n_lanes : 0;

    if ((step || e->kind == EVENT_LANE_PLANNED) && (e->index < 0 || (size_t)e->index >= n))
        return bad(f, "index: the scenario has no %s %d", step ? "step" : "lane", e->index);
    return 0;
}

static int read_end(struct file *f)
{
    unsigned long long requests, events;
    int n = 0;

    if (sscanf(f->line, " { \"end\" : { \"requests\" : %19llu , \"events\" : %19llu } } %n",
               &requests, &events, &n) < 2 ||
        n == 0 || f->line[n])
        return bad(f, "not an end line: must be {\"end\":{\"requests\":N,\"events\":M}}");
    if (requests != f->h->n_samples || events != f->h->n_events)
        return bad(f,
                   "cut in the middle: the end counts %llu requests and %llu events, "
                   "but the file has %zu and %zu",
                   requests, events, f->h->n_samples, f->h->n_events);
    f->ended = true;
    return 0;
}

static int read_line(struct file *f)
{
    struct sample sample = { .connected = -1, .first_byte = -1, .done = -1 };
    struct event event = { 0 };
    struct line_in in;
    struct pair pair;

    if (f->ended)
        return bad(f, "something follows the end line");
    if (strncmp(f->line, "{\"end\"", 6) == 0)
        return read_end(f);
    line_begin(&in, f->line);
    if (!line_next(&in, &pair))
        return bad(f, "not JSON: %s", in.wrong ? in.wrong : "nothing in it");
    if (strcmp(pair.key, "request") == 0) {
        if (read_row(f, &in, &pair, sample_columns, N_SAMPLE_COLUMNS, &sample))
            return -1;
        history_add_sample(f->h, &sample);
    } else if (strcmp(pair.key, "event") == 0) {
        if (read_row(f, &in, &pair, event_columns, N_EVENT_COLUMNS, &event) ||
            check_event(f, &event))
            return -1;
        history_add_event(f->h, &event);
    } else {
        return bad(f, "%.60s: a line begins with \"request\", \"event\" or \"end\"", pair.key);
    }
    return 0;
}

static int read_first_line(struct file *f)
{
    int got = next_line(f);

    if (got == 0)
        return err_input(f->err, "%s: empty: no history", f->path);
    return got < 0 ? -1 : history_read_head(f->path, f->line, f->sc, f->h, f->err);
}

static int read_all(struct file *f)
{
    int got;

    if (read_first_line(f))
        return -1;
    while ((got = next_line(f)) > 0)
        if (read_line(f))
            return -1;
    if (got < 0)
        return -1;
    return f->ended ? 0 : bad(f, "cut in the middle: the end line is missing");
}

int history_read(const char *path, struct scenario *sc, struct history *h, struct err *err)
{
    struct file f = { .path = path, .sc = sc, .h = h, .err = err };
    int failed;

    memset(sc, 0, sizeof *sc);
    memset(h, 0, sizeof *h);
    f.in = fopen(path, "re");
    if (!f.in)
        return err_input(err, "%s: %s", path, strerror(errno));
    failed = read_all(&f);
    free(f.line);
    fclose(f.in);
    if (failed) {
        scenario_free(sc);
        history_free(h);
    } else {
        history_freeze(h);
    }
    return failed;
}

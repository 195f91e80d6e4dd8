/* How do the scenarios compare, for a person to read? */
#include "matrix_table.h"
#include "core/handover.h"
#include "core/none_lost.h"
#include "outcomes_list.h"
#include "states_table.h"

#include <stdlib.h>
#include <string.h>

struct column {
    const char *name, *unit;
    void (*write)(FILE *cell, const struct matrix_row *row, enum figure figure);
    enum figure figure; /* for those that show one */
    bool text;          /* flush left */
};

static void write_scenario(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    (void)figure;
    fprintf(cell, "%s", row->scenario);
}

static void write_runs(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    (void)figure;
    fprintf(cell, "%zu", row->n_runs);
}

static void write_verdicts(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    const char *between = "";

    (void)figure;
    for (int v = PASS; v <= FAIL; v++) {
        if (row->verdicts[v] == 0)
            continue;
        fprintf(cell, "%s%zu %s", between, row->verdicts[v], verdict_words[v].name);
        between = " ";
    }
    if (row->could_not_run)
        fprintf(cell, "%s%zu could not run", between, row->could_not_run);
    if (row->n_runs == 0)
        fprintf(cell, "not run");
}

static void write_sum(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    const struct spread *s = &row->spreads[figure];

    if (s->known)
        fprintf(cell, "%lld", (long long)s->sum);
    else
        fprintf(cell, "-");
}

static void write_bounds(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    char requests[32], upgrades[32];

    (void)figure;
    if (row->spreads[FIGURE_UPGRADES].sum == 0) {
        fprintf(cell, "-");
        return;
    }
    none_lost_percent(requests, matrix_bound_per_request(row));
    none_lost_percent(upgrades, matrix_bound_per_upgrade(row));
    fprintf(cell, "%s / %s", requests, upgrades);
}

static void write_worst(FILE *cell, const struct spread *s)
{
    if (s->known)
        fprintf(cell, "%.1f", ms(s->worst));
    else
        fprintf(cell, "-");
}

static void write_blind(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    (void)figure;
    if (row->spreads[FIGURE_UPGRADES].sum == 0) {
        fprintf(cell, "-");
        return;
    }
    write_worst(cell, &row->spreads[FIGURE_BLIND_NEW]);
    fprintf(cell, " / ");
    write_worst(cell, &row->spreads[FIGURE_BLIND_REUSED]);
}

static void write_kept(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    const struct spread *kept = &row->spreads[figure];

    if (kept->known)
        fprintf(cell, "%lld/%lld", (long long)kept->sum,
                (long long)row->spreads[FIGURE_IN_FLIGHT].sum);
    else
        fprintf(cell, "-");
}

static void write_ms(FILE *cell, int64_t time)
{
    if (time == NEVER)
        fprintf(cell, "never");
    else
        fprintf(cell, "%.1f", ms(time));
}

static void write_time(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    const struct spread *s = &row->spreads[figure];

    if (s->known == 0) {
        fprintf(cell, "-");
        return;
    }
    write_ms(cell, s->median);
    if (s->known > 1) {
        fprintf(cell, " (");
        write_ms(cell, s->worst);
        fprintf(cell, ")");
    }
}

static void write_outcomes(FILE *cell, const struct matrix_row *row, enum figure figure)
{
    (void)figure;
    outcomes_list(cell, row->by_outcome, "");
}

static const struct column columns[] = {
    { "scenario", "", write_scenario, 0, true },
    { "runs", "", write_runs, 0, false },
    { "verdicts", "", write_verdicts, 0, true },
    { "requests", "", write_sum, FIGURE_REQUESTS, false },
    { "lost", "", write_sum, FIGURE_LOST, false },
    { "lost at most", "%", write_bounds, 0, false },
    { "blind", "ms", write_blind, 0, false },
    { "longest gap", "ms", write_time, FIGURE_LONGEST_GAP, false },
    { "slowest", "ms", write_time, FIGURE_SLOWEST_ANSWER, false },
    { "in flight kept", "", write_kept, FIGURE_KEPT, false },
    { "overlap", "ms", write_time, FIGURE_OVERLAP, false },
    { "drain", "ms", write_time, FIGURE_DRAIN, false },
    { "lost how", "", write_outcomes, 0, true },
};

/* Row 0 is the head.  The caller frees it. */
static char *cell_text(const struct matrix *m, size_t row, const struct column *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *cell;

    if (row == 0)
        return mem_printf("%s%s%s", c->name, *c->unit ? " " : "", c->unit);
    cell = open_memstream(&text, &size);
    if (cell) {
        c->write(cell, &m->rows[row - 1], c->figure);
        fclose(cell);
    }
    return text ? text : mem_text("");
}

/* Characters, not bytes: names may be in any language. */
static int width_of(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

static void write_line(FILE *to, char *cells[], const int widths[])
{
    int owed = 0; /* spaces, written only before something: no line ends in them */

    for (size_t c = 0; c < COUNT(columns); c++) {
        int missing = widths[c] - width_of(cells[c]);

        if (*cells[c]) {
            fprintf(to, "%*s%s", owed + (columns[c].text ? 0 : missing), "", cells[c]);
            owed = columns[c].text ? missing : 0;
        } else {
            owed += missing;
        }
        owed += 2;
    }
    fprintf(to, "\n");
}

static void write_table(FILE *to, const struct matrix *m)
{
    char *(*cells)[COUNT(columns)] = mem_new(m->n_rows + 1, sizeof(*cells));
    int widths[COUNT(columns)] = { 0 };

    for (size_t r = 0; r <= m->n_rows; r++) {
        for (size_t c = 0; c < COUNT(columns); c++) {
            cells[r][c] = cell_text(m, r, &columns[c]);
            if (width_of(cells[r][c]) > widths[c])
                widths[c] = width_of(cells[r][c]);
        }
    }
    for (size_t r = 0; r <= m->n_rows; r++) {
        write_line(to, cells[r], widths);
        for (size_t c = 0; c < COUNT(columns); c++)
            free(cells[r][c]);
    }
    free(cells);
}

static void write_reasons(FILE *to, const struct matrix_row *row)
{
    for (size_t i = 0; i < row->n_runs; i++)
        if (row->runs[i].could_not_run)
            fprintf(to, "%s, round %u, could not run: %.*s\n", row->scenario, row->runs[i].round,
                    (int)strcspn(row->runs[i].why, "\n"), row->runs[i].why);
}

void matrix_table_write(FILE *to, const struct matrix *m, bool quiet)
{
    bool repeated = false;
    size_t made = 0;

    write_table(to, m);
    states_table_compare(to, m);
    if (quiet)
        return;
    for (size_t r = 0; r < m->n_rows; r++) {
        repeated |= m->rows[r].n_runs > 1;
        made += m->rows[r].n_runs;
    }
    fprintf(to, "\n");
    if (repeated)
        fprintf(to, "Times are the median of the runs, and the worst in parentheses.\n");
    for (size_t r = 0; r < m->n_rows; r++)
        write_reasons(to, &m->rows[r]);
    if (m->interrupted)
        fprintf(to, "interrupted: %zu of %zu runs were made, the last may be cut short\n", made,
                m->n_rows * m->rounds);
}

#include "json/matrix_write.h"

#include "json/exact.h"
#include "json/report_values.h"
#include "json/whole_file.h"

static void put_spreads(cJSON *to, const struct matrix_row *row)
{
    cJSON *all = cJSON_AddObjectToObject(to, "figures");

    for (size_t i = 0; i < N_FIGURES; i++) {
        const struct spread *s = &row->spreads[i];
        char key[40];
        cJSON *one;

        figure_key(i, key);
        one = cJSON_AddObjectToObject(all, key);
        put_number(one, "known", (double)s->known);
        if (figures[i].unit == UNIT_TIME)
            put_number(one, "never", (double)s->never);
        else
            put_number(one, "sum", (double)s->sum);
        put_figure(one, "median", figures[i].unit, s->median);
        put_figure(one, "worst", figures[i].unit, s->worst);
    }
}

/* Those that were held. */
static void put_held_states(cJSON *to, const struct matrix_state all[N_STATES])
{
    cJSON *list = cJSON_AddArrayToObject(to, "states");

    for (size_t i = 0; i < N_STATES; i++) {
        cJSON *one;

        if (all[i].held == 0)
            continue;
        one = put_row(list);
        put_text(one, "state", states[i].name);
        put_number(one, "held", (double)all[i].held);
        put_number(one, "served", (double)all[i].served);
    }
}

static void put_run(cJSON *to, const struct matrix_run *run)
{
    put_number(to, "round", run->round);
    put_text(to, "verdict", run->could_not_run ? NULL : verdict_words[run->verdict].name);
    put_bool(to, "could_not_run", run->could_not_run);
    put_bool(to, "interrupted", run->interrupted);
    put_text(to, "why", run->why);
    put_text(to, "directory", run->directory);
    put_outcomes(to, "by_outcome", run->by_outcome);
    put_held_states(to, run->states);
    put_figures(to, run->values);
}

static void put_scenario(cJSON *to, const struct matrix_row *row)
{
    cJSON *verdicts, *list;

    put_text(to, "scenario", row->scenario);
    put_text(to, "file", row->file);
    verdicts = cJSON_AddObjectToObject(to, "verdicts");
    for (size_t v = PASS; v <= FAIL; v++)
        put_number(verdicts, verdict_words[v].name, (double)row->verdicts[v]);
    put_number(verdicts, "could_not_run", (double)row->could_not_run);
    put_outcomes(to, "by_outcome", row->by_outcome);
    put_held_states(to, row->states);
    put_spreads(to, row);
    put_loss_bound(to, matrix_bound_per_request(row), matrix_bound_per_upgrade(row));
    list = cJSON_AddArrayToObject(to, "runs");
    for (size_t i = 0; i < row->n_runs; i++)
        put_run(put_row(list), &row->runs[i]);
}

char *matrix_text(const struct matrix *m)
{
    cJSON *root = cJSON_CreateObject(), *rows;
    char *text;

    put_text(root, "schema", MATRIX_SCHEMA);
    put_text(root, "hupproof", HUPPROOF_VERSION);
    put_text(root, "started", m->started);
    put_number(root, "rounds", m->rounds);
    put_bool(root, "interrupted", m->interrupted);
    rows = cJSON_AddArrayToObject(root, "rows");
    for (size_t i = 0; i < m->n_rows; i++)
        put_scenario(put_row(rows), &m->rows[i]);
    text = exact_print(root, false);
    cJSON_Delete(root);
    return text;
}

int matrix_write(const char *path, const struct matrix *m, struct err *err)
{
    char *text = matrix_text(m);
    int failed = whole_file_write(path, text, err);

    cJSON_free(text);
    return failed;
}

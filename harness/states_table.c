/* Which connections survived the upgrades, by the state they were held in? */
#include "states_table.h"

#include "outcomes_list.h"

#include <string.h>

static void write_remarks(FILE *to, const struct facts *f, size_t state)
{
    const struct state_facts *s = &f->states[state];
    const char *between = "  \t";

    if (!scenario_holds(f->sc, (enum state)state)) {
        fprintf(to, "%snot held: there is no \"%s\"", between,
                state_path_names[states[state].path]);
        return;
    }
    between = outcomes_list(to, s->by_outcome, between);
    if (s->lost && (f->sc->limits.states >> state & 1)) {
        fprintf(to, "%sexcused", between);
        between = ", ";
    }
    if (s->reopened) {
        fprintf(to, "%s%llu opened again", between, (unsigned long long)s->reopened);
        between = ", ";
    }
    if (s->held < s->wanted)
        fprintf(to, "%s%llu were not there in time", between,
                (unsigned long long)(s->wanted - s->held));
}

void states_table_write(FILE *to, const struct facts *f)
{
    if (!f->sc->hold.of)
        return;
    fprintf(to, "  state            held   by old   by new     lost\n");
    for (size_t i = 0; i < N_STATES; i++) {
        const struct state_facts *s = &f->states[i];

        if (!(f->sc->hold.of >> i & 1))
            continue;
        fprintf(to, "  %-14s %6llu %8llu %8llu %8llu", states[i].name, (unsigned long long)s->held,
                (unsigned long long)s->by_old, (unsigned long long)s->by_new,
                (unsigned long long)s->lost);
        write_remarks(to, f, i);
        fprintf(to, "\n");
    }
}

static bool held_any(const struct matrix_row *row)
{
    for (size_t i = 0; i < N_STATES; i++)
        if (row->states[i].held)
            return true;
    return false;
}

static void compare_one(FILE *to, const struct matrix_row *row, int width)
{
    fprintf(to, "%-*s", width, row->scenario);
    for (size_t i = 0; i < N_STATES; i++) {
        const struct matrix_state *s = &row->states[i];
        char cell[48] = "-";

        if (s->held)
            snprintf(cell, sizeof cell, "%llu/%llu", (unsigned long long)s->served,
                     (unsigned long long)s->held);
        fprintf(to, "  %*s", (int)strlen(states[i].name), cell);
    }
    fprintf(to, "\n");
}

void states_table_compare(FILE *to, const struct matrix *m)
{
    int width = (int)strlen("survived");
    bool any = false;

    for (size_t r = 0; r < m->n_rows; r++) {
        if (!held_any(&m->rows[r]))
            continue;
        any = true;
        if ((int)strlen(m->rows[r].scenario) > width)
            width = (int)strlen(m->rows[r].scenario);
    }
    if (!any)
        return;
    fprintf(to, "\n%-*s", width, "survived");
    for (size_t i = 0; i < N_STATES; i++)
        fprintf(to, "  %s", states[i].name);
    fprintf(to, "\n");
    for (size_t r = 0; r < m->n_rows; r++)
        if (held_any(&m->rows[r]))
            compare_one(to, &m->rows[r], width);
}

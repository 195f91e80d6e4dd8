/* How do scenarios compare, over many runs? */
#include "core/matrix.h"
#include "core/handover.h"
#include "core/stats.h"

#include <stdlib.h>
#include <string.h>

static int64_t requests_of(const struct facts *f)
{
    return (int64_t)f->all.requests;
}

static int64_t lost_of(const struct facts *f)
{
    return (int64_t)f->all.lost;
}

static int64_t longest_gap_of(const struct facts *f)
{
    return f->all.longest_gap > 0 ? f->all.longest_gap : -1;
}

/* What the server was asked to take is not its slowness. */
static int64_t slowest_answer_of(const struct facts *f)
{
    int64_t slowest = -1;

    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        const struct lane *lane = facts_lane(f, s);
        int64_t took = s->done - s->due - (lane ? lane->work : 0);

        if (s->outcome != OUTCOME_OK)
            continue;
        if (took < 0)
            took = 0;
        if (took > slowest)
            slowest = took;
    }
    return slowest;
}

/* Those of which an interrupt kept us from seeing the end say nothing. */
static int64_t in_flight_of(const struct facts *f)
{
    struct in_flight n = handover_in_flight(f);

    return f->n_upgrades ? (int64_t)(n.all - n.untold) : -1;
}

static int64_t kept_of(const struct facts *f)
{
    struct in_flight n = handover_in_flight(f);

    return f->n_upgrades ? (int64_t)(n.all - n.untold - n.lost - n.moved) : -1;
}

static int64_t upgrades_of(const struct facts *f)
{
    return (int64_t)f->n_upgrades;
}

static int64_t upgrades_with_loss_of(const struct facts *f)
{
    return (int64_t)f->upgrades_with_loss;
}

static int64_t exposed_of(const struct facts *f)
{
    return (int64_t)f->exposure.requests;
}

static int64_t exposed_lost_of(const struct facts *f)
{
    return (int64_t)f->exposure.lost;
}

static int64_t blind_new_of(const struct facts *f)
{
    return f->exposure.blind[CONNECTION_NEW];
}

static int64_t blind_reused_of(const struct facts *f)
{
    return f->exposure.blind[CONNECTION_REUSED];
}

const struct figure_row figures[N_FIGURES] = {
    [FIGURE_REQUESTS] = { "requests", "requests in the history", UNIT_COUNT, true, requests_of },
    [FIGURE_LOST] = { "lost", "requests that ended other than ok", UNIT_COUNT, false, lost_of },
    [FIGURE_LONGEST_GAP] = { "longest_gap", "longest time that a lane got no ok answer", UNIT_TIME,
                             false, longest_gap_of },
    [FIGURE_SLOWEST_ANSWER] = { "slowest_answer",
                                "longest that an ok answer took, from when it was due, without the "
                                "work its lane asks for",
                                UNIT_TIME, false, slowest_answer_of },
    [FIGURE_IN_FLIGHT] = { "in_flight", "requests that an upgrade found in flight", UNIT_COUNT,
                           true, in_flight_of },
    [FIGURE_KEPT] = { "kept", "of these, those that were answered as they should", UNIT_COUNT, true,
                      kept_of },
    [FIGURE_OVERLAP] = { "overlap", "how long old and new processes both answered", UNIT_TIME,
                         false, handover_overlap },
    [FIGURE_DRAIN] = { "drain",
                       "from the begin of an upgrade to the exit of the last old process that had "
                       "served",
                       UNIT_TIME, false, handover_drain },
    [FIGURE_UPGRADES] = { "upgrades", "upgrades that struck", UNIT_COUNT, true, upgrades_of },
    [FIGURE_UPGRADES_WITH_LOSS] = { "upgrades_with_loss",
                                    "of these, those in whose handover a request was lost",
                                    UNIT_COUNT, false, upgrades_with_loss_of },
    [FIGURE_EXPOSED] = { "in_handover", "requests that were on their way in a handover", UNIT_COUNT,
                         true, exposed_of },
    [FIGURE_EXPOSED_LOST] = { "in_handover_lost", "of these, those that were lost", UNIT_COUNT,
                              false, exposed_lost_of },
    [FIGURE_BLIND_NEW] = { "blind_new",
                           "the longest time in a handover without an attempt at a new connection",
                           UNIT_TIME, false, blind_new_of },
    [FIGURE_BLIND_REUSED] = { "blind_reused",
                              "the longest time in a handover without a request on a kept "
                              "connection",
                              UNIT_TIME, false, blind_reused_of },
};

static struct matrix_run *add_run(struct matrix_row *row, unsigned round, const char *directory)
{
    struct matrix_run *run;

    row->runs = mem_grow(row->runs, row->n_runs + 1, sizeof(row->runs[0]));
    run = &row->runs[row->n_runs++];
    *run =
        (struct matrix_run){ .round = round, .directory = directory ? mem_text(directory) : NULL };
    for (size_t i = 0; i < N_FIGURES; i++)
        run->values[i] = -1;
    return run;
}

void matrix_add_run(struct matrix_row *row, unsigned round, const struct facts *f,
                    enum verdict verdict, const char *directory)
{
    struct matrix_run *run = add_run(row, round, directory);

    run->verdict = verdict;
    run->interrupted = f->interrupted;
    memcpy(run->by_outcome, f->all.by_outcome, sizeof(run->by_outcome));
    for (size_t i = 0; i < N_FIGURES; i++)
        run->values[i] = figures[i].of(f);
    for (size_t i = 0; i < N_STATES; i++)
        run->states[i] =
            (struct matrix_state){ f->states[i].held, f->states[i].by_outcome[OUTCOME_OK] };
}

void matrix_add_failed_run(struct matrix_row *row, unsigned round, const char *why,
                           const char *directory)
{
    struct matrix_run *run = add_run(row, round, directory);

    run->could_not_run = true;
    run->why = mem_text(why);
}

struct spread matrix_spread(int64_t *values, size_t n, bool less_is_worse)
{
    struct spread s = { .median = -1, .worst = -1 };
    const int64_t *known = values;
    int64_t low, high;

    stats_sort(values, n);
    while (n && *known < 0)
        known++, n--;
    s.known = n;
    for (size_t i = 0; i < n; i++) {
        if (known[i] == NEVER)
            s.never++;
        else
            s.sum += known[i];
    }
    if (n == 0)
        return s;
    low = known[(n - 1) / 2];
    high = known[n / 2];
    s.median = high == NEVER ? NEVER : low + (high - low) / 2;
    s.worst = known[less_is_worse ? 0 : n - 1];
    return s;
}

void matrix_sum(struct matrix_row *row)
{
    int64_t *values = mem_new(row->n_runs, sizeof(*values));

    memset(row->verdicts, 0, sizeof(row->verdicts));
    memset(row->by_outcome, 0, sizeof(row->by_outcome));
    memset(row->states, 0, sizeof(row->states));
    row->could_not_run = 0;
    for (size_t i = 0; i < row->n_runs; i++) {
        const struct matrix_run *run = &row->runs[i];

        if (run->could_not_run)
            row->could_not_run++;
        else
            row->verdicts[run->verdict]++;
        for (size_t o = 0; o < N_OUTCOMES; o++)
            row->by_outcome[o] += run->by_outcome[o];
        for (size_t k = 0; k < N_STATES; k++) {
            row->states[k].held += run->states[k].held;
            row->states[k].served += run->states[k].served;
        }
    }
    for (size_t k = 0; k < N_FIGURES; k++) {
        for (size_t i = 0; i < row->n_runs; i++)
            values[i] = row->runs[i].values[k];
        row->spreads[k] = matrix_spread(values, row->n_runs, figures[k].less_is_worse);
    }
    free(values);
}

static double bound_of(const struct matrix_row *row, enum figure lost, enum figure of)
{
    return stats_upper_bound((uint64_t)row->spreads[lost].sum, (uint64_t)row->spreads[of].sum);
}

double matrix_bound_per_request(const struct matrix_row *row)
{
    return bound_of(row, FIGURE_EXPOSED_LOST, FIGURE_EXPOSED);
}

double matrix_bound_per_upgrade(const struct matrix_row *row)
{
    return bound_of(row, FIGURE_UPGRADES_WITH_LOSS, FIGURE_UPGRADES);
}

void matrix_free(struct matrix *m)
{
    for (size_t r = 0; r < m->n_rows; r++) {
        struct matrix_row *row = &m->rows[r];

        for (size_t i = 0; i < row->n_runs; i++) {
            free(row->runs[i].directory);
            free(row->runs[i].why);
        }
        free(row->runs);
        free(row->scenario);
        free(row->file);
    }
    free(m->rows);
    *m = (struct matrix){ 0 };
}

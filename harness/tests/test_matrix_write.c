/* Does matrix.json say what the runs said, and nothing more?  With a folder as its
   argument it leaves sample.matrix.json there, which the test of the schemas reads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/handover.h"
#include "json/matrix_write.h"
#include "sample_run.h"

#include <unistd.h>

/* A scenario that ran twice, the second time without an end of its drain; one that
   could not run; one that never had its turn. */
static struct matrix sample_matrix(void)
{
    struct matrix m = { .rows = mem_new(3, sizeof(struct matrix_row)),
                        .n_rows = 3,
                        .rounds = 2,
                        .interrupted = true,
                        .started = "2026-01-02T03:04:05.678Z" };
    struct scenario sc;
    struct history h;
    struct facts f;

    sample_run(&sc, &h);
    facts_find(&f, &sc, &h);
    m.rows[0] =
        (struct matrix_row){ .scenario = mem_text("sample"), .file = mem_text("a/sample.json") };
    m.rows[1] =
        (struct matrix_row){ .scenario = mem_text("other"), .file = mem_text("other.json") };
    m.rows[2] = (struct matrix_row){ .scenario = mem_text("late"), .file = mem_text("late.json") };
    matrix_add_run(&m.rows[0], 1, &f, FAIL, "sample-1");
    matrix_add_run(&m.rows[0], 2, &f, UNKNOWN, "sample-2");
    m.rows[0].runs[0].values[FIGURE_DRAIN] = 1234567;
    m.rows[0].runs[1].values[FIGURE_DRAIN] = NEVER;
    m.rows[0].runs[1].interrupted = true;
    m.rows[0].runs[0].states[STATE_IDLE] = (struct matrix_state){ 4, 3 };
    m.rows[0].runs[1].states[STATE_IDLE] = (struct matrix_state){ 4, 4 };
    matrix_add_failed_run(&m.rows[1], 1, "the server died at its start:\n\x01 \xff", NULL);
    for (size_t i = 0; i < m.n_rows; i++)
        matrix_sum(&m.rows[i]);
    facts_free(&f);
    scenario_free(&sc);
    history_free(&h);
    return m;
}

/* Without white space between values; the caller frees it. */
static char *sample_text(void)
{
    struct matrix m = sample_matrix();
    char *text = matrix_text(&m), *to = text;

    for (const char *from = text; *from; from++)
        if (!strchr("\t\n", *from))
            *to++ = *from;
    *to = '\0';
    matrix_free(&m);
    return text;
}

static void says(const char *part)
{
    char *text = sample_text();

    if (!strstr(text, part))
        fail_msg("%s is not in %s", part, text);
    free(text);
}

static void it_says_what_the_runs_said(void **state)
{
    (void)state;
    says("{\"schema\":\"hupproof.matrix/1\",\"hupproof\":\"" HUPPROOF_VERSION
         "\",\"started\":\"2026-01-02T03:04:05.678Z\",\"rounds\":2,\"interrupted\":true,\"rows\":["
         "{\"scenario\":\"sample\",\"file\":\"a/sample.json\",\"verdicts\":{\"pass\":0,"
         "\"unknown\":1,\"fail\":1,\"could_not_run\":0},\"by_outcome\":{\"ok\":2,\"refused\":2,");
    says("\"requests\":{\"known\":2,\"sum\":24,\"median\":12,\"worst\":12}");
    says("{\"round\":2,\"verdict\":\"unknown\",\"could_not_run\":false,\"interrupted\":true,"
         "\"why\":null,\"directory\":\"sample-2\",");
}

static void survivors_are_added_up(void **state)
{
    (void)state;
    says("\"states\":[{\"state\":\"idle\",\"held\":8,\"served\":7}],\"figures\"");
    says("\"states\":[{\"state\":\"idle\",\"held\":4,\"served\":3}],\"figures\"");
}

static void what_may_have_been_lost_is_bounded_over_all_runs(void **state)
{
    (void)state;
    says("\"in_handover\":{\"known\":2,\"sum\":8,\"median\":4,\"worst\":4}");
    says("\"loss_rate_upper_bound\":{\"confidence\":0.95,\"per_request\":1,\"per_upgrade\":1}");
    says("\"loss_rate_upper_bound\":{\"confidence\":0.95,\"per_request\":null,\"per_upgrade\":"
         "null}");
}

static void what_never_ended_has_no_time(void **state)
{
    (void)state;
    says("\"drain_ms\":{\"known\":2,\"never\":1,\"median\":null,\"worst\":null}");
    says("\"drain_ms\":1.235,");
}

static void a_run_that_could_not_be_says_why(void **state)
{
    (void)state;
    says("\"verdict\":null,\"could_not_run\":true,\"interrupted\":false,"
         "\"why\":\"the server died at its start:\\n\\u0001 ?\",\"directory\":null,"
         "\"by_outcome\":{},\"states\":[],\"figures\":{\"requests\":null,\"lost\":null,");
}

static void what_had_no_turn_is_there_without_runs(void **state)
{
    (void)state;
    says("{\"scenario\":\"late\",\"file\":\"late.json\",\"verdicts\":{\"pass\":0,\"unknown\":0,"
         "\"fail\":0,\"could_not_run\":0},\"by_outcome\":{},\"states\":[],\"figures\":{"
         "\"requests\":{\"known\":0,"
         "\"sum\":0,\"median\":null,\"worst\":null}");
}

static int leave_sample(const char *folder)
{
    struct matrix m = sample_matrix();
    struct err err = { 0 };
    char path[512];
    int failed;

    snprintf(path, sizeof path, "%s/sample.matrix.json", folder);
    failed = matrix_write(path, &m, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.text);
    matrix_free(&m);
    return failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_the_runs_said),
        cmocka_unit_test(survivors_are_added_up),
        cmocka_unit_test(what_may_have_been_lost_is_bounded_over_all_runs),
        cmocka_unit_test(what_never_ended_has_no_time),
        cmocka_unit_test(a_run_that_could_not_be_says_why),
        cmocka_unit_test(what_had_no_turn_is_there_without_runs),
    };

    if (argc == 2)
        return leave_sample(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

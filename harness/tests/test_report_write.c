/* Does the report say what is known, and nothing more?  With a folder as its
   argument it leaves sample.report.json and sample.history.ndjson there, which
   the test of the schemas reads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "json/history_file.h"
#include "json/report_write.h"
#include "sample_run.h"

#include <unistd.h>

/* The report without white space; the caller frees it. */
static char *report_of(const struct scenario *sc, const struct history *h)
{
    struct finding *findings = mem_new(n_checks, sizeof *findings);
    struct facts facts;
    enum verdict verdict;
    char *text, *to;

    facts_find(&facts, sc, h);
    verdict = check_all(&facts, findings);
    text = report_text(&facts, findings, verdict);
    to = text;
    for (const char *from = text; *from; from++)
        if (!strchr("\t\n", *from))
            *to++ = *from;
    *to = '\0';
    facts_free(&facts);
    free(findings);
    return text;
}

static void says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("%s is not in %s", part, text);
}

static void it_says_what_happened(void **state)
{
    struct scenario sc;
    struct history h;
    char *text;

    (void)state;
    sample_run(&sc, &h);
    text = report_of(&sc, &h);
    says(text,
         "{\"schema\":\"hupproof.report/1\",\"hupproof\":\"" HUPPROOF_VERSION
         "\",\"scenario\":\"sample\",\"why\":\"shows a bit of everything\",\"verdict\":\"fail\","
         "\"started\":\"2026-01-02T03:04:05.678Z\",\"seed\":9007199254740991");
    says(text, "\"machine\":{\"cpus\":8,\"cpu\":\"Some \\\"CPU\\\"\",\"kernel\":\"Linux 6.1.0\","
               "\"memory\":34359738368},\"plan\":{\"url\":\"http://127.0.0.1:80\",\"for\":\"2s\","
               "\"lanes\":[{\"name\":\"new\",\"rate\":100},");
    says(text, "\"limits\":{\"states\":[\"idle\"]}}");
    says(text, "\"figures\":{\"requests\":12,\"lost\":11,\"longest_gap_ms\":");
    says(text, "\"watch\":{\"complete\":false,\"how\":\"polling\"}");
    says(text, "\"summary\":{\"requests\":12,\"ok\":1,\"lost\":11,\"by_outcome\":{\"ok\":1,");
    says(text, "\"handovers\":{\"upgrades\":1,\"upgrades_with_loss\":1,\"requests\":4,\"lost\":4,"
               "\"loss_rate_upper_bound\":{\"confidence\":0.95,\"per_request\":1,"
               "\"per_upgrade\":1},\"blind_ms\":{\"new\":1000,\"reused\":null}}");
    says(text, "\"handover\":{\"from_ms\":1000,\"until_ms\":2000,\"requests\":4,\"lost\":4,"
               "\"blind_ms\":{\"new\":1000,\"reused\":null}},\"kernel\"");
    says(text, "{\"step\":0,\"at_ms\":1000,\"action\":\"signal\",\"detail\":\"HUP to 10\","
               "\"ended_ms\":1000,\"failed\":false,\"why\":null}");
    says(text, "\"exit\":{\"signal\":\"KILL\"}");
    says(text, "{\"request\":1,\"lane\":\"sl\\\"ow\",\"outcome\":\"refused\",\"phase\":\"tls\","
               "\"due_ms\":150,\"sent_ms\":150.001,\"done_ms\":150.006,\"pid\":0,\"status\":0,"
               "\"bytes\":0,\"error\":\"ECONNREFUSED\"}");
    says(text, "{\"check\":\"no_request_lost\",\"claim\":\"Every request gets an answer.\","
               "\"about\":\"clients\",\"verdict\":\"fail\",\"applies\":true,");
    says(text, "\"states\":[{\"state\":\"accepted\",\"held\":0,\"served_by_old\":0,"
               "\"served_by_new\":0,\"reopened\":0,\"lost\":0,\"excused\":false,\"outcomes\":{},"
               "\"why\":\"4 of 4 did not stand as they should when it struck\"}, "
               "{\"state\":\"idle\",\"held\":2,\"served_by_old\":0,\"served_by_new\":1,"
               "\"reopened\":1,\"lost\":1,\"excused\":true,\"outcomes\":{\"ok\":1,\"reset\":1},"
               "\"why\":\"2 of 4 did not stand as they should when it struck\"}]");
    free(text);
    scenario_free(&sc);
    history_free(&h);
}

static void what_is_not_known_is_null(void **state)
{
    struct history h = { 0 }, sample;
    struct scenario sc;
    char *text;

    (void)state;
    sample_run(&sc, &sample);
    history_free(&sample);
    history_freeze(&h);
    text = report_of(&sc, &h);
    says(text, "\"started\":null");
    says(text, "\"machine\":null");
    says(text, "\"drain_ms\":null");
    says(text, "\"watch\":null");
    says(text, "\"latency_ms\":{\"p50\":null,\"p90\":null,\"p99\":null,\"max\":null}");
    says(text, "\"longest_gap_ms\":null,\"longest_gap_at_ms\":null");
    says(text, "\"planned\":null");
    says(text, "\"loss_rate_upper_bound\":{\"confidence\":0.95,\"per_request\":null,"
               "\"per_upgrade\":null},\"blind_ms\":{\"new\":null,\"reused\":null}}");
    says(text, "\"processes\":[]");
    free(text);
    scenario_free(&sc);
    history_free(&h);
}

static void failures_are_the_first_thousand(void **state)
{
    struct history h = { 0 }, sample;
    struct scenario sc;
    size_t n = 0;
    char *text;

    (void)state;
    sample_run(&sc, &sample);
    history_free(&sample);
    for (uint32_t i = 0; i < 1500; i++)
        history_add_sample(&h, &(struct sample){ .id = i,
                                                 .due = i,
                                                 .sent = i,
                                                 .connected = -1,
                                                 .first_byte = -1,
                                                 .done = i,
                                                 .outcome = OUTCOME_RESET });
    history_freeze(&h);
    text = report_of(&sc, &h);
    for (char *p = text; (p = strstr(p, "{\"request\":")); p++)
        n++;
    assert_int_equal(n, 1000);
    says(text, "{\"request\":999,");
    says(text, "\"by_outcome\":{\"reset\":1500}");
    free(text);
    scenario_free(&sc);
    history_free(&h);
}

static int leave_samples(const char *folder)
{
    struct finding *findings = mem_new(n_checks, sizeof *findings);
    char report[512], file[512];
    struct err err = { 0 };
    struct scenario sc;
    struct history h;
    struct facts facts;
    int failed;

    snprintf(report, sizeof report, "%s/sample.report.json", folder);
    snprintf(file, sizeof file, "%s/sample.history.ndjson", folder);
    sample_run(&sc, &h);
    facts_find(&facts, &sc, &h);
    failed = report_write(report, &facts, findings, check_all(&facts, findings), &err) ||
             history_write(file, &sc, &h, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.text);
    facts_free(&facts);
    free(findings);
    scenario_free(&sc);
    history_free(&h);
    return failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_happened),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(failures_are_the_first_thousand),
    };

    if (argc == 2)
        return leave_samples(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

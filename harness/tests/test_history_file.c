/* Does a history come back from disk exactly, or with a clear complaint? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/check.h"
#include "json/history_file.h"
#include "sample_run.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/hupproof-test-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/h", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static char *slurp(void)
{
    FILE *in = fopen(path, "r");
    char *text = mem_new(1 << 16, 1);

    assert_non_null(in);
    assert_true(fread(text, 1, (1 << 16) - 1, in) > 0);
    fclose(in);
    return text;
}

static void spill(const char *text, size_t length)
{
    FILE *out = fopen(path, "w");

    assert_int_equal(fwrite(text, 1, length, out), length);
    fclose(out);
}

/* The sample run's file; the caller frees it. */
static char *sample_file(void)
{
    struct scenario sc;
    struct history h;
    struct err err = { 0 };

    sample_run(&sc, &h);
    if (history_write(path, &sc, &h, &err))
        fail_msg("%s", err.text);
    scenario_free(&sc);
    history_free(&h);
    return slurp();
}

static void same_text(const struct history *a, uint32_t x, const struct history *b, uint32_t y)
{
    assert_string_equal(history_text_of(a, x), history_text_of(b, y));
}

static void it_comes_back_exactly(void **state)
{
    struct scenario sc, sc2;
    struct history h, h2;
    struct err err = { 0 };

    (void)state;
    sample_run(&sc, &h);
    assert_int_equal(history_write(path, &sc, &h, &err), 0);
    if (history_read(path, &sc2, &h2, &err))
        fail_msg("%s", err.text);
    assert_string_equal(sc.json, sc2.json);
    assert_true(sc.seed == sc2.seed);
    assert_string_equal(h.started, h2.started);
    assert_true(h2.frozen);
    assert_int_equal(h.n_samples, h2.n_samples);
    assert_int_equal(h.n_events, h2.n_events);
    for (size_t i = 0; i < h.n_samples; i++) {
        struct sample *a = &h.samples[i], *b = &h2.samples[i];

        same_text(&h, a->version, &h2, b->version);
        a->version = b->version = 0;
        assert_memory_equal(a, b, sizeof *a);
    }
    for (size_t i = 0; i < h.n_events; i++) {
        struct event *a = &h.events[i], *b = &h2.events[i];

        if (a->kind != EVENT_SERVER_STARTED)
            same_text(&h, a->text, &h2, b->text);
        a->text = b->text = 0;
        assert_memory_equal(a, b, sizeof *a);
    }
    scenario_free(&sc);
    scenario_free(&sc2);
    history_free(&h);
    history_free(&h2);
}

static struct finding *judge(const struct scenario *sc, const struct history *h)
{
    struct finding *findings = mem_new(n_checks, sizeof *findings);
    struct facts facts;

    facts_find(&facts, sc, h);
    check_all(&facts, findings);
    facts_free(&facts);
    return findings;
}

static void judged_again_it_gives_the_same_findings(void **state)
{
    struct finding *before, *after;
    struct scenario sc;
    struct history h;
    struct err err = { 0 };

    (void)state;
    sample_run(&sc, &h);
    before = judge(&sc, &h);
    assert_int_equal(history_write(path, &sc, &h, &err), 0);
    scenario_free(&sc);
    history_free(&h);
    assert_int_equal(history_read(path, &sc, &h, &err), 0);
    after = judge(&sc, &h);
    for (size_t i = 0; i < n_checks; i++) {
        assert_int_equal(before[i].verdict, after[i].verdict);
        assert_int_equal(before[i].sample, after[i].sample);
        assert_string_equal(before[i].why, after[i].why);
    }
    free(before);
    free(after);
    scenario_free(&sc);
    history_free(&h);
}

static void a_line_is_compact_and_in_order_of_time(void **state)
{
    char *text = sample_file();

    (void)state;
    assert_non_null(strstr(
        text,
        "\n{\"request\":0,\"lane\":\"new\",\"due\":0,\"sent\":1234,\"connected\":2000,"
        "\"first_byte\":3000,\"done\":5678,\"pid\":10,\"version\":\"v1 \xc3\xa4\xf0\x9f\x98\x80\","
        "\"status\":200,\"port\":65535,\"outcome\":\"ok\",\"phase\":\"connect\","
        "\"unframed\":1}\n"
        "{\"request\":1,\"lane\":\"sl\\\"ow\",\"due\":150000000,\"sent\":150001234,"
        "\"done\":150005678,\"error\":111,\"outcome\":\"refused\",\"phase\":\"send\"}\n"));
    assert_non_null(
        strstr(text, "{\"event\":\"watch\",\"at\":-5,\"value\":1,\"text\":\"polling\"}\n"));
    assert_non_null(strstr(text, "\"text\":\"app \\\"x\\\" \\u000a\\u0001 \\u00ff\"}\n"));
    assert_non_null(strstr(text, "\"dev\":18446744073709551615,\"ino\":3"));
    assert_string_equal(strstr(text, "{\"end\""), "{\"end\":{\"requests\":11,\"events\":14}}\n");
    free(text);
}

static void refuse(const char *text, size_t length, const char *message)
{
    struct err err = { 0 };
    struct scenario sc;
    struct history h;

    spill(text, length);
    assert_int_equal(history_read(path, &sc, &h, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_memory_equal(err.text, path, strlen(path));
    assert_string_equal(err.text + strlen(path), message);
}

/* The sample file with the last occurrence of a part replaced. */
static void refuse_with(const char *part, const char *replacement, const char *message)
{
    char *text = sample_file(), *at = NULL, *changed;

    for (char *next = strstr(text, part); next; next = strstr(next + 1, part))
        at = next;
    assert_non_null(at);
    assert_true(
        asprintf(&changed, "%.*s%s%s", (int)(at - text), text, replacement, at + strlen(part)) > 0);
    refuse(changed, strlen(changed), message);
    free(text);
    free(changed);
}

static void a_file_cut_short_is_known_as_such(void **state)
{
    char *text = sample_file();
    char *end = strstr(text, "{\"end\"");

    (void)state;
    refuse("", 0, ": empty: no history");
    refuse(text, 80, ":1: cut in the middle: the first line does not end");
    refuse(text, (size_t)(end - text), ":26: cut in the middle: the end line is missing");
    refuse(text, (size_t)(end - text) - 20, ":26: cut in the middle: the last line does not end");
    refuse(text, strlen(text) - 1, ":27: cut in the middle: the last line does not end");
    free(text);
    refuse_with(
        "\"requests\":11", "\"requests\":12",
        ":27: cut in the middle: the end counts 12 requests and 14 events, but the file has "
        "11 and 14");
    refuse_with("14}}\n", "14}}\n\n", ":28: something follows the end line");
    refuse_with("{\"end\":{", "{\"end\":[",
                ":27: not an end line: must be "
                "{\"end\":{\"requests\":N,\"events\":M}}");
}

static void what_is_no_history_is_refused(void **state)
{
    (void)state;
    refuse("hello\n", 6,
           ":1: not a history: must begin with {\"schema\":\"hupproof.history/1\",...}");
    refuse("{}\n", 3, ":1: not a history: must begin with {\"schema\":\"hupproof.history/1\",...}");
    refuse_with("history/1", "history/2",
                ":1: schema \"hupproof.history/2\": this hupproof reads \"hupproof.history/1\"");
    refuse_with("\"rate\":100", "\"rate\":1OO", ":1:313: not JSON: expected \",\" or \"}\"");
    refuse_with("\"rate\":100", "\"rate\":-1", ":1: lanes[0].rate: must be > 0, got -1");
    refuse_with("\"seed\":9007199254740991,\"scenario\"", "\"seed\":-1,\"scenario\"",
                ":1: seed: must be a whole number from 0 to 9007199254740991");
}

static void a_wrong_line_is_refused(void **state)
{
    (void)state;
    refuse_with("{\"request\":10,", "{\"request\":10", ":23: not JSON: expected \",\" or \"}\"");
    refuse_with("{\"request\":10,", "[\"request\":10,", ":23: not JSON: expected \"{\"");
    refuse_with("{\"request\":10,", "{\"request\":1.5,", ":23: not JSON: expected \",\" or \"}\"");
    refuse_with("{\"request\":10,", "{\"request\":true,",
                ":23: not JSON: expected a text or a whole number");
    refuse_with("{\"request\":10,", "{\"request\":4294967296,",
                ":23: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":99999999999999999999999,",
                ":23: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":-1,",
                ":23: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":10,\"request\":10,", ":23: request: given twice");
    refuse_with("{\"request\":10,", "{\"request\":\"10\",", ":23: request: must be a whole number");
    refuse_with("{\"request\":10,", "{",
                ":23: lane: a line begins with \"request\", \"event\" or \"end\"");
    refuse_with("\"due\":1500000000,", "", ":23: due: is required, but missing");
    refuse_with("\"due\":1500000000", "\"deu\":1", ":23: deu: unknown key");
    refuse_with("\"due\":1500000000", "\"due\":9223372036854775807",
                ":23: due: out of range: must be between 0 and 1000000000000000000");
    refuse_with("\"open\"", "\"opne\"", ":23: outcome: there is no \"opne\"");
    refuse_with("\"lane\":\"new\"", "\"lane\":\"old\"", ":23: lane: there is no \"old\"");
    refuse_with("\"proc_exited\"", "\"proc_left\"", ":26: event: there is no \"proc_left\"");
    refuse_with("\"step_began\",\"at\":1000000002,\"index\":1",
                "\"step_began\",\"at\":1000000002,\"index\":2",
                ":16: index: the scenario has no step 2");
    refuse_with("\"index\":1,\"value\":11", "\"index\":-1",
                ":24: index: the scenario has no lane -1");
    refuse_with("HUP to 10", "\xff", ":14: a byte that is not UTF-8");
    refuse_with("HUP to 10", "\\ud800", ":14: not JSON: half of a surrogate pair");
    refuse_with("HUP to 10", "\\u0000",
                ":14: not JSON: \\u needs four hexadecimal digits, not all 0");
    refuse_with("HUP to 10\"", "HUP\n", ":14: not JSON: a text does not end");
}

static void a_nul_is_refused(void **state)
{
    char *text = sample_file();
    size_t length = strlen(text);

    (void)state;
    *strstr(text, "HUP to") = '\0';
    refuse(text, length, ":14: a NUL byte");
    free(text);
}

static void a_file_that_is_not_there_is_bad_input(void **state)
{
    struct err err = { 0 };
    struct scenario sc;
    struct history h;

    (void)state;
    assert_int_equal(history_read("/nowhere/h", &sc, &h, &err), -1);
    assert_string_equal(err.text, "/nowhere/h: No such file or directory");
    assert_int_equal(history_read("/", &sc, &h, &err), -1);
    assert_string_equal(err.text, "/: Is a directory");
    assert_int_equal(err.kind, ERR_INPUT);
}

static size_t files_in_folder(void)
{
    DIR *dir = opendir(folder);
    size_t n = 0;

    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* A limit of the file's size fails as a full disk does: in the middle of a write. */
static void a_write_that_fails_leaves_nothing(void **state)
{
    struct rlimit old, small = { .rlim_cur = 700, .rlim_max = RLIM_INFINITY };
    struct err err = { 0 };
    struct scenario sc;
    struct history h;
    int failed;

    (void)state;
    unlink(path);
    sample_run(&sc, &h);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    failed = history_write(path, &sc, &h, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(failed, -1);
    assert_int_equal(err.kind, ERR_ENVIRONMENT);
    assert_string_equal(err.text + strlen(path), ": cannot write: File too large");
    assert_int_equal(files_in_folder(), 0);
    assert_int_equal(history_write("/nowhere/h", &sc, &h, &err), -1);
    assert_string_equal(err.text, "/nowhere/h: cannot write: No such file or directory");
    scenario_free(&sc);
    history_free(&h);
}

static void it_replaces_an_older_file(void **state)
{
    struct stat st;

    (void)state;
    spill("old", 3);
    free(sample_file());
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666 & ~022);
    assert_int_equal(files_in_folder(), 1);
}

static void mutations_never_crash(void **state)
{
    char *original = sample_file();
    char *text = mem_new(2 * strlen(original), 1);
    uint64_t seed = 1;

    (void)state;
    for (unsigned i = 0; i < sample_rounds(2000); i++) {
        struct err err = { 0 };
        struct scenario sc;
        struct history h;

        strcpy(text, original);
        sample_mutate(text, &seed);
        spill(text, strlen(text));
        if (history_read(path, &sc, &h, &err)) {
            assert_memory_equal(err.text, path, strlen(path));
            continue;
        }
        free(judge(&sc, &h));
        scenario_free(&sc);
        history_free(&h);
    }
    free(original);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_exactly),
        cmocka_unit_test(judged_again_it_gives_the_same_findings),
        cmocka_unit_test(a_line_is_compact_and_in_order_of_time),
        cmocka_unit_test(a_file_cut_short_is_known_as_such),
        cmocka_unit_test(what_is_no_history_is_refused),
        cmocka_unit_test(a_wrong_line_is_refused),
        cmocka_unit_test(a_nul_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_bad_input),
        cmocka_unit_test(a_write_that_fails_leaves_nothing),
        cmocka_unit_test(it_replaces_an_older_file),
        cmocka_unit_test(mutations_never_crash),
    };

    umask(022);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

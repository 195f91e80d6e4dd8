/* Is a file that is no whole history refused, with a clear complaint? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "history_on_disk.h"

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
    refuse(text, (size_t)(end - text), ":30: cut in the middle: the end line is missing");
    refuse(text, (size_t)(end - text) - 20, ":30: cut in the middle: the last line does not end");
    refuse(text, strlen(text) - 1, ":31: cut in the middle: the last line does not end");
    free(text);
    refuse_with(
        "\"requests\":12", "\"requests\":13",
        ":31: cut in the middle: the end counts 13 requests and 17 events, but the file has "
        "12 and 17");
    refuse_with("17}}\n", "17}}\n\n", ":32: something follows the end line");
    refuse_with("{\"end\":{", "{\"end\":[",
                ":31: not an end line: must be "
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
    refuse_with("\"rate\":100", "\"rate\":1OO", ":1:399: not JSON: expected \",\" or \"}\"");
    refuse_with("\"rate\":100", "\"rate\":-1", ":1: lanes[0].rate: must be > 0, got -1");
    refuse_with("\"seed\":9007199254740991,\"scenario\"", "\"seed\":-1,\"scenario\"",
                ":1: seed: must be a whole number from 0 to 9007199254740991");
    refuse_with("\"cpus\":8", "\"cpus\":0", ":1: machine: must have cpus, memory, cpu and kernel");
    refuse_with("\"kernel\":\"L", "\"kernal\":\"L",
                ":1: machine: must have cpus, memory, cpu and kernel");
}

static void a_wrong_line_is_refused(void **state)
{
    (void)state;
    refuse_with("{\"request\":10,", "{\"request\":10", ":26: not JSON: expected \",\" or \"}\"");
    refuse_with("{\"request\":10,", "[\"request\":10,", ":26: not JSON: expected \"{\"");
    refuse_with("{\"request\":10,", "{\"request\":1.5,", ":26: not JSON: expected \",\" or \"}\"");
    refuse_with("{\"request\":10,", "{\"request\":true,",
                ":26: not JSON: expected a text or a whole number");
    refuse_with("{\"request\":10,", "{\"request\":4294967296,",
                ":26: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":99999999999999999999999,",
                ":26: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":-1,",
                ":26: request: out of range: must be between 0 and 4294967295");
    refuse_with("{\"request\":10,", "{\"request\":10,\"request\":10,", ":26: request: given twice");
    refuse_with("{\"request\":10,", "{\"request\":\"10\",", ":26: request: must be a whole number");
    refuse_with("{\"request\":10,", "{",
                ":26: lane: a line begins with \"request\", \"event\" or \"end\"");
    refuse_with("\"due\":1500000000,", "", ":26: due: is required, but missing");
    refuse_with("\"due\":1500000000", "\"deu\":1", ":26: deu: unknown key");
    refuse_with("\"due\":1500000000", "\"due\":9223372036854775807",
                ":26: due: out of range: must be between 0 and 1000000000000000000");
    refuse_with("\"open\"", "\"opne\"", ":26: outcome: there is no \"opne\"");
    refuse_with("\"lane\":\"new\"", "\"lane\":\"old\"", ":26: lane: there is no \"old\"");
    refuse_with("\"proc_exited\"", "\"proc_left\"", ":30: event: there is no \"proc_left\"");
    refuse_with("\"step_began\",\"at\":1000000002,\"index\":1",
                "\"step_began\",\"at\":1000000002,\"index\":2",
                ":17: index: the scenario has no step 2");
    refuse_with("\"index\":1,\"value\":11", "\"index\":-1",
                ":28: index: the scenario has no lane -1");
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
        cmocka_unit_test(a_file_cut_short_is_known_as_such),
        cmocka_unit_test(what_is_no_history_is_refused),
        cmocka_unit_test(a_wrong_line_is_refused),
        cmocka_unit_test(a_nul_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_bad_input),
        cmocka_unit_test(mutations_never_crash),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

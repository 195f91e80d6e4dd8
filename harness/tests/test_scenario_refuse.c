/* Is a wrong scenario refused, and is it said where it is wrong? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "plain_scenario.h"

#include <unistd.h>

static void refuse_text(const char *text, const char *message)
{
    struct err err = { 0 };
    struct scenario sc;

    if (scenario_read_text("s.json", text, &vars, &sc, &err) == 0) {
        scenario_free(&sc);
        fail_msg("read, though it should say: %s", message);
    }
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERR_INPUT);
}

struct refusal {
    const char *part, *replacement, *message;
};

static void refuse(const struct refusal *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *text = with(rows[i].part, rows[i].replacement);

        refuse_text(text, rows[i].message);
        free(text);
    }
}

static void what_is_not_json_is_refused(void **state)
{
    /* clang-format off */
    static const struct refusal rows[] = {
        { "\"for\"", "// no\n \"for\"", "s.json:7:3: not JSON: comments are not JSON; put what you want to say into \"why\"" },
        { "300}", "300,}", "s.json:4:32: not JSON: a comma after the last one" },
        { "300}", "300", "s.json:5:5: not JSON: expected a name in double quotes" },
        { "300", "0300", "s.json:4:29: not JSON: a number does not begin with 0" },
        { "300", "3.", "s.json:4:31: not JSON: a digit is missing" },
        { "300", "NaN", "s.json:4:29: not JSON: expected a value" },
        { "\"new\"", "\"new", "s.json:4:21: not JSON: expected \",\" or \"}\"" },
        { "\"new\"", "\"a\tb\"", "s.json:4:16: not JSON: a control character in a string; write it as an escape" },
        { "\"new\"", "\"\\u0000\"", "s.json:4:16: not JSON: \\u0000 cannot be in a text here" },
        { "\"new\"", "\"\\q\"", "s.json:4:16: not JSON: no such escape in a string" },
        { "\"new\"", "\"\xff\"", "s.json:4:15: not JSON: a byte that is not UTF-8" },
        { "\"new\"", "\"\xed\xa0\x80\"", "s.json:4:15: not JSON: a byte that is not UTF-8" },
        { "\n}\n", "\n}\n}", "s.json:12:1: not JSON: something follows the end" },
        { "  ]\n}\n", "  ]\n", "s.json:11:1: not JSON: it ends too early" },
        { "8s", "8s\n", "s.json:7:10: not JSON: this string does not end on its line" },
    };
    /* clang-format on */
    char deep[300] = "";

    (void)state;
    refuse(rows, COUNT(rows));
    refuse_text("", "s.json: empty: no scenario");
    refuse_text(" \n", "s.json: empty: no scenario");
    refuse_text("[]", "s.json:1: must be an object, got []");
    memset(deep, '[', 200);
    refuse_text(deep, "s.json:1:101: not JSON: nested too deep");
}

static void a_wrong_key_is_refused(void **state)
{
    /* clang-format off */
    static const struct refusal rows[] = {
        { "\"server\"", "\"servr\"", "s.json:2: servr: unknown key; did you mean \"server\"?" },
        { "\"rate\"", "\"Rates\"", "s.json:4: lanes[0].Rates: unknown key; did you mean \"rate\"?" },
        { "\"rate\": 300", "\"x y\": 300", "s.json:4: lanes[0][\"x y\"]: unknown key; \"hupproof list fields\" shows the known ones" },
        { "\"at\"", "\"ta\"", "s.json:9: steps[0].ta: unknown key; did you mean \"at\"?" },
        { "300}", "300,\n \"name\": \"b\"}", "s.json:5: lanes[0].name: given twice" },
        { FOR ",", "", "s.json:1: for: is required, but missing" },
        { "\"rate\": 10, ", "", "s.json:5: lanes[1].rate: is required, but missing" },
        { ", \"url\": " URL, "", "s.json:2: server.url: is required, but missing" },
        { SERVER ", ", "", "s.json:2: server: needs a \"command\", or \"attach\" for one that already runs" },
        { "\"app\"", "\"\"", "s.json:2: server.command[0]: must not be empty" },
        { SERVER, SERVER ", \"attach\": {\"pid\": 3}", "s.json:2: server.attach: there is a command already; use one or the other" },
        { SERVER, "\"attach\": {}", "s.json:2: server.attach: must have either \"pid\" or \"pidfile\", got {}" },
        { "\"app\"", "\"app\",\n \"${port\", 3", "s.json:3: server.command[2]: must be a text, got 3" },
        { "\"app\"", "\"app\",\n\"a${NO_SUCH_THING}\"", "s.json:3: server.command[1]: ${NO_SUCH_THING}: no such environment variable" },
    };
    /* clang-format on */

    (void)state;
    refuse(rows, COUNT(rows));
}

/* 100 s of a million a second, for more than 200 upgrades of half a second. */
static void more_requests_than_fit_are_refused(void **state)
{
    char text[512];

    (void)state;
    for (int repeat = 100; repeat <= 300; repeat += 200) {
        struct err err = { 0 };
        struct scenario sc;
        int failed;

        snprintf(text, sizeof text,
                 "{\"server\": {\"command\": [\"a\"], \"url\": \"http://[::1]:80\"},\n"
                 " \"lanes\": [{\"name\": \"n\", \"rate\": 1,\n"
                 "            \"burst_at_upgrade\": {\"rate\": 1e6, \"before\": 0}}],\n"
                 " \"for\": \"1h\", \"steps\": [{\"at\": 1, \"signal\": \"HUP\","
                 " \"repeat\": %d, \"every\": 1}]}",
                 repeat);
        failed = scenario_read_text("s.json", text, &vars, &sc, &err);
        assert_int_equal(failed, repeat > 200 ? -1 : 0);
        if (failed)
            assert_string_equal(err.text, "s.json:2: lanes[0]: the lanes so far plan 150003450 "
                                          "requests; at most 100000000 fit");
        else
            scenario_free(&sc);
    }
}

static void a_wrong_value_is_refused(void **state)
{
    /* clang-format off */
    static const struct refusal rows[] = {
        { "10,", "-3,", "s.json:5: lanes[1].rate: must be > 0, got -3" },
        { "10,", "1e9,", "s.json:5: lanes[1].rate: must be at most 1000000, got 1000000000" },
        { "10,", "\"10\",", "s.json:5: lanes[1].rate: must be a number, got \"10\"" },
        { "\"8s\"", "true", "s.json:7: for: must be a duration such as \"250ms\", \"2s\" or a number of seconds, got true" },
        { "\"8s\"", "\"8 s\"", "s.json:7: for: must be a duration such as \"250ms\", \"2s\" or a number of seconds, got \"8 s\"" },
        { "\"8s\"", "\"1.2.3s\"", "s.json:7: for: must be a duration such as \"250ms\", \"2s\" or a number of seconds, got \"1.2.3s\"" },
        { "\"8s\"", "\"-8s\"", "s.json:7: for: must be > 0, got \"-8s\"" },
        { "\"8s\"", "1e-12", "s.json:7: for: must be at least a nanosecond, got 1e-12" },
        { "\"8s\"", "\"999h\"", "s.json:7: for: must be at most 604800 seconds, got \"999h\"" },
        { FOR, FOR ", \"seed\": 1.5", "s.json:7: seed: must be a whole number, got 1.5" },
        { FOR, FOR ", \"seed\": -1", "s.json:7: seed: must not be negative, got -1" },
        { FOR, FOR ", \"seed\": 1e300", "s.json:7: seed: must be at most 9007199254740991, got 1e+300" },
        { FOR, FOR ", \"name\": \"a/b\"", "s.json:7: name: must have no \"/\" or control characters, got \"a/b\"" },
        { "300}", "300, \"pool\": 0}", "s.json:4: lanes[0].pool: must be between 1 and 100000, got 0" },
        { "300}", "300, \"shape\": \"steddy\"}", "s.json:4: lanes[0].shape: must be \"steady\", \"poisson\" or \"burst\", got \"steddy\"; did you mean \"steady\"?" },
        { "300}", "300, \"shape\": 3}", "s.json:4: lanes[0].shape: must be \"steady\", \"poisson\" or \"burst\", got 3" },
        { "300}", "300, \"burst_at_upgrade\": {\"rate\": 20}}", "s.json:4: lanes[0].burst_at_upgrade.rate: must not be below the lane's own (300), got 20" },
        { "300}", "300, \"burst_at_upgrade\": 900}", "s.json:4: lanes[0].burst_at_upgrade: must be an object, got 900" },
        { "300}", "300, \"burst_at_upgrade\": {\"before\": 1}}", "s.json:4: lanes[0].burst_at_upgrade.rate: is required, but missing" },
        { "300}", "300, \"burst_at_upgrade\": {\"rate\": 900, \"after\": 0}}", "s.json:4: lanes[0].burst_at_upgrade.after: must be > 0, got 0" },
        { "300}", "300, \"burst_at_upgrade\": {\"rate\": 900, \"befor\": 0}}", "s.json:4: lanes[0].burst_at_upgrade.befor: unknown key; did you mean \"before\"?" },
        { "300}", "300, \"client\": \"wired\"}", "s.json:4: lanes[0].client: must be \"wire\" or \"curl\", got \"wired\"; did you mean \"wire\"?" },
        { "300}", "300, \"until\": 9}", "s.json:4: lanes[0].until: must not be after the load's end (\"for\"), got 9" },
        { "300}", "300, \"client\": \"curl\", \"pipeline\": 5}", "s.json:4: lanes[0].pipeline: needs \"client\": \"wire\"" },
        { "300}", "300, \"client\": \"curl\", \"pipeline\": 2}", "s.json:4: lanes[0].pipeline: needs \"client\": \"wire\"" },
        { "300}", "300, \"pipeline\": 2}", "s.json:4: lanes[0].pipeline: needs \"connection\": \"reused\"" },
        { "300}", "300, \"connection\": \"reused\", \"read_rate\": 9, \"pipeline\": 2}", "s.json:4: lanes[0].pipeline: goes without \"send_rate\" and \"read_rate\"" },
        { "300}", "300, \"pipeline\": 0}", "s.json:4: lanes[0].pipeline: must be between 1 and 1000, got 0" },
        { "300}", "300, \"read_rate\": 0}", "s.json:4: lanes[0].read_rate: must be > 0, got 0" },
        { "300}", "300, \"from\": 8}", "s.json:4: lanes[0].from: must be before the lane's end, got 8" },
        { "300}", "300, \"path\": \"x\"}", "s.json:4: lanes[0].path: must begin with \"/\", got \"x\"" },
        { "300}", "300, \"path\": \"/ HTTP/1.0\"}", "s.json:4: lanes[0].path: must have no spaces, control characters or \"#\", got \"/ HTTP/1.0\"" },
        { "300}", "300, \"headers\": {\"X-A\": \"b\\r\\nc\"}}", "s.json:4: lanes[0].headers[\"X-A\"]: must be on one line, got \"b\\r\\nc\"" },
        { "300}", "300, \"headers\": {\"X A\": \"b\"}}", "s.json:4: lanes[0].headers[\"X A\"]: not a name that a header can have" },
        { "\"slow\"", "\"new\"", "s.json:5: lanes[1].name: another lane is called \"new\"" },
        { FOR, FOR ", \"limits\": {\"lost\": {\"slwo\": 1}}", "s.json:7: limits.lost.slwo: no such lane; did you mean \"slow\"?" },
        { FOR, FOR ", \"limits\": {\"lost\": -1}", "s.json:7: limits.lost: must not be negative, got -1" },
        { FOR, FOR ", \"limits\": {\"attributed\": 1.1}", "s.json:7: limits.attributed: must be at most 1, got 1.1" },
        { FOR, FOR ", \"expect\": {}", "s.json:7: expect: must have either \"verdict\" or \"behaviour\"" },
        { FOR, FOR ", \"expect\": {\"verdict\": \"pass\", \"behaviour\": \"clean\"}", "s.json:7: expect: must have either \"verdict\" or \"behaviour\"" },
        { FOR, FOR ", \"expect\": {\"behaviour\": \"loses\", \"lost\": {\"now\": 1}}", "s.json:7: expect.lost.now: no such lane; did you mean \"new\"?" },
        { FOR, FOR ", \"expect\": {\"behaviour\": \"loses\", \"lost\": {\"new\": [2, 1]}}", "s.json:7: expect.lost.new: must begin with the lesser, got [2,1]" },
        { FOR, FOR ", \"expect\": {\"behaviour\": \"loses\", \"lost\": {\"new\": [-2, 1]}}", "s.json:7: expect.lost.new[0]: must not be negative, got -2" },
        { SERVER, SERVER ", \"files\": {\"a\": {\"from\": \"/no/such\"}}", "s.json:2: server.files.a.from: /no/such: No such file or directory" },
        { SERVER, SERVER ", \"files\": {\"a\": {\"fro\": \"/no/such\"}}", "s.json:2: server.files.a: must be a text, a list of lines, {\"from\": PATH} or {\"link\": TARGET}, got {\"fro\":\"/no/such\"}" },
        { SERVER, SERVER ", \"files\": {\"a\": {\"link\": \"\"}}", "s.json:2: server.files.a: must be a text, a list of lines, {\"from\": PATH} or {\"link\": TARGET}, got {\"link\":\"\"}" },
        { FOR, FOR ", \"expect\": {\"verdict\": \"fail\",\n \"checks\": [\"no_request_lots\"]}", "s.json:8: expect.checks[0]: no check is called \"no_request_lots\"; did you mean \"no_request_lost\"?" },
    };
    /* clang-format on */

    (void)state;
    refuse(rows, COUNT(rows));
}

static void a_wrong_server_is_refused(void **state)
{
    /* clang-format off */
    static const struct refusal rows[] = {
        { URL, "\"ftp://127.0.0.1\"", "s.json:2: server.url: must begin with http:// or https://, got \"ftp://127.0.0.1\"" },
        { URL, "\"127.0.0.1\"", "s.json:2: server.url: must begin with http:// or https://, got \"127.0.0.1\"" },
        { URL, "\"http://example.org\"", "s.json:2: server.url: hupproof loads only this machine: must name 127.0.0.0/8, [::1] or localhost, got \"http://example.org\"" },
        { URL, "\"http://127.0.0.1@example.org\"", "s.json:2: server.url: hupproof loads only this machine: must name 127.0.0.0/8, [::1] or localhost, got \"http://127.0.0.1@example.org\"" },
        { URL, "\"http://localhost:0\"", "s.json:2: server.url: must have a port between 1 and 65535, got \"http://localhost:0\"" },
        { URL, "\"http://localhost/x\"", "s.json:2: server.url: must end after the port; paths belong to the lanes, got \"http://localhost/x\"" },
        { SERVER, SERVER ", \"who\": {\"body\": \"a(\"}", "s.json:2: server.who.body: not a POSIX extended regular expression: Unmatched ( or \\(" },
        { SERVER, SERVER ", \"who\": {\"body\": \"a\"}", "s.json:2: server.who.body: must have a group (...) around what is meant, got \"a\"" },
        { SERVER, SERVER ", \"who\": {\"header\": \"X:\"}", "s.json:2: server.who.header: must be the name of a header, got \"X:\"" },
        { SERVER, SERVER ", \"pid\": \"children\"", "s.json:2: server.pid: must be \"child\" or {\"pidfile\": PATH}, got \"children\"" },
        { SERVER, SERVER ", \"stop\": {\"signal\": \"HPU\"}", "s.json:2: server.stop.signal: must be a signal such as \"HUP\", or its number from 1 to 64, got \"HPU\"" },
        { SERVER, SERVER ", \"files\": {\"../x\": \"\"}", "s.json:2: server.files[\"../x\"]: must be a file below the work directory: relative, no \"..\"" },
        { SERVER, SERVER ", \"files\": {\"/x\": \"\"}", "s.json:2: server.files[\"/x\"]: must be a file below the work directory: relative, no \"..\"" },
        { SERVER, SERVER ", \"files\": {\"a/..\": \"\"}", "s.json:2: server.files[\"a/..\"]: must be a file below the work directory: relative, no \"..\"" },
        { SERVER, SERVER ", \"env\": {\"A=\": \"\"}", "s.json:2: server.env[\"A=\"]: not a name that an environment can have" },
    };
    /* clang-format on */

    (void)state;
    refuse(rows, COUNT(rows));
}

static void a_wrong_step_is_refused(void **state)
{
    /* clang-format off */
    static const struct refusal rows[] = {
        { "\"signal\": \"HUP\"", "\"why\": \"x\"", "s.json:9: steps[0]: needs an action, one of signal, stop_start, start, stop, run, replace, write, wait, wait_for" },
        { "\"HUP\"", "\"HUP\", \"wait\": 1", "s.json:9: steps[0]: one action each, got both \"signal\" and \"wait\"" },
        { "\"at\": \"3s\"", "\"at\": \"8s\"", "s.json:9: steps[0].at: must be before the load's end (\"for\"), got \"8s\"" },
        { STEP, STEP ",\n" "{\"at\": 2, \"wait\": 1}", "s.json:10: steps[1].at: must not be before an earlier step's, got 2" },
        { "\"at\"", "\"after\": 1, \"at\"", "s.json:9: steps[0].after: there is an \"at\" already; use one or the other" },
        { "\"HUP\"", "\"HUP\", \"every\": 1", "s.json:9: steps[0].every: needs \"repeat\" to be more than 1" },
        { "\"HUP\"", "\"HUP\", \"repeat\": 2", "s.json:9: steps[0].repeat: needs \"every\"" },
        { "\"HUP\"", "65", "s.json:9: steps[0].signal: must be a signal such as \"HUP\", or its number from 1 to 64, got 65" },
        { "\"HUP\"", "\"HUP\", \"to\": \"leder\"", "s.json:9: steps[0].to: must be \"leader\", \"all\", the path of a pidfile or {\"pid\": N}, got \"leder\"" },
        { "\"HUP\"", "\"HUP\", \"within\": 1", "s.json:9: steps[0].within: \"signal\" does not take time" },
        { "\"HUP\"", "\"HUP\", \"expect_exit\": 1", "s.json:9: steps[0].expect_exit: only \"run\" has it" },
        { "\"signal\": \"HUP\"", "\"wait\": 1, \"to\": \"all\"", "s.json:9: steps[0].to: only \"signal\" has it" },
        { "\"signal\": \"HUP\"", "\"stop\": false", "s.json:9: steps[0].stop: must be true or an object, got false" },
        { "\"signal\": \"HUP\"", "\"replace\": {\"file\": \"a\"}", "s.json:9: steps[0].replace.with: is required, but missing" },
        { "\"signal\": \"HUP\"", "\"wait_for\": {\"new_pid\": false}", "s.json:9: steps[0].wait_for.new_pid: must be true, got false" },
        { "\"signal\": \"HUP\"", "\"wait_for\": {}", "s.json:9: steps[0].wait_for: must have one of \"new_pid\", \"gone\", \"file\", \"pidfile_changes\", got {}" },
        { "\"signal\": \"HUP\"", "\"wait_for\": {\"gone\": \"old\", \"within\": 1}, \"within\": 1", "s.json:9: steps[0].within: given twice, here and in \"wait_for\"" },
        { "\"signal\": \"HUP\"", "\"run\": []", "s.json:9: steps[0].run: must not be empty" },
        { "\"signal\": \"HUP\"", "\"wait\": 1, \"upgrade\": \"yes\"", "s.json:9: steps[0].upgrade: must be \"none\", \"begins\", \"continues\", \"deploys\" or \"fails\", got \"yes\"" },
        { "\"signal\": \"HUP\"", "\"stop_start\": true, \"upgrade\": \"fails\"", "s.json:9: steps[0].upgrade: \"stop_start\" cannot be meant to fail: the old ones have to go on" },
        { "\"signal\": \"HUP\"", "\"wait\": 1, \"version\": \"2\"", "s.json:9: steps[0].version: only a step of an upgrade that is meant to succeed brings one" },
        { "\"signal\": \"HUP\"", "\"signal\": \"HUP\", \"version\": \"2\"", "s.json:9: steps[0].version: needs \"server.version\", to see which one serves" },
    };
    /* clang-format on */
    char *text = with(SERVER, "\"attach\": {\"pid\": 3}");
    char *step = strstr(text, "\"signal\"");

    (void)state;
    refuse(rows, COUNT(rows));
    memcpy(step, "\"start\": true }\n]}", sizeof "\"start\": true }\n]}");
    refuse_text(text, "s.json:9: steps[0].start: attached: it's not ours to start or stop");
    free(text);
}

static void what_is_not_to_be_had_is_refused(void **state)
{
    static const struct scenario_vars none = { 0 };
    char *text = with("\"app\"", "\"${work}\"");
    struct err err = { 0 };
    struct scenario sc;

    (void)state;
    assert_int_equal(scenario_read_text("s.json", text, &none, &sc, &err), -1);
    assert_string_equal(err.text, "s.json:2: server.command[0]: ${work} is not to be had here");
    free(text);
}

static void a_file_that_is_not_there_is_bad_input(void **state)
{
    struct err err = { 0 };
    struct scenario sc;

    (void)state;
    assert_int_equal(scenario_read_file("/nowhere/s.json", &vars, &sc, &err), -1);
    assert_string_equal(err.text, "/nowhere/s.json: No such file or directory");
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(scenario_read_file("/", &vars, &sc, &err), -1);
    assert_string_equal(err.text, "/: Is a directory");
}

static void a_file_with_a_nul_is_refused(void **state)
{
    char path[] = "/tmp/hupproof-test-XXXXXX";
    int fd = mkstemp(path);
    struct err err = { 0 };
    struct scenario sc;
    char *want = NULL;

    (void)state;
    assert_int_equal(write(fd, "{\n \0}", 5), 5);
    close(fd);
    assert_int_equal(scenario_read_file(path, &vars, &sc, &err), -1);
    assert_true(asprintf(&want, "%s:2:2: not JSON: a NUL byte", path) > 0);
    assert_string_equal(err.text, want);
    unlink(path);
    free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(a_wrong_key_is_refused),
        cmocka_unit_test(more_requests_than_fit_are_refused),
        cmocka_unit_test(a_wrong_value_is_refused),
        cmocka_unit_test(a_wrong_server_is_refused),
        cmocka_unit_test(a_wrong_step_is_refused),
        cmocka_unit_test(what_is_not_to_be_had_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_bad_input),
        cmocka_unit_test(a_file_with_a_nul_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

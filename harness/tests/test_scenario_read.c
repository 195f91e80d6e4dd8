/* Does a scenario say what was written? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "json/fields.h"
#include "plain_scenario.h"

#include <unistd.h>

#include <signal.h>

static void numbers_keep_all_their_digits(void **state)
{
    struct scenario sc = read_with("10,", "0.30000000000000004,"), again;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(scenario_read_text("s.json", sc.json, NULL, &again, &err), 0);
    assert_true(again.lanes[1].rate == 0.30000000000000004);
    scenario_free(&sc);
    scenario_free(&again);
    sc = read_with(FOR, FOR ", \"seed\": 9007199254740991");
    assert_non_null(strstr(sc.json, "\"seed\":9007199254740991"));
    scenario_free(&sc);
}

static void any_file_gives_a_name_that_can_be_read_again(void **state)
{
    struct scenario sc, again;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(scenario_read_text("a/.\n\xff.json", plain, &vars, &sc, &err), 0);
    assert_string_equal(sc.name, "___");
    assert_int_equal(scenario_read_text("b", sc.json, NULL, &again, &err), 0);
    assert_string_equal(again.name, "___");
    scenario_free(&sc);
    scenario_free(&again);
}

static void what_is_absent_has_its_default(void **state)
{
    struct scenario sc = read_good(plain);

    (void)state;
    assert_string_equal(sc.name, "s");
    assert_string_equal(sc.why, "");
    assert_int_equal(sc.seed, 1);
    assert_int_equal(sc.duration, 8 * NS_PER_S);
    assert_string_equal(sc.server.url, "http://[::1]:80");
    assert_string_equal(sc.server.ready_path, "/");
    assert_int_equal(sc.server.ready_within, 10 * NS_PER_S);
    assert_int_equal(sc.server.who, WHO_AUTO);
    assert_int_equal(sc.server.stop_signal, SIGTERM);
    assert_null(sc.server.pidfile);
    assert_null(sc.server.unix_path);
    assert_null(sc.server.env[0]);
    assert_int_equal(sc.n_lanes, 2);
    assert_int_equal(sc.lanes[0].connection, CONNECTION_NEW);
    assert_int_equal(sc.lanes[0].timeout, 10 * NS_PER_S);
    assert_int_equal(sc.lanes[0].until, 8 * NS_PER_S);
    assert_int_equal(sc.lanes[0].count, 0);
    assert_int_equal(sc.lanes[0].lost, -1);
    assert_string_equal(sc.lanes[0].method, "GET");
    assert_int_equal(sc.lanes[0].pool, 16);
    assert_int_equal(sc.limits.gap, 300 * NS_PER_MS);
    assert_int_equal(sc.limits.requests, 100);
    assert_true(sc.limits.attributed == 1);
    assert_false(sc.expect.by_behaviour);
    assert_null(sc.expect.checks[0]);
    assert_int_equal(sc.steps[0].repeat, 1);
    scenario_free(&sc);
}

static void work_is_what_the_path_asks_for(void **state)
{
    struct scenario sc = read_good(plain);

    (void)state;
    assert_int_equal(sc.lanes[0].work, 0);
    assert_int_equal(sc.lanes[1].work, 2500 * NS_PER_MS);
    assert_int_equal(sc.lanes[1].timeout, 12500 * NS_PER_MS);
    scenario_free(&sc);
}

static void a_timeout_leaves_time_for_a_slow_upload(void **state)
{
    struct scenario sc = read_with("300}", "300, \"body_bytes\": 3000, \"send_rate\": 1000}");

    (void)state;
    assert_int_equal(sc.lanes[0].timeout, 13 * NS_PER_S);
    scenario_free(&sc);
}

static void durations_are_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } rows[] = { { "\"for\": \"4.000000001s\"", 4000000001 },
                 { "\"for\": \"250000us\"", 250000000 },
                 { "\"for\": 7", 7000000000 },
                 { "\"for\": 0.3", 300000000 },
                 { "\"for\": \"1m\"", 60000000000 },
                 { "\"for\": \"1.5h\"", 5400000000000 },
                 { "\"for\": \"123456789ns\"", 123456789 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = mem_new(strlen(plain) + 100, 1);
        struct scenario sc;

        sprintf(text, "{\"server\": {" SERVER ", \"url\": " URL "}, \"lanes\": [" LANE "], %s}",
                rows[i].text);
        sc = read_good(text);
        assert_int_equal(sc.duration, rows[i].ns);
        scenario_free(&sc);
        free(text);
    }
}

static void actions_have_their_role_unless_told(void **state)
{
    static const struct {
        const char *step;
        enum action action;
        enum upgrade_role role;
    } rows[] = {
        { "{\"signal\": \"SIGUSR2\"}", ACTION_SIGNAL, UPGRADE_BEGINS },
        { "{\"signal\": 28}", ACTION_SIGNAL, UPGRADE_CONTINUES },
        { "{\"signal\": \"CONT\"}", ACTION_SIGNAL, UPGRADE_NONE },
        { "{\"signal\": \"HUP\", \"upgrade\": \"none\"}", ACTION_SIGNAL, UPGRADE_NONE },
        { "{\"signal\": \"HUP\", \"upgrade\": \"fails\"}", ACTION_SIGNAL, UPGRADE_FAILS },
        { "{\"stop_start\": {\"signal\": \"QUIT\"}}", ACTION_STOP_START, UPGRADE_BEGINS },
        { "{\"stop\": true}", ACTION_STOP, UPGRADE_BEGINS },
        { "{\"start\": {\"within\": 3}}", ACTION_START, UPGRADE_CONTINUES },
        { "{\"run\": [\"true\"], \"expect_exit\": 3}", ACTION_RUN, UPGRADE_BEGINS },
        { "{\"replace\": {\"file\": \"a\", \"with\": \"b\"}}", ACTION_REPLACE, UPGRADE_DEPLOYS },
        { "{\"write\": {\"file\": \"a\", \"text\": \"\"}}", ACTION_WRITE, UPGRADE_DEPLOYS },
        { "{\"wait\": \"1s\"}", ACTION_WAIT, UPGRADE_NONE },
        { "{\"wait_for\": {\"gone\": \"old\"}}", ACTION_WAIT_FOR, UPGRADE_NONE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc = read_with(STEP, rows[i].step);

        assert_int_equal(sc.steps[0].action, rows[i].action);
        assert_int_equal(sc.steps[0].role, rows[i].role);
        assert_int_equal(sc.steps[0].at, -1);
        scenario_free(&sc);
    }
}

static void a_stop_is_the_servers_unless_told(void **state)
{
    struct scenario sc =
        read_with("\"url\"", "\"stop\": {\"signal\": \"INT\", \"within\": 3}, \"url\"");

    (void)state;
    assert_int_equal(sc.server.stop_signal, SIGINT);
    scenario_free(&sc);
    sc = read_with(STEP, "{\"stop_start\": {}}, {\"stop\": {\"signal\": 9, \"within\": 2}}");
    assert_int_equal(sc.steps[0].signal, SIGTERM);
    assert_int_equal(sc.steps[0].within, 10 * NS_PER_S);
    assert_int_equal(sc.steps[1].signal, SIGKILL);
    assert_int_equal(sc.steps[1].within, 2 * NS_PER_S);
    scenario_free(&sc);
}

static void a_signal_goes_where_it_says(void **state)
{
    struct scenario sc = read_with(
        STEP,
        "{\"signal\": \"HUP\", \"to\": \"all\"}, {\"signal\": \"HUP\", \"to\": \"${work}/p\"},"
        "{\"signal\": \"HUP\", \"to\": {\"pid\": 12}}");

    (void)state;
    assert_int_equal(sc.steps[0].to, TO_ALL);
    assert_int_equal(sc.steps[1].to, TO_PIDFILE);
    assert_string_equal(sc.steps[1].to_pidfile, "/dir/run/p");
    assert_int_equal(sc.steps[2].to, TO_PID);
    assert_int_equal(sc.steps[2].to_pid, 12);
    scenario_free(&sc);
}

static void a_server_is_read_whole(void **state)
{
    struct scenario sc = read_with(
        SERVER, "\"attach\": {\"pidfile\": \"/run/p\"}, \"unix\": \"${work}/s\", \"who\": \"none\","
                "\"version\": {\"body\": \"v([0-9]+)\"}, \"pid\": {\"pidfile\": \"/q\"},"
                "\"ready\": {\"http\": \"/ok\", \"within\": \"1s\"}, \"env\": {\"A\": \"b=c\"},"
                "\"files\": {\"a/..b\": [\"one\", \"two\"], \"c\": \"three\"}");

    (void)state;
    assert_null(sc.server.command);
    assert_int_equal(sc.server.attach, ATTACH_PIDFILE);
    assert_string_equal(sc.server.attach_pidfile, "/run/p");
    assert_string_equal(sc.server.unix_path, "/dir/run/s");
    assert_int_equal(sc.server.who, WHO_NONE);
    assert_int_equal(sc.server.version, TOKEN_BODY);
    assert_string_equal(sc.server.version_text, "v([0-9]+)");
    assert_string_equal(sc.server.pidfile, "/q");
    assert_string_equal(sc.server.ready_path, "/ok");
    assert_string_equal(sc.server.env[0], "A=b=c");
    assert_int_equal(sc.server.n_files, 2);
    assert_string_equal(sc.server.files[0].text, "one\ntwo\n");
    assert_string_equal(sc.server.files[1].text, "three");
    scenario_free(&sc);
}

static void lost_may_be_told_for_each_lane(void **state)
{
    struct scenario sc = read_with(FOR, FOR ", \"limits\": {\"lost\": {\"slow\": 16}}");

    (void)state;
    assert_int_equal(sc.lanes[0].lost, 0);
    assert_int_equal(sc.lanes[1].lost, 16);
    assert_int_equal(sc.limits.lost, 16);
    scenario_free(&sc);
}

static void expectations_name_checks(void **state)
{
    struct scenario sc = read_with(
        FOR, FOR ", \"expect\": {\"verdict\": \"fail\", \"checks\": [\"no_request_lost\"]}");

    (void)state;
    assert_false(sc.expect.by_behaviour);
    assert_int_equal(sc.expect.verdict, FAIL);
    assert_string_equal(sc.expect.checks[0], "no_request_lost");
    scenario_free(&sc);
}

static void a_behaviour_is_expected_instead_of_a_verdict(void **state)
{
    struct scenario sc = read_with(FOR, FOR ", \"expect\": {\"behaviour\": \"varies\","
                                            "\"lost\": {\"new\": 0, \"slow\": [1, 2]}}");

    (void)state;
    assert_true(sc.expect.by_behaviour);
    assert_int_equal(sc.expect.behaviour, BEHAVIOUR_VARIES);
    scenario_free(&sc);
}

static void a_file_may_come_from_another(void **state)
{
    char name[] = "/tmp/hupproof-test-XXXXXX", part[200];
    int fd = mkstemp(name);
    FILE *f = fdopen(fd, "w");
    struct scenario sc;

    (void)state;
    fputs("listen ${port} ${theirs} $pid;\n", f);
    fclose(f);
    snprintf(part, sizeof part, "\"command\": [\"x\"], \"files\": {\"c\": {\"from\": \"%s\"}}",
             name);
    sc = read_with(SERVER, part);
    unlink(name);
    assert_string_equal(sc.server.files[0].text, "listen 8080 ${theirs} $pid;\n");
    assert_null(strstr(sc.json, name)); /* whoever has the history has all of it */
    scenario_free(&sc);
}

static void a_file_may_be_a_link(void **state)
{
    struct scenario sc =
        read_with(SERVER, "\"command\": [\"x\"], \"files\": {\"c\": {\"link\": \"v1/${port}\"}}");

    (void)state;
    assert_null(sc.server.files[0].text);
    assert_string_equal(sc.server.files[0].link, "v1/8080");
    scenario_free(&sc);
}

static void a_burst_is_read_with_its_lane(void **state)
{
    struct scenario sc = read_with("300}", "300, \"burst_at_upgrade\": {\"rate\": 9000}}");

    (void)state;
    assert_true(sc.lanes[0].at_upgrade.rate == 9000);
    assert_int_equal(sc.lanes[0].at_upgrade.before, 50 * NS_PER_MS);
    assert_int_equal(sc.lanes[0].at_upgrade.after, 500 * NS_PER_MS);
    assert_true(sc.lanes[1].at_upgrade.rate == 0);
    scenario_free(&sc);
}

static void variables_stand_for_their_values(void **state)
{
    struct scenario sc;

    (void)state;
    setenv("HUPPROOF_TEST", "${port}", 1);
    sc = read_with("\"app\"", "\"${bin}/a${port}\", \"${HUPPROOF_TEST}\", \"$x ${1} ${ $\"");
    assert_string_equal(sc.server.command[0], "/bin/a8080");
    assert_string_equal(sc.server.command[1], "${port}");
    assert_string_equal(sc.server.command[2], "$x ${1} ${ $");
    scenario_free(&sc);
}

static void its_own_text_yields_the_same_again(void **state)
{
    struct scenario sc, again;
    struct err err = { 0 };

    (void)state;
    setenv("HUPPROOF_TEST", "${port}", 1);
    sc = read_with("\"app\"", "\"${HUPPROOF_TEST}\", \"\\u00e4\\n\"");
    unsetenv("HUPPROOF_TEST");
    assert_int_equal(scenario_read_text("other.json", sc.json, NULL, &again, &err), 0);
    assert_string_equal(again.json, sc.json);
    assert_string_equal(again.name, "s");
    assert_string_equal(again.server.command[0], "${port}");
    assert_true(again.lanes[1].rate == sc.lanes[1].rate);
    scenario_free(&sc);
    scenario_free(&again);
}

/* A preset that its own row refuses would be noticed by no other test. */
static void the_table_is_json(void **state)
{
    char *text = fields_json();

    (void)state;
    assert_non_null(strstr(text, "lanes[].rate"));
    for (size_t i = 0; i < n_fields; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(fields[i].path, fields[k].path);
    free(text);
}

static void mutations_never_crash(void **state)
{
    char *text = mem_new(2 * strlen(sample_scenario) + 64, 1);
    uint64_t seed = 1;

    (void)state;
    for (unsigned i = 0; i < sample_rounds(5000); i++) {
        struct err err = { 0 };
        struct scenario sc;

        strcpy(text, sample_scenario);
        sample_mutate(text, &seed);
        if (scenario_read_text("s.json", text, &vars, &sc, &err) == 0)
            scenario_free(&sc);
        else
            assert_memory_equal(err.text, "s.json:", 7);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(work_is_what_the_path_asks_for),
        cmocka_unit_test(a_timeout_leaves_time_for_a_slow_upload),
        cmocka_unit_test(durations_are_exact),
        cmocka_unit_test(actions_have_their_role_unless_told),
        cmocka_unit_test(a_stop_is_the_servers_unless_told),
        cmocka_unit_test(a_signal_goes_where_it_says),
        cmocka_unit_test(a_server_is_read_whole),
        cmocka_unit_test(lost_may_be_told_for_each_lane),
        cmocka_unit_test(expectations_name_checks),
        cmocka_unit_test(a_behaviour_is_expected_instead_of_a_verdict),
        cmocka_unit_test(a_file_may_come_from_another),
        cmocka_unit_test(a_file_may_be_a_link),
        cmocka_unit_test(a_burst_is_read_with_its_lane),
        cmocka_unit_test(variables_stand_for_their_values),
        cmocka_unit_test(its_own_text_yields_the_same_again),
        cmocka_unit_test(any_file_gives_a_name_that_can_be_read_again),
        cmocka_unit_test(numbers_keep_all_their_digits),
        cmocka_unit_test(the_table_is_json),
        cmocka_unit_test(mutations_never_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

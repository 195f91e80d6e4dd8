/* Does a history come back from disk exactly? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "history_on_disk.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
    assert_memory_equal(&h.machine, &h2.machine, sizeof h.machine);
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
        "\"status\":200,\"bytes\":4294967295,\"port\":65535,\"outcome\":\"ok\",\"phase\":"
        "\"connect\","
        "\"unframed\":1}\n"
        "{\"request\":1,\"lane\":\"sl\\\"ow\",\"due\":150000000,\"sent\":150001234,"
        "\"done\":150005678,\"error\":111,\"outcome\":\"refused\",\"phase\":\"tls\"}\n"));
    assert_non_null(
        strstr(text, "{\"event\":\"watch\",\"at\":-5,\"value\":1,\"text\":\"polling\"}\n"));
    assert_non_null(strstr(text, "\"text\":\"app \\\"x\\\" \\u000a\\u0001 \\u00ff\"}\n"));
    assert_non_null(strstr(text, "\"dev\":18446744073709551615,\"ino\":3"));
    assert_string_equal(strstr(text, "{\"end\""), "{\"end\":{\"requests\":12,\"events\":17}}\n");
    free(text);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_exactly),
        cmocka_unit_test(judged_again_it_gives_the_same_findings),
        cmocka_unit_test(a_line_is_compact_and_in_order_of_time),
        cmocka_unit_test(a_write_that_fails_leaves_nothing),
        cmocka_unit_test(it_replaces_an_older_file),
    };

    umask(022);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

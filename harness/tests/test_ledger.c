/* Is a ledger read for what it says, whatever it looks like? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/hupproof-ledger-XXXXXX";
static char path[64];
static struct ledger ledger;
static struct history history;

static int begin(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/hupproof-ledger-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/ledger", directory);
    ledger = (struct ledger){ .path = path, .ids = "run-" };
    memset(&history, 0, sizeof history);
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_free(&history);
    unlink(path);
    return rmdir(directory);
}

static void append(const char *text, size_t n)
{
    FILE *f = fopen(path, "a");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

/* n requests, all answered but those whose outcome is another. */
static void requests(uint32_t n, enum outcome last)
{
    for (uint32_t i = 0; i < n; i++) {
        struct sample s = { .id = i, .outcome = (uint8_t)(i + 1 < n ? OUTCOME_OK : last) };

        history_add_sample(&history, &s);
    }
}

static void read_it(uint32_t n)
{
    struct recorder r = { .h = &history };

    ledger_read(&ledger, n, &r);
}

static const struct event *find(enum event_kind kind, int64_t index)
{
    for (size_t i = 0; i < history.n_events; i++)
        if (history.events[i].kind == kind && history.events[i].index == index)
            return &history.events[i];
    return NULL;
}

static int64_t count(enum ledger_count which)
{
    const struct event *e = find(EVENT_LEDGER, which);

    assert_non_null(e);
    return e->value;
}

#define WRITTEN(text) append(text, strlen(text))

static void each_once(void **state)
{
    (void)state;
    WRITTEN("run-1 77\nrun-0\nrun-2 78\n");
    requests(3, OUTCOME_OK);
    read_it(3);
    assert_int_equal(count(LEDGER_LINES), 3);
    assert_string_equal(history_text_of(&history, find(EVENT_LEDGER, LEDGER_LINES)->text), path);
    for (int which = LEDGER_AGAIN; which <= LEDGER_TORN; which++)
        assert_int_equal(count((enum ledger_count)which), 0);
    assert_int_equal(history.n_events, 6);
}

static void twice_and_by_whom(void **state)
{
    const struct event *e;

    (void)state;
    WRITTEN("run-1 77\nrun-0 77\nrun-1 78\nrun-1 79\nrun-2\nrun-2\n");
    requests(3, OUTCOME_OK);
    read_it(3);
    assert_int_equal(count(LEDGER_AGAIN), 2);
    e = find(EVENT_DONE_TIMES, 3);
    assert_int_equal(e->value, 1);
    assert_string_equal(history_text_of(&history, e->text), "77, 78, 79");
    e = find(EVENT_DONE_TIMES, 2);
    assert_int_equal(e->value, 2);
    assert_string_equal(history_text_of(&history, e->text), "");
}

static void answered_but_not_there(void **state)
{
    (void)state;
    WRITTEN("run-0\n");
    requests(3, OUTCOME_RESET);
    read_it(3);
    assert_int_equal(count(LEDGER_MISSING), 1);
    assert_int_equal(find(EVENT_DONE_TIMES, 0)->value, 1);
    assert_int_equal(count(LEDGER_UNANSWERED), 0);
}

static void done_for_nobody(void **state)
{
    (void)state;
    WRITTEN("run-0\nrun-1\n");
    requests(2, OUTCOME_RESET);
    read_it(2);
    assert_int_equal(count(LEDGER_UNANSWERED), 1);
}

static void what_is_no_request_of_ours(void **state)
{
    static const char *const lines[] = { "run-3",     "other-1", "run-",
                                         "run-1x",    "run--1",  "run-1 ",
                                         "run-1 7 8", "run-1 x", "",
                                         "run-01",    " run-1",  "run-18446744073709551616" };
    char longest[400] = "run-";

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        WRITTEN(lines[i]);
        WRITTEN("\n");
    }
    memset(longest + 4, '1', sizeof longest - 4);
    longest[sizeof longest - 1] = '\n';
    append(longest, sizeof longest);
    append("run-1\0\n", 7);
    requests(3, OUTCOME_RESET);
    read_it(3);
    assert_int_equal(count(LEDGER_STRANGE), COUNT(lines) + 2);
    assert_int_equal(count(LEDGER_LINES), COUNT(lines) + 2);
    assert_string_equal(history_text_of(&history, find(EVENT_LEDGER, LEDGER_STRANGE)->text),
                        "run-3");
}

static void a_torn_last_line_counts_for_nothing(void **state)
{
    (void)state;
    WRITTEN("run-0\nrun-1");
    requests(2, OUTCOME_RESET);
    read_it(2);
    assert_int_equal(count(LEDGER_TORN), 1);
    assert_int_equal(count(LEDGER_LINES), 1);
    assert_int_equal(count(LEDGER_STRANGE), 0);
}

static void what_was_there_before_the_load_is_not_ours(void **state)
{
    (void)state;
    WRITTEN("somebody else's\nrun-0\n");
    ledger_begin(&ledger);
    WRITTEN("run-0\n");
    requests(1, OUTCOME_OK);
    read_it(1);
    assert_int_equal(count(LEDGER_LINES), 1);
    assert_int_equal(count(LEDGER_STRANGE) + count(LEDGER_AGAIN), 0);
}

static void expect_unread(const char *why)
{
    const struct event *e;

    read_it(1);
    e = find(EVENT_LEDGER_UNREAD, 0);
    assert_non_null(e);
    assert_non_null(strstr(history_text_of(&history, e->text), why));
    assert_int_equal(history.n_events, 1);
}

static void one_that_is_not_there_is_not_read(void **state)
{
    (void)state;
    ledger_begin(&ledger);
    expect_unread("ledger: No such file");
}

static void one_that_became_shorter_is_not_read(void **state)
{
    (void)state;
    WRITTEN("run-0\n");
    ledger_begin(&ledger);
    assert_int_equal(truncate(path, 0), 0);
    expect_unread("became shorter");
}

static void no_pipe_makes_us_wait(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    ledger_begin(&ledger);
    expect_unread("not a regular file");
}

static void a_million_lines_are_read_and_not_all_told(void **state)
{
    enum { N = 500000 };
    FILE *f = fopen(path, "w");
    size_t told = 0;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        fprintf(f, "run-%d %d\n", i % N, 10 + i / N);
    fclose(f);
    requests(N, OUTCOME_OK);
    read_it(N);
    assert_int_equal(count(LEDGER_LINES), 2 * N);
    assert_int_equal(count(LEDGER_AGAIN), N);
    for (size_t i = 0; i < history.n_events; i++)
        told += history.events[i].kind == EVENT_DONE_TIMES;
    assert_int_equal(told, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_once),
        TEST(twice_and_by_whom),
        TEST(answered_but_not_there),
        TEST(done_for_nobody),
        TEST(what_is_no_request_of_ours),
        TEST(a_torn_last_line_counts_for_nothing),
        TEST(what_was_there_before_the_load_is_not_ours),
        TEST(one_that_is_not_there_is_not_read),
        TEST(one_that_became_shorter_is_not_read),
        TEST(no_pipe_makes_us_wait),
        TEST(a_million_lines_are_read_and_not_all_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

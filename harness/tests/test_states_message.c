/* Is so much of a request sent before the upgrade as its state says? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/states_message.h"

#include <stdlib.h>
#include <string.h>

static char *no_headers[] = { NULL };
static char path[] = "/a", work[] = "/b?sleep=1", stream[] = "/c", url[] = "http://127.0.0.1:80";
static struct lane lane = { .path = path, .headers = no_headers };
static const struct scenario sc = {
    .server = { .url = url },
    .lanes = &lane,
    .n_lanes = 1,
    .hold = { .paths = { path, work, stream } },
};

static struct held_message message_of(enum state state)
{
    struct held_message m;

    states_message(&m, &sc, &states[state]);
    return m;
}

/* How often a text is in what is sent from one byte to another. */
static int count(const struct held_message *m, size_t from, size_t to, const char *text)
{
    int n = 0;

    for (size_t i = from; i + strlen(text) <= to; i++)
        n += memcmp(m->bytes + i, text, strlen(text)) == 0;
    return n;
}

static void nothing_or_all_of_it_leaves_before(void **state)
{
    struct held_message m = message_of(STATE_ACCEPTED);

    (void)state;
    assert_int_equal(m.before, 0);
    assert_true(m.may_reopen);
    assert_int_equal(count(&m, 0, m.size, "GET /a HTTP/1.1\r\n"), 1);
    free(m.bytes);
    m = message_of(STATE_WORKING);
    assert_int_equal(m.before, m.size);
    assert_false(m.may_reopen);
    assert_int_equal(count(&m, 0, m.size, "GET /b?sleep=1 HTTP/1.1\r\n"), 1);
    free(m.bytes);
}

static void half_of_the_headers_are_a_request_line_and_more(void **state)
{
    struct held_message m = message_of(STATE_HALF_HEADERS);

    (void)state;
    assert_int_equal(count(&m, 0, m.before, "GET /a HTTP/1.1\r\nH"), 1);
    assert_int_equal(count(&m, 0, m.before, "\r\n\r\n"), 0);
    assert_int_equal(count(&m, 0, m.size, "\r\n\r\n"), 1);
    assert_false(m.may_reopen);
    free(m.bytes);
}

static void half_a_body_comes_with_its_whole_head(void **state)
{
    struct held_message m = message_of(STATE_HALF_BODY);

    (void)state;
    assert_int_equal(count(&m, 0, m.before, "POST /a HTTP/1.1\r\n"), 1);
    assert_int_equal(count(&m, 0, m.before, "\r\n\r\nx"), 1);
    assert_int_equal(count(&m, m.before, m.size, "x"), 512);
    free(m.bytes);
}

static void the_second_request_waits_or_is_pipelined(void **state)
{
    struct held_message m = message_of(STATE_IDLE);

    (void)state;
    assert_int_equal(m.answers, 2);
    assert_int_equal(m.answers_before, 1);
    assert_int_equal(m.before * 2, m.size);
    assert_true(m.may_reopen);
    free(m.bytes);
    m = message_of(STATE_PIPELINED);
    assert_int_equal(m.answers, 2);
    assert_int_equal(m.before, m.size);
    assert_int_equal(count(&m, 0, m.size, "GET /b?sleep=1 "), 1);
    assert_int_equal(count(&m, 0, m.size, "GET /a "), 1);
    free(m.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_or_all_of_it_leaves_before),
        cmocka_unit_test(half_of_the_headers_are_a_request_line_and_more),
        cmocka_unit_test(half_a_body_comes_with_its_whole_head),
        cmocka_unit_test(the_second_request_waits_or_is_pipelined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

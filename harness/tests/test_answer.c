/* Does an answer tell who gave it, and of which version, and never more than it says? */
#include "io/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)

/* What a server of this kind says by these header lines and this body. */
static struct answer answer_to(struct server server, const char *const *headers, const char *body)
{
    struct answer_reader reader;
    struct answer a = { 0 };
    struct err err = { 0 };

    assert_int_equal(answer_reader_start(&reader, &server, &err), 0);
    for (; headers && *headers; headers++)
        answer_header(&reader, &a, *headers, strlen(*headers));
    for (const char *p = body; *p; p++) /* byte by byte, as a slow network might */
        answer_body(&reader, &a, p, 1);
    answer_end(&reader, &a);
    answer_reader_free(&reader);
    return a;
}

static struct answer body_only(enum who_kind who, const char *pattern, const char *body)
{
    return answer_to((struct server){ .who = who, .who_text = (char *)(uintptr_t)pattern }, NULL,
                     body);
}

static void the_usual_body_names_the_pid(void **state)
{
    static const char usual[] = "ospid:([0-9]+)";

    (void)state;
    EXPECT(body_only(WHO_AUTO, NULL, "ospid:1234").pid == 1234);
    EXPECT(body_only(WHO_AUTO, NULL, "hello, ospid:7 and ospid:8").pid == 7);
    EXPECT(body_only(WHO_BODY, usual, "ospid:1234\n").pid == 1234);
    EXPECT(body_only(WHO_BODY, usual, "ospid: ospid:x ospid:99").pid == 99);
}

static void what_is_no_pid_is_nobody(void **state)
{
    (void)state;
    EXPECT(body_only(WHO_AUTO, NULL, "").pid == 0);
    EXPECT(body_only(WHO_AUTO, NULL, "ospid:").pid == 0);
    EXPECT(body_only(WHO_AUTO, NULL, "ospid:99999999999999999999").pid == 0);
    EXPECT(body_only(WHO_AUTO, NULL, "ospid:4294967296").pid == 0);
    EXPECT(body_only(WHO_AUTO, NULL, "ospi:12").pid == 0);
}

static void only_what_was_demanded_makes_an_answer_bad(void **state)
{
    (void)state;
    EXPECT(!body_only(WHO_AUTO, NULL, "hello").bad);
    EXPECT(body_only(WHO_BODY, "pid=([0-9]+)", "hello").bad);
    EXPECT(!body_only(WHO_BODY, "pid=([0-9]+)", "my pid=3").bad);
    EXPECT(body_only(WHO_BODY, "pid=([0-9]+)", "my pid=3").pid == 3);
    EXPECT(!body_only(WHO_NONE, NULL, "hello").bad);
}

static void a_header_names_pid_and_version(void **state)
{
    static const char *const headers[] = { "HTTP/1.1 200 OK\r\n", "x-pid:  42 \r\n",
                                           "X-Version: v2\r\n", "Content-Length: 0\r\n", NULL };
    struct answer a = answer_to((struct server){ .who = WHO_AUTO,
                                                 .version = TOKEN_HEADER,
                                                 .version_text = (char[]){ "X-Version" } },
                                headers, "");

    (void)state;
    EXPECT(a.pid == 42);
    EXPECT(a.framed);
    assert_string_equal(a.version, "v2");
}

static void an_interim_answer_says_nothing_of_the_final_one(void **state)
{
    static const char *const headers[] = { "HTTP/1.1 103 Early Hints\r\n", "X-Pid: 1\r\n",
                                           "Content-Length: 0\r\n", "HTTP/1.1 200 OK\r\n", NULL };
    struct answer a = answer_to((struct server){ .who = WHO_AUTO }, headers, "");

    (void)state;
    EXPECT(a.pid == 0);
    EXPECT(!a.framed);
}

static void chunks_frame_a_body_only_as_the_last_coding(void **state)
{
    static const char *const last[] = { "Transfer-Encoding: gzip, chunked\r\n", NULL };
    static const char *const first[] = { "Transfer-Encoding: chunked, gzip\r\n", NULL };

    (void)state;
    EXPECT(answer_to((struct server){ .who = WHO_AUTO }, last, "").framed);
    EXPECT(!answer_to((struct server){ .who = WHO_AUTO }, first, "").framed);
}

static void only_a_length_frames_a_body(void **state)
{
    static const struct {
        const char *line;
        bool frames;
    } lines[] = {
        { "Content-Length: 2\r\n", true },    { "content-length:999999999999999999\r\n", true },
        { "Content-Length: +2\r\n", false },  { "Content-Length: -2\r\n", false },
        { "Content-Length: 0x2\r\n", false }, { "Content-Length: 2, 2\r\n", false },
        { "Content-Length:\r\n", false },     { "Content-Length: 99999999999999999999\r\n", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        const char *const headers[] = { lines[i].line, NULL };

        if (answer_to((struct server){ .who = WHO_AUTO }, headers, "").framed != lines[i].frames)
            fail_msg("%s", lines[i].line);
    }
}

static void a_long_body_is_read_as_far_as_it_is_kept(void **state)
{
    size_t size = 3 * ANSWER_BODY_KEPT;
    char *body = malloc(size);

    (void)state;
    assert_non_null(body);
    memset(body, 'x', size - 1);
    body[size - 1] = '\0';
    memcpy(body + 100, "ospid:5 ", 8);
    memcpy(body + 2 * ANSWER_BODY_KEPT, "pid=6 ", 6);
    EXPECT(body_only(WHO_AUTO, NULL, body).pid == 5);
    EXPECT(body_only(WHO_BODY, "pid=([0-9]+)", body + 200).bad);
    free(body);
}

static void a_pid_cut_in_the_middle_is_nobody(void **state)
{
    char body[ANSWER_BODY_KEPT + 8];

    (void)state;
    memset(body, 'x', sizeof body);
    snprintf(body + ANSWER_BODY_KEPT - 1 - 8, 11, "ospid:1234"); /* of which "12" is kept */
    EXPECT(body_only(WHO_AUTO, NULL, body).pid == 0);
    EXPECT(body_only(WHO_BODY, "s.id:([0-9]+)", body).bad);
    body[ANSWER_BODY_KEPT - 1] = '\0'; /* and now that is all there is */
    EXPECT(body_only(WHO_AUTO, NULL, body).pid == 12);
}

static void a_wrong_pattern_is_bad_input(void **state)
{
    struct server server = { .who = WHO_BODY, .who_text = (char[]){ "([0-9]+" } };
    struct answer_reader reader;
    struct err err = { 0 };

    (void)state;
    EXPECT(answer_reader_start(&reader, &server, &err) == -1);
    EXPECT(err.kind == ERR_INPUT);
    EXPECT(strncmp(err.text, "server.who.body: not a regular expression: ([0-9]+: ", 51) == 0);
    answer_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_body_names_the_pid),
        cmocka_unit_test(what_is_no_pid_is_nobody),
        cmocka_unit_test(only_what_was_demanded_makes_an_answer_bad),
        cmocka_unit_test(a_header_names_pid_and_version),
        cmocka_unit_test(an_interim_answer_says_nothing_of_the_final_one),
        cmocka_unit_test(chunks_frame_a_body_only_as_the_last_coding),
        cmocka_unit_test(only_a_length_frames_a_body),
        cmocka_unit_test(a_long_body_is_read_as_far_as_it_is_kept),
        cmocka_unit_test(a_pid_cut_in_the_middle_is_nobody),
        cmocka_unit_test(a_wrong_pattern_is_bad_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

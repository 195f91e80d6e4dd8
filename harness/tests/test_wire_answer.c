/* Does whatever a server may send have an end with a name, the same however it was cut, and
   is only ok what is? */
#include "io/wire_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)

#define OK     "HTTP/1.1 200 OK\r\n"
#define TWO    "Content-Length: 2\r\n\r\nok"
#define CHUNKS "Transfer-Encoding: chunked\r\n\r\n"

/* What came, and what it has to amount to. */
struct row {
    const char *name, *bytes;
    size_t n;
    enum wire_progress progress; /* WIRE_MORE: until the connection ends, then broken */
    enum outcome outcome;        /* whole: of the answer; unframed: after the end */
    uint16_t status;
    uint32_t pid;
    int left; /* bytes that are not of the answer */
    bool keeps_alive, to_head, unframed;
};

/* Bytes that may have NULs. */
#define CAME(text) .bytes = (text), .n = sizeof(text) - 1
#define WHOLE(the_outcome, the_status)                                                             \
    .progress = WIRE_WHOLE, .outcome = OUTCOME_##the_outcome, .status = (the_status)
#define KEPT   .keeps_alive = true
#define BROKEN .progress = WIRE_BROKEN, .outcome = OUTCOME_BAD_BODY
#define CUT    .progress = WIRE_MORE, .outcome = OUTCOME_BAD_BODY
/* It ends with the connection, and nobody knows whether it is whole. */
#define UNFRAMED(the_status)                                                                       \
    .progress = WIRE_MORE, .outcome = OUTCOME_TRUNCATED, .status = (the_status), .unframed = true

/* clang-format off */
static const struct row rows[] = {
    { "plain", CAME(OK TWO), WHOLE(OK, 200), KEPT },
    { "no reason", CAME("HTTP/1.1 200\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "an empty body", CAME(OK "Content-Length: 0\r\n\r\n"), WHOLE(OK, 200), KEPT },
    { "any other 2xx", CAME("HTTP/1.1 299 X\r\n" TWO), WHOLE(OK, 299), KEPT },
    { "404", CAME("HTTP/1.1 404 No\r\n" TWO), WHOLE(BAD_STATUS, 404), KEPT },
    { "999", CAME("HTTP/1.1 999 X\r\n" TWO), WHOLE(BAD_STATUS, 999), KEPT },

    /* who may follow */
    { "close", CAME(OK "Connection: close\r\n" TWO), WHOLE(OK, 200) },
    { "close among others", CAME(OK "Connection: x, close\r\n" TWO), WHOLE(OK, 200) },
    { "1.0", CAME("HTTP/1.0 200 OK\r\n" TWO), WHOLE(OK, 200) },
    { "1.0 keep-alive", CAME("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n" TWO), WHOLE(OK, 200), KEPT },

    /* bytes after it */
    { "another answer", CAME(OK TWO OK TWO), WHOLE(OK, 200), KEPT, .left = 40 },
    { "one byte", CAME(OK TWO "x"), WHOLE(OK, 200), KEPT, .left = 1 },
    { "after chunks", CAME(OK CHUNKS "0\r\n\r\n\r\n"), WHOLE(OK, 200), KEPT, .left = 2 },
    { "a length that is less", CAME(OK "Content-Length: 1\r\n\r\nok"), WHOLE(OK, 200), KEPT, .left = 1 },
    { "after close", CAME(OK "Connection: close\r\n" TWO "more"), WHOLE(OK, 200), .left = 4 },

    /* no body, whatever is said of one */
    { "to HEAD", CAME(OK "Content-Length: 9\r\n\r\n"), WHOLE(OK, 200), KEPT, .to_head = true },
    { "to HEAD, chunked", CAME(OK CHUNKS), WHOLE(OK, 200), KEPT, .to_head = true },
    { "to HEAD, unframed", CAME(OK "\r\n"), WHOLE(OK, 200), KEPT, .to_head = true },
    { "to HEAD, with a body", CAME(OK TWO), WHOLE(OK, 200), KEPT, .to_head = true, .left = 2 },
    { "to HEAD, after a 1xx", CAME("HTTP/1.1 103 X\r\n\r\n" OK "Content-Length: 9\r\n\r\n"), WHOLE(OK, 200), KEPT, .to_head = true },
    { "204", CAME("HTTP/1.1 204 X\r\n\r\n"), WHOLE(OK, 204), KEPT },
    { "204 with a body", CAME("HTTP/1.1 204 X\r\n" TWO), WHOLE(OK, 204), KEPT, .left = 2 },
    { "304", CAME("HTTP/1.1 304 X\r\n\r\n"), WHOLE(BAD_STATUS, 304), KEPT },
    { "304 with a length", CAME("HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n"), WHOLE(BAD_STATUS, 304), KEPT },
    { "304 chunked", CAME("HTTP/1.1 304 X\r\n" CHUNKS), WHOLE(BAD_STATUS, 304), KEPT },

    /* before it */
    { "100", CAME("HTTP/1.1 100 Continue\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },
    { "three 1xx", CAME("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 C\r\n\r\nHTTP/1.1 103 C\r\nLink: x\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },
    { "1xx with a length", CAME("HTTP/1.1 103 C\r\nContent-Length: 9\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },
    { "1xx chunked", CAME("HTTP/1.1 103 C\r\n" CHUNKS OK TWO), WHOLE(OK, 200), KEPT },
    { "1xx and close", CAME("HTTP/1.1 100 C\r\nConnection: close\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },
    { "1xx by HTTP/1.0", CAME("HTTP/1.0 100 C\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },
    { "1xx frames nothing", CAME("HTTP/1.1 103 C\r\nContent-Length: 2\r\n\r\n" OK "\r\nok"), UNFRAMED(200) },
    { "1xx says nobody", CAME("HTTP/1.1 103 C\r\nX-Pid: 3\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT, .pid = 0 },
    { "1xx only", CAME("HTTP/1.1 100 Continue\r\n\r\n"), CUT, .status = 100 },
    { "1xx, then cut", CAME("HTTP/1.1 100 Continue\r\n\r\n" OK), CUT, .status = 100 },
    { "101", CAME("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nblob"), WHOLE(BAD_STATUS, 101), .left = 4 },
    { "101 without upgrade", CAME("HTTP/1.1 101 X\r\n\r\nblob"), WHOLE(BAD_STATUS, 101), .left = 4 },
    { "empty lines", CAME("\r\n\r\n" OK TWO), WHOLE(OK, 200), KEPT },

    /* chunks */
    { "chunks", CAME(OK CHUNKS "1\r\no\r\nA\r\n0123456789\r\n0\r\n\r\n"), WHOLE(OK, 200), KEPT },
    { "extensions", CAME(OK CHUNKS "2;a=b\r\nok\r\n0;c;d\r\n\r\n"), WHOLE(OK, 200), KEPT },
    { "trailers", CAME(OK CHUNKS "2\r\nok\r\n0\r\nX-Sum: 1\r\nX-Pid: 5\r\n\r\n"), WHOLE(OK, 200), KEPT, .pid = 5 },
    { "a length as trailer", CAME(OK CHUNKS "0\r\nContent-Length: 9\r\n\r\n"), WHOLE(OK, 200), KEPT },
    { "other codings first", CAME(OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), WHOLE(OK, 200), KEPT },
    { "no last chunk", CAME(OK CHUNKS "2\r\nok\r\n"), CUT, .status = 200 },
    { "no end of trailers", CAME(OK CHUNKS "0\r\nX: y\r\n"), CUT, .status = 200 },
    { "no size", CAME(OK CHUNKS "\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "a size that is none", CAME(OK CHUNKS "zz\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "a negative size", CAME(OK CHUNKS "-1\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "a size that overflows", CAME(OK CHUNKS "10000000000000002\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "a huge size", CAME(OK CHUNKS "ffffffffffffffff\r\nok\r\n0\r\n\r\n"), CUT, .status = 200 },
    { "a longer chunk", CAME(OK CHUNKS "2\r\nokk\r\n0\r\n\r\n"), BROKEN, .status = 200 },

    /* lengths that lie */
    { "not all of it", CAME(OK "Content-Length: 3\r\n\r\nok"), CUT, .status = 200 },
    { "huge", CAME(OK "Content-Length: 18446744073709551615\r\n\r\nok"), CUT, .status = 200 },
    { "overflows", CAME(OK "Content-Length: 18446744073709551618\r\n\r\nok"), BROKEN },
    { "negative", CAME(OK "Content-Length: -2\r\n\r\nok"), BROKEN },
    { "signed", CAME(OK "Content-Length: +2\r\n\r\nok"), BROKEN },
    { "hexadecimal", CAME(OK "Content-Length: 0x2\r\n\r\nok"), BROKEN },
    { "none", CAME(OK "Content-Length:\r\n\r\nok"), BROKEN },
    { "two", CAME(OK "Content-Length: 1\r\n" TWO), BROKEN },
    { "the same twice", CAME(OK "Content-Length: 2\r\n" TWO), BROKEN },
    { "a list", CAME(OK "Content-Length: 2, 2\r\n\r\nok"), BROKEN },
    { "chunked and a length", CAME(OK "Transfer-Encoding: chunked\r\n" TWO), BROKEN },
    { "a length and chunked", CAME(OK "Content-Length: 2\r\n" CHUNKS "0\r\n\r\n"), BROKEN },
    { "another coding and a length", CAME(OK "Transfer-Encoding: gzip\r\n" TWO), BROKEN },

    /* nothing says where it ends */
    { "unframed", CAME(OK "\r\nok"), UNFRAMED(200) },
    { "unframed, no body", CAME(OK "\r\n"), UNFRAMED(200) },
    { "unframed 1.0", CAME("HTTP/1.0 200 OK\r\n\r\nok"), UNFRAMED(200) },
    { "unframed 500", CAME("HTTP/1.1 500 X\r\n\r\nno"), UNFRAMED(500) },
    { "chunked is not last", CAME(OK "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"), UNFRAMED(200) },
    { "nearly chunked", CAME(OK "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), UNFRAMED(200) },

    /* cut; until its head is whole there is no status */
    { "nothing", CAME(""), CUT },
    { "in its version", CAME("HTTP/1."), CUT },
    { "in its status", CAME("HTTP/1.1 20"), CUT },
    { "in its headers", CAME(OK "Content-Le"), CUT },
    { "before the empty line", CAME(OK "Content-Length: 0\r\n"), CUT },

    /* no answer at all */
    { "HTTP/0.9", CAME("hello"), BROKEN },
    { "0.9 by name", CAME("HTTP/0.9 200 OK\r\n" TWO), BROKEN },
    { "2.0 by name", CAME("HTTP/2.0 200 OK\r\n" TWO), BROKEN },
    { "1.2", CAME("HTTP/1.2 200 OK\r\n" TWO), BROKEN },
    { "a request", CAME("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), BROKEN },
    { "two digits", CAME("HTTP/1.1 20 OK\r\n" TWO), BROKEN },
    { "four digits", CAME("HTTP/1.1 2000 OK\r\n" TWO), BROKEN },
    { "099", CAME("HTTP/1.1 099 OK\r\n" TWO), BROKEN },
    { "bare LF", CAME("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), BROKEN },
    { "bare CR", CAME("HTTP/1.1 200 OK\rContent-Length: 2\r\rok"), BROKEN },
    { "no colon", CAME(OK "hello\r\n" TWO), BROKEN },
    { "TLS", CAME("\x15\x03\x01\x00\x02\x02\x46"), BROKEN },

    /* NULs */
    { "NUL first", CAME("\0" OK TWO), BROKEN },
    { "NUL in the reason", CAME("HTTP/1.1 200 O\0K\r\n" TWO), BROKEN },
    { "NUL in a name", CAME(OK "X\0Y: 1\r\n" TWO), BROKEN },
    { "NUL in a value", CAME(OK "X: a\0b\r\n" TWO), BROKEN },
    { "NUL in the pid", CAME(OK "X-Pid: 12\0\r\n" TWO), BROKEN },
    { "NUL in the length", CAME(OK "Content-Length: 2\0\r\n\r\nok"), BROKEN },
    { "NUL in a trailer", CAME(OK CHUNKS "0\r\nX: \0\r\n\r\n"), BROKEN, .status = 200 },
    { "NUL in a chunk's size", CAME(OK CHUNKS "2\0\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "NUL in a chunk's extension", CAME(OK CHUNKS "2;a\0\r\nok\r\n0\r\n\r\n"), BROKEN, .status = 200 },
    { "NULs are a body", CAME(OK "Content-Length: 2\r\n\r\n\0\0"), WHOLE(OK, 200), KEPT },

    /* who */
    { "who", CAME(OK "X-Pid: 12\r\n" TWO), WHOLE(OK, 200), KEPT, .pid = 12 },
    { "who, spaces around", CAME(OK "x-pID:\t 12 \t \r\n" TWO), WHOLE(OK, 200), KEPT, .pid = 12 },
    { "who, on the next line", CAME(OK "X-Pid:\r\n 12\r\n" TWO), WHOLE(OK, 200), KEPT, .pid = 12 },
    { "who, folded", CAME(OK "X-Pid: 1\r\n 2\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "who, twice", CAME(OK "X-Pid: 1\r\nX-Pid: 2\r\n" TWO), WHOLE(OK, 200), KEPT, .pid = 2 },
    { "who, nobody at last", CAME(OK "X-Pid: 1\r\nX-Pid:\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "who, too long a name", CAME(OK "X-Pid2: 1\r\nX-Pi: 2\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "who, over-long", CAME(OK "X-Pid: 12345678901\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "who, more than is kept", CAME(OK "X-Pid: 1                                                                2\r\n" TWO), WHOLE(OK, 200), KEPT },
    { "who, after more than is kept", CAME(OK "X-Pid: 1                                                                2\r\nX-Pid: 3 \r\n" TWO), WHOLE(OK, 200), KEPT, .pid = 3 },
    { "who, by the body", CAME(OK "X-Pid: 3\r\nContent-Length: 7\r\n\r\nospid:4"), WHOLE(OK, 200), KEPT, .pid = 4 },
    { "who, by a body in chunks", CAME(OK CHUNKS "4\r\nospi\r\n4\r\nd:12\r\n1\r\n3\r\n0\r\n\r\n"), WHOLE(OK, 200), KEPT, .pid = 123 },
};
/* clang-format on */

/* What an answer amounted to. */
struct end {
    enum wire_progress progress;
    enum outcome outcome;
    uint16_t status;
    uint32_t pid;
    size_t used;
    bool keeps_alive, unframed;
    char version[ANSWER_VERSION_KEPT];
};

static struct end ended(struct wire_answer *w, size_t used)
{
    struct end e = { .progress = w->progress, .used = used };

    wire_answer_finish(w);
    e.status = wire_answer_status(w);
    e.unframed = wire_answer_is_unframed(w);
    e.keeps_alive = w->keeps_alive;
    e.outcome = wire_answer_end(w);
    e.pid = w->said.pid;
    memcpy(e.version, w->said.version, sizeof e.version);
    return e;
}

/* In pieces: the first, then all others of another size. */
static struct end take(const struct answer_reader *r, bool to_head, const char *bytes, size_t n,
                       size_t first, size_t then)
{
    struct wire_answer w;
    size_t at = 0, used;

    wire_answer_begin(&w, r, to_head);
    for (size_t piece = first; at < n && w.progress == WIRE_MORE; piece = then) {
        if (piece > n - at)
            piece = n - at;
        wire_answer_take(&w, bytes + at, piece, &used);
        EXPECT(used <= piece && (used == piece || w.progress != WIRE_MORE));
        at += used;
    }
    return ended(&w, at);
}

static struct answer_reader reader;

static int start_reader(void **state)
{
    static char version[] = "X-Version";
    const struct server server = { .who = WHO_AUTO,
                                   .version = TOKEN_HEADER,
                                   .version_text = version };
    struct err err = { 0 };

    (void)state;
    return answer_reader_start(&reader, &server, &err);
}

static int free_reader(void **state)
{
    (void)state;
    answer_reader_free(&reader);
    return 0;
}

static void compare(const struct row *row, size_t first, size_t then)
{
    struct end e = take(&reader, row->to_head, row->bytes, row->n, first, then);

    if (e.progress == row->progress && e.outcome == row->outcome && e.status == row->status &&
        e.pid == row->pid && e.keeps_alive == row->keeps_alive && e.unframed == row->unframed &&
        (row->progress == WIRE_BROKEN || e.used == row->n - (size_t)row->left))
        return;
    fail_msg("%s, %zu bytes and then %zu: progress %d, %s, status %u, pid %u, %zu of %zu used, "
             "keeps_alive %d, unframed %d",
             row->name, first, then, e.progress, outcomes[e.outcome].name, e.status, e.pid, e.used,
             row->n, e.keeps_alive, e.unframed);
}

static void all_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        compare(&rows[i], rows[i].n, 0);
}

static void cut_in_two_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t at = 1; at < rows[i].n; at++)
            compare(&rows[i], at, rows[i].n);
}

static void byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        compare(&rows[i], 1, 1);
}

/* `again` until that many bytes are there. */
static struct end take_long(const char *begin, const char *again, size_t size, const char *end,
                            size_t piece)
{
    size_t most = strlen(begin) + size + strlen(again) + strlen(end) + 1;
    char *bytes = mem_new(most, 1), *p = stpcpy(bytes, begin);
    struct end e;

    while ((size_t)(p - bytes) < size)
        p = stpcpy(p, again);
    p = stpcpy(p, end);
    e = take(&reader, false, bytes, (size_t)(p - bytes), piece, piece);
    free(bytes);
    return e;
}

static void what_has_no_end_breaks(void **state)
{
    static const struct {
        const char *begin, *again;
    } endless[] = {
        { OK, "X-Many: more\r\n" },
        { OK "X-Long: ", "long" },
        { OK "X-", "Long" },
        { "HTTP/1.1 200 ", "OK" },
        { "", "\r\n" },
        { "", "HTTP/1.1 100 Continue\r\n\r\n" },
        { OK CHUNKS "2\r\nok\r\n0\r\n", "X-Many: more\r\n" },
        { OK CHUNKS "2\r\nok\r\n", "0" },
        { OK CHUNKS "2;", "more" },
    };
    static const size_t pieces[] = { 1, 7, 64 * 1024, SIZE_MAX };

    (void)state;
    for (size_t i = 0; i < COUNT(endless); i++)
        for (size_t p = 0; p < COUNT(pieces); p++) {
            struct end e =
                take_long(endless[i].begin, endless[i].again, 2 * WIRE_MOST_HEADERS, "", pieces[p]);

            if (e.progress != WIRE_BROKEN || e.outcome != OUTCOME_BAD_BODY)
                fail_msg("endless %zu in pieces of %zu: %d", i, pieces[p], e.progress);
        }
}

static void as_much_as_is_allowed_is_taken(void **state)
{
    static const char rest[] = "\r\nContent-Length: 2\r\n\r\n";
    static const size_t pieces[] = { 1, 64 * 1024, SIZE_MAX };
    size_t fits = WIRE_MOST_HEADERS - strlen(rest);

    (void)state;
    for (size_t p = 0; p < COUNT(pieces); p++) {
        struct end e = take_long(OK "X: ", "x", fits, "\r\nContent-Length: 2\r\n\r\nok", pieces[p]);

        EXPECT(e.progress == WIRE_WHOLE && e.outcome == OUTCOME_OK);
        e = take_long(OK "X: ", "x", fits + 1, "\r\nContent-Length: 2\r\n\r\nok", pieces[p]);
        EXPECT(e.progress == WIRE_BROKEN);
    }
}

static void a_long_body_is_no_header(void **state)
{
    static const char chunk[] = "1\r\nx\r\n";

    (void)state;
    EXPECT(take_long(OK CHUNKS, chunk, 4 * WIRE_MOST_HEADERS, "0\r\n\r\n", 4096).outcome ==
           OUTCOME_OK);
    EXPECT(take_long(OK CHUNKS, chunk, 4 * WIRE_MOST_HEADERS, "0\r\n\r\n", 1).outcome ==
           OUTCOME_OK);
    EXPECT(take_long(OK "\r\n", "x", 4 * WIRE_MOST_HEADERS, "", 4096).progress == WIRE_MORE);
}

static void a_version_is_kept_as_far_as_there_is_room(void **state)
{
    struct end e =
        take_long(OK "X-Version: ", "0123456789", 200, "\r\nContent-Length: 0\r\n\r\n", SIZE_MAX);

    (void)state;
    EXPECT(e.outcome == OUTCOME_OK);
    EXPECT(strlen(e.version) == ANSWER_VERSION_KEPT - 1);
    EXPECT(strncmp(e.version, "01234567890123", 14) == 0);
    e = take_long(OK "X-Version: 2 ", " ", 50, "\r\nContent-Length: 0\r\n\r\n", 1);
    assert_string_equal(e.version, "2");
}

static void after_its_end_nothing_more_is_taken(void **state)
{
    struct wire_answer w;
    size_t used;

    (void)state;
    wire_answer_begin(&w, &reader, false);
    EXPECT(wire_answer_take(&w, OK TWO, strlen(OK TWO), &used) == WIRE_WHOLE);
    EXPECT(wire_answer_take(&w, "more", 4, &used) == WIRE_WHOLE && used == 0);
    EXPECT(wire_answer_finish(&w) == WIRE_WHOLE);
    EXPECT(wire_answer_end(&w) == OUTCOME_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_at_once),
        cmocka_unit_test(cut_in_two_anywhere),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(what_has_no_end_breaks),
        cmocka_unit_test(as_much_as_is_allowed_is_taken),
        cmocka_unit_test(a_long_body_is_no_header),
        cmocka_unit_test(a_version_is_kept_as_far_as_there_is_room),
        cmocka_unit_test(after_its_end_nothing_more_is_taken),
    };

    return cmocka_run_group_tests(tests, start_reader, free_reader);
}

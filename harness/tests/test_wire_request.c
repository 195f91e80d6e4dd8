/* Is what is sent what the lane says, and the same however much of it leaves at once? */
#include "io/wire_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)

#define AGENT "User-Agent: hupproof/" HUPPROOF_VERSION "\r\n"

static char url[] = "http://127.0.0.1:80/";
static char *no_headers[] = { NULL };

static struct lane lane_of(enum connection connection, char **headers, size_t body_bytes)
{
    static char method[] = "POST", path[] = "/p?q";

    return (struct lane){ .method = method,
                          .path = path,
                          .connection = connection,
                          .headers = headers,
                          .body_bytes = body_bytes };
}

/* What the other end of a connection gets, no more than `most` bytes at once; the caller
   frees it. */
static char *sent(const struct wire_request *q, uint32_t id, size_t most)
{
    size_t size = wire_request_size(q, id), done = 0, got = 0;
    char *text = mem_new(size + 1, 1);
    int fds[2];

    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    while (done < size) {
        ssize_t n = wire_request_send(q, id, done, most, fds[0]);

        EXPECT(n > 0 && (size_t)n <= most);
        done += (size_t)n;
        while (got < done) {
            ssize_t r = read(fds[1], text + got, size - got);

            EXPECT(r > 0);
            got += (size_t)r;
        }
    }
    EXPECT(done == size && got == size);
    close(fds[0]);
    EXPECT(read(fds[1], text, 1) == 0);
    close(fds[1]);
    return text;
}

static void expect_sent(const struct lane *lane, const char *ids, uint32_t id, const char *expected)
{
    const struct server server = { .url = url };
    struct wire_request q;
    char *text;

    wire_request_open(&q, &server, lane, ids);
    assert_int_equal(wire_request_size(&q, id), strlen(expected));
    for (size_t most = 1; most <= strlen(expected) + 1; most++) {
        text = sent(&q, id, most);
        assert_string_equal(text, expected);
        free(text);
    }
    wire_request_close(&q);
}

static void a_plain_one(void **state)
{
    const struct lane fresh = lane_of(CONNECTION_NEW, NULL, 0);
    const struct lane kept = lane_of(CONNECTION_REUSED, no_headers, 0);

    (void)state;
    expect_sent(&fresh, NULL, 7,
                "POST /p?q HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" AGENT
                "Accept: */*\r\nConnection: close\r\n\r\n");
    expect_sent(&kept, NULL, 7,
                "POST /p?q HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" AGENT "Accept: */*\r\n\r\n");
}

static void what_the_lane_says_replaces_ours(void **state)
{
    char *headers[] = { (char[]){ "host: other" },   (char[]){ "Accept:" },
                        (char[]){ "Connection: x" }, (char[]){ "User-Agents: y" },
                        (char[]){ "X-Empty: " },     NULL };
    const struct lane lane = lane_of(CONNECTION_NEW, headers, 0);

    (void)state;
    expect_sent(&lane, NULL, 0,
                "POST /p?q HTTP/1.1\r\n" AGENT
                "host: other\r\nConnection: x\r\nUser-Agents: y\r\n\r\n");
}

static void an_id_and_a_body(void **state)
{
    const struct lane lane = lane_of(CONNECTION_REUSED, NULL, 5),
                      none = lane_of(CONNECTION_REUSED, NULL, 0);

    (void)state;
    expect_sent(&none, "run-", 0,
                "POST /p?q HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" AGENT
                "Accept: */*\r\n" REQUEST_ID_HEADER ": run-0\r\n\r\n");
    expect_sent(&lane, "run-", UINT32_MAX,
                "POST /p?q HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" AGENT
                "Accept: */*\r\nContent-Length: 5\r\n" REQUEST_ID_HEADER
                ": run-4294967295\r\n\r\nxxxxx");
    expect_sent(&lane, NULL, 1,
                "POST /p?q HTTP/1.1\r\nHost: 127.0.0.1:80\r\n" AGENT
                "Accept: */*\r\nContent-Length: 5\r\n\r\nxxxxx");
}

/* And no SIGPIPE, which would end the test. */
static void nobody_there_is_an_error(void **state)
{
    const struct lane lane = lane_of(CONNECTION_REUSED, NULL, 5);
    const struct server server = { .url = url };
    struct wire_request q;
    int fds[2];

    (void)state;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    close(fds[1]);
    for (int with_ids = 0; with_ids < 2; with_ids++) {
        wire_request_open(&q, &server, &lane, with_ids ? "i-" : NULL);
        EXPECT(wire_request_send(&q, 0, 0, SIZE_MAX, fds[0]) == -1);
        wire_request_close(&q);
    }
    close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_one),
        cmocka_unit_test(what_the_lane_says_replaces_ours),
        cmocka_unit_test(an_id_and_a_body),
        cmocka_unit_test(nobody_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A connection of the wire client, whose server is the test: each step comes when the test
   wants it. */
#ifndef HUPPROOF_WIRE_RIG_H
#define HUPPROOF_WIRE_RIG_H

#include "io/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)

#define OK       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define TOO_LONG "HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n"
#define HALF     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"

enum { LONG = 20000, MANY = 50 * 1000 * 1000 /* more than the kernel takes by itself */ };

static char url[] = "http://127.0.0.1/", method[] = "POST", path[] = "/";
static char *no_headers[] = { NULL };

/* Of the test that runs. */
static struct {
    int listener, peer;
    struct history history;
    struct recorder clock;
    struct answer_reader answers;
    struct server server;
    struct lane lane;
    struct wire_plan plan;
    struct wire *wire;
} t;

static inline int listen_somewhere(int backlog)
{
    struct sockaddr_in *a = &t.plan.socket.address.v4;
    socklen_t size = sizeof *a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    t.plan.socket.address_size = size;
    EXPECT(fd >= 0 && bind(fd, (struct sockaddr *)a, size) == 0 && listen(fd, backlog) == 0);
    EXPECT(getsockname(fd, (struct sockaddr *)a, &size) == 0);
    return fd;
}

/* A connection for `depth` requests with bodies of that size. */
static inline void given(unsigned depth, size_t body_bytes)
{
    struct err err = { 0 };

    recorder_start(&t.clock, &t.history);
    t.server = (struct server){ .url = url, .who = WHO_NONE };
    t.lane = (struct lane){ .method = method,
                            .path = path,
                            .headers = no_headers,
                            .connection = CONNECTION_REUSED,
                            .body_bytes = body_bytes };
    EXPECT(answer_reader_start(&t.answers, &t.server, &err) == 0);
    t.plan = (struct wire_plan){ .clock = &t.clock,
                                 .answers = &t.answers,
                                 .texts = &t.history,
                                 .lane = &t.lane,
                                 .epoll = epoll_create1(EPOLL_CLOEXEC),
                                 .buffer = mem_new(1, LONG),
                                 .buffer_size = LONG };
    wire_request_open(&t.plan.request, &t.server, &t.lane, NULL);
    t.peer = -1;
    t.listener = listen_somewhere(8);
    t.wire = wire_new(depth);
    t.wire->pooled = true;
}

static inline int tear_down(void **state)
{
    (void)state;
    wire_close(t.wire);
    free(t.wire);
    wire_request_close(&t.plan.request);
    answer_reader_free(&t.answers);
    free(t.plan.buffer);
    history_free(&t.history);
    close(t.plan.epoll);
    close(t.listener);
    if (t.peer >= 0)
        close(t.peer);
    memset(&t, 0, sizeof t);
    return 0;
}

static inline void begin(uint32_t id)
{
    struct sample s = {
        .id = id, .sent = recorder_now(&t.clock), .connected = -1, .first_byte = -1, .done = -1
    };

    wire_begin(t.wire, &t.plan, &s);
}

static inline void let_in(void)
{
    t.peer = accept(t.listener, NULL, NULL);
    EXPECT(t.peer >= 0);
}

static inline void say(const char *text)
{
    EXPECT(send(t.peer, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

/* With a reset, for what was sent is unread. */
static inline void hang_up(void)
{
    close(t.peer);
    t.peer = -1;
}

static inline void await(short events)
{
    struct pollfd p = { t.wire->fd, events, 0 };

    EXPECT(poll(&p, 1, 10000) == 1);
}

/* The next thing that the kernel tells. */
static inline void go_on(void)
{
    struct epoll_event e = { 0 };

    EXPECT(epoll_wait(t.plan.epoll, &e, 1, 10000) == 1);
    EXPECT(e.data.ptr == t.wire);
    wire_go_on(t.wire, &t.plan, e.events);
}

static inline void go_on_until_one_ends(void)
{
    while (!t.wire->over)
        go_on();
}

/* By a new connection. */
static inline void serve(uint32_t id)
{
    begin(id);
    let_in();
    say(OK);
    go_on_until_one_ends();
}

static inline struct sample taken(enum outcome outcome, enum phase phase, int error)
{
    struct sample s;

    if (!wire_take(t.wire, &s))
        fail_msg("none has ended");
    if (s.outcome != outcome || s.phase != phase || s.error != error || s.done < 0)
        fail_msg("%s in phase %s, error %d", outcomes[s.outcome].name, phase_names[s.phase],
                 s.error);
    return s;
}

static inline void expect_no_more(void)
{
    struct sample s;

    EXPECT(!wire_take(t.wire, &s));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

#endif

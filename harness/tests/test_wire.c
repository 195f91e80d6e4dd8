/* Does a connection of the wire client tell what became of each request that it carries?  The
   test is its server, and so each step comes when the test wants it. */
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

static int listen_somewhere(int backlog)
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
static void given(unsigned depth, size_t body_bytes)
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

static int tear_down(void **state)
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

static void begin(uint32_t id)
{
    struct sample s = {
        .id = id, .sent = recorder_now(&t.clock), .connected = -1, .first_byte = -1, .done = -1
    };

    wire_begin(t.wire, &t.plan, &s);
}

static void let_in(void)
{
    t.peer = accept(t.listener, NULL, NULL);
    EXPECT(t.peer >= 0);
}

static void say(const char *text)
{
    EXPECT(send(t.peer, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

/* With a reset, for what was sent is unread. */
static void hang_up(void)
{
    close(t.peer);
    t.peer = -1;
}

static void await(short events)
{
    struct pollfd p = { t.wire->fd, events, 0 };

    EXPECT(poll(&p, 1, 10000) == 1);
}

/* The next thing that the kernel tells. */
static void go_on(void)
{
    struct epoll_event e = { 0 };

    EXPECT(epoll_wait(t.plan.epoll, &e, 1, 10000) == 1);
    EXPECT(e.data.ptr == t.wire);
    wire_go_on(t.wire, &t.plan, e.events);
}

static void go_on_until_one_ends(void)
{
    while (!t.wire->over)
        go_on();
}

static struct sample taken(enum outcome outcome, enum phase phase, int error)
{
    struct sample s;

    if (!wire_take(t.wire, &s))
        fail_msg("none has ended");
    if (s.outcome != outcome || s.phase != phase || s.error != error || s.done < 0)
        fail_msg("%s in phase %s, error %d", outcomes[s.outcome].name, phase_names[s.phase],
                 s.error);
    return s;
}

static void expect_no_more(void)
{
    struct sample s;

    EXPECT(!wire_take(t.wire, &s));
}

static void one_after_another_by_one_connection(void **state)
{
    struct sample first, second;

    (void)state;
    given(1, 0);
    begin(1);
    let_in();
    say(OK);
    go_on_until_one_ends();
    first = taken(OUTCOME_OK, PHASE_DONE, 0);
    expect_no_more();
    wire_rest(t.wire);
    begin(2);
    say(OK);
    go_on_until_one_ends();
    second = taken(OUTCOME_OK, PHASE_DONE, 0);
    EXPECT(first.id == 1 && second.id == 2);
    EXPECT(first.connected >= first.sent && second.connected == -1);
    EXPECT(first.port && first.port == second.port);
    EXPECT(first.bytes == strlen(OK) && second.bytes == strlen(OK));
}

static int option(int level, int name)
{
    int value = 0;
    socklen_t size = sizeof value;

    EXPECT(getsockopt(t.wire->fd, level, name, &value, &size) == 0);
    return value;
}

static void its_socket_is_as_planned(void **state)
{
    int usual;

    (void)state;
    given(1, 0);
    begin(1);
    usual = option(SOL_SOCKET, SO_RCVBUF);
    EXPECT(option(IPPROTO_TCP, TCP_NODELAY) == 0);
    wire_give_up(t.wire, &t.plan, OUTCOME_OPEN);
    wire_rest(t.wire);
    t.plan.socket.no_delay = true;
    t.plan.socket.receive_buffer = 4096;
    begin(2);
    EXPECT(option(IPPROTO_TCP, TCP_NODELAY) != 0);
    EXPECT(option(SOL_SOCKET, SO_RCVBUF) < usual);
}

static void nobody_listens(void **state)
{
    (void)state;
    given(1, 0);
    close(t.listener);
    t.listener = -1;
    begin(1);
    EXPECT(taken(OUTCOME_REFUSED, PHASE_CONNECT, ECONNREFUSED).port == 0);
    wire_rest(t.wire);
    EXPECT(t.wire->fd < 0);
}

static void no_such_socket(void **state)
{
    struct sockaddr_un *a = &t.plan.socket.address.local;

    (void)state;
    given(1, 0);
    *a = (struct sockaddr_un){ .sun_family = AF_UNIX, .sun_path = "/nowhere/at/all" };
    t.plan.socket.address_size = sizeof *a;
    begin(1);
    taken(OUTCOME_REFUSED, PHASE_CONNECT, ENOENT);
}

static void it_cannot_be_waited_for(void **state)
{
    (void)state;
    given(1, 0);
    close(t.plan.epoll);
    t.plan.epoll = -1;
    begin(1);
    taken(OUTCOME_UNSENT, PHASE_WAIT, EBADF);
}

/* The queue is full, so that what would open a connection is not heard, and is said again by
   the kernel after a second.  Returns who fills the queue. */
static int knock_in_vain(void)
{
    int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    close(t.listener);
    t.listener = listen_somewhere(0);
    EXPECT(connect(other, &t.plan.socket.address.any, t.plan.socket.address_size) == 0);
    begin(1);
    wire_go_on(t.wire, &t.plan, 0); /* time has passed, no more */
    EXPECT(t.wire->connects && !t.wire->over && !wire_has_room(t.wire));
    return other;
}

static void a_connection_may_take_its_time(void **state)
{
    struct sample s;
    int other;

    (void)state;
    given(2, 0);
    other = knock_in_vain();
    let_in();
    close(t.peer);
    while (t.wire->connects)
        go_on();
    let_in();
    say(OK);
    go_on_until_one_ends();
    s = taken(OUTCOME_OK, PHASE_DONE, 0);
    EXPECT(s.port && s.connected > s.sent && s.first_byte >= s.connected);
    close(other);
}

static void it_may_be_refused_in_the_end(void **state)
{
    int other;

    (void)state;
    given(1, 0);
    other = knock_in_vain();
    close(t.listener);
    t.listener = -1;
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_REFUSED, PHASE_CONNECT, ECONNREFUSED).connected == -1);
    close(other);
}

/* What it says, and then it resets the connection, in the middle of a request. */
static void broken_off(const char *answer)
{
    given(1, MANY);
    begin(1);
    let_in();
    say(answer);
    hang_up();
    await(POLLHUP);
    go_on_until_one_ends();
}

static void why_it_broke_off_is_heard(void **state)
{
    (void)state;
    broken_off(TOO_LONG);
    EXPECT(taken(OUTCOME_BAD_STATUS, PHASE_DONE, 0).bytes == strlen(TOO_LONG));
    expect_no_more();
    wire_rest(t.wire);
    EXPECT(t.wire->fd < 0);
}

static void half_of_why(void **state)
{
    (void)state;
    broken_off(HALF);
    EXPECT(taken(OUTCOME_TRUNCATED, PHASE_READ, 0).status == 200);
}

static void it_broke_off_without_a_word(void **state)
{
    struct sample s;

    (void)state;
    broken_off("");
    s = taken(OUTCOME_RESET, PHASE_SEND, ECONNRESET);
    EXPECT(s.bytes > 0 && s.bytes < MANY && s.first_byte == -1);
}

static void what_is_behind_a_half_sent_one_cannot_leave(void **state)
{
    struct sample s;

    (void)state;
    given(3, MANY);
    begin(1);
    begin(2);
    begin(3);
    let_in();
    say(TOO_LONG);
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_BAD_STATUS, PHASE_DONE, 0).bytes == strlen(TOO_LONG));
    taken(OUTCOME_UNSENT, PHASE_SEND, 0);
    s = taken(OUTCOME_UNSENT, PHASE_SEND, 0);
    EXPECT(s.id == 3 && s.bytes == 0);
}

static void what_comes_unasked_answers_nothing(void **state)
{
    (void)state;
    given(1, 0);
    begin(1);
    let_in();
    say(OK);
    go_on_until_one_ends();
    taken(OUTCOME_OK, PHASE_DONE, 0);
    wire_rest(t.wire);
    say(OK);
    go_on();
    begin(2);
    EXPECT(taken(OUTCOME_BAD_BODY, PHASE_SEND, 0).bytes == 0);
    wire_rest(t.wire);
    EXPECT(t.wire->fd < 0);
}

static void an_end_while_it_rests_is_none_of_a_request(void **state)
{
    uint16_t port;

    (void)state;
    given(1, 0);
    begin(1);
    let_in();
    say(OK);
    go_on_until_one_ends();
    port = taken(OUTCOME_OK, PHASE_DONE, 0).port;
    wire_rest(t.wire);
    hang_up();
    go_on();
    EXPECT(t.wire->fd < 0);
    begin(2);
    let_in();
    say(OK);
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_OK, PHASE_DONE, 0).port != port);
}

static void who_is_given_up_is_still_answered(void **state)
{
    (void)state;
    given(3, 0);
    begin(1);
    begin(2);
    let_in();
    EXPECT(wire_has_room(t.wire) && wire_eldest(t.wire)->id == 1);
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).id == 1);
    EXPECT(!wire_has_room(t.wire) && wire_eldest(t.wire)->id == 2);
    say(OK HALF);
    go_on();
    say("whole");
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_OK, PHASE_DONE, 0).id == 2);
    expect_no_more();
    wire_rest(t.wire);
    EXPECT(t.wire->fd >= 0);
}

static void who_is_given_up_ends_but_once(void **state)
{
    (void)state;
    given(3, 0);
    begin(1);
    begin(2);
    begin(3);
    let_in();
    wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT);
    wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT);
    shutdown(t.peer, SHUT_WR);
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_EMPTY, PHASE_WAIT, 0).id == 3);
    expect_no_more();
    EXPECT(t.wire->n == 0);
}

static void none_is_kept_that_somebody_was_given_up_on(void **state)
{
    (void)state;
    given(2, 0);
    begin(1);
    begin(2);
    let_in();
    say(HALF);
    go_on();
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).status == 200);
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).status == 0);
    EXPECT(t.wire->n == 0);
    wire_rest(t.wire);
    EXPECT(t.wire->fd < 0);
}

static void a_slow_reader_does_not_take_an_answer_for_its_end(void **state)
{
    (void)state;
    given(1, 0);
    t.lane.read_rate = 1e-9;
    begin(1);
    let_in();
    say(OK);
    go_on();
    EXPECT(!t.wire->over);
    t.lane.read_rate = 0;
    wire_go_on(t.wire, &t.plan, 0);
    taken(OUTCOME_OK, PHASE_DONE, 0);
}

static void a_slow_sender_waits_for_its_time(void **state)
{
    char byte;

    (void)state;
    given(1, 0);
    t.lane.send_rate = 1e-9;
    begin(1);
    let_in();
    go_on();
    EXPECT(!t.wire->connects && recv(t.peer, &byte, 1, MSG_DONTWAIT) < 0);
    t.lane.send_rate = 0;
    wire_go_on(t.wire, &t.plan, 0);
    EXPECT(recv(t.peer, &byte, 1, 0) == 1 && byte == 'P');
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_after_another_by_one_connection),
        TEST(its_socket_is_as_planned),
        TEST(nobody_listens),
        TEST(no_such_socket),
        TEST(it_cannot_be_waited_for),
        TEST(a_connection_may_take_its_time),
        TEST(it_may_be_refused_in_the_end),
        TEST(why_it_broke_off_is_heard),
        TEST(half_of_why),
        TEST(it_broke_off_without_a_word),
        TEST(what_is_behind_a_half_sent_one_cannot_leave),
        TEST(what_comes_unasked_answers_nothing),
        TEST(an_end_while_it_rests_is_none_of_a_request),
        TEST(who_is_given_up_is_still_answered),
        TEST(who_is_given_up_ends_but_once),
        TEST(none_is_kept_that_somebody_was_given_up_on),
        TEST(a_slow_reader_does_not_take_an_answer_for_its_end),
        TEST(a_slow_sender_waits_for_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

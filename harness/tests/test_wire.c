/* Does a connection of the wire client tell what became of the request that it carries? */
#include "wire_rig.h"

static void one_after_another_by_one_connection(void **state)
{
    struct sample first, second;

    (void)state;
    given(1, 0);
    serve(1);
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

static void what_comes_unasked_answers_nothing(void **state)
{
    (void)state;
    given(1, 0);
    serve(1);
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
    serve(1);
    port = taken(OUTCOME_OK, PHASE_DONE, 0).port;
    wire_rest(t.wire);
    hang_up();
    go_on();
    EXPECT(t.wire->fd < 0);
    serve(2);
    EXPECT(taken(OUTCOME_OK, PHASE_DONE, 0).port != port);
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
        TEST(what_comes_unasked_answers_nothing),
        TEST(an_end_while_it_rests_is_none_of_a_request),
        TEST(a_slow_reader_does_not_take_an_answer_for_its_end),
        TEST(a_slow_sender_waits_for_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

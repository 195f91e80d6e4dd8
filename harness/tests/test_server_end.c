/* Does the kernel tell which socket stands at the server's end, and how far it has come? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/server_end.h"
#include "io/sock_diag.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    struct server_ends ask;
    int listener, ours;
    union any_address address;
    socklen_t size;
    struct server_end end;
} t;

/* A listener at the loopback address; any: at all addresses of IPv6, asked by IPv4. */
static void given(int family, bool any)
{
    t.ask.diag = sock_diag_open();
    assert_true(t.ask.diag >= 0);
    memset(&t.address, 0, sizeof t.address);
    t.address.any.sa_family = (sa_family_t)family;
    t.size = family == AF_INET ? sizeof t.address.v4 : sizeof t.address.v6;
    if (family == AF_INET)
        t.address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        t.address.v6.sin6_addr = any ? in6addr_any : in6addr_loopback;
    t.listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(t.listener, &t.address.any, t.size), 0);
    assert_int_equal(listen(t.listener, 16), 0);
    assert_int_equal(getsockname(t.listener, &t.address.any, &t.size), 0);
    if (any) {
        in_port_t port = t.address.v6.sin6_port;

        memset(&t.address, 0, sizeof t.address);
        t.address.v4 = (struct sockaddr_in){ .sin_family = AF_INET,
                                             .sin_port = port,
                                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        t.size = sizeof t.address.v4;
    }
}

static void connected(void)
{
    t.ours = socket(t.address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(t.ours, &t.address.any, t.size), 0);
    assert_int_equal(server_end_of(t.ours, &t.end), 0);
}

static enum server_end_state state_now(uint64_t *ino)
{
    return server_end_find(&t.ask, &t.end, ino);
}

static int over(void **state)
{
    (void)state;
    close(t.ask.diag);
    close(t.ours);
    close(t.listener);
    return 0;
}

static void follow_one(void)
{
    struct stat st;
    uint64_t ino;
    int theirs;

    connected();
    assert_int_equal(state_now(&ino), END_QUEUED);
    theirs = accept(t.listener, NULL, NULL);
    assert_int_equal(fstat(theirs, &st), 0);
    assert_int_equal(state_now(&ino), END_ACCEPTED);
    assert_true(ino == st.st_ino);
    shutdown(theirs, SHUT_WR);
    assert_int_equal(state_now(&ino), END_CLOSING);
    close(theirs);
    assert_int_equal(state_now(&ino), END_CLOSING);
}

static void a_connection_is_followed_over_ipv4(void **state)
{
    (void)state;
    given(AF_INET, false);
    follow_one();
}

static void a_connection_is_followed_over_ipv6(void **state)
{
    (void)state;
    if (access("/proc/net/if_inet6", F_OK) != 0)
        skip();
    given(AF_INET6, false);
    follow_one();
}

static void a_socket_of_ipv6_may_take_what_comes_by_ipv4(void **state)
{
    (void)state;
    if (access("/proc/net/if_inet6", F_OK) != 0)
        skip();
    given(AF_INET6, true);
    follow_one();
}

static void one_that_is_accepted_only_with_its_request_is_told_from_the_queued(void **state)
{
    int on = 5, theirs;
    uint64_t ino;

    (void)state;
    given(AF_INET, false);
    setsockopt(t.listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on);
    connected();
    assert_int_equal(state_now(&ino), END_DEFERRED);
    assert_int_equal(send(t.ours, "x", 1, 0), 1);
    assert_int_equal(state_now(&ino), END_QUEUED);
    theirs = accept(t.listener, NULL, NULL);
    assert_int_equal(state_now(&ino), END_ACCEPTED);
    close(theirs);
}

/* Of what is not there any more the kernel names the listener. */
static void a_listener_is_not_taken_for_the_connection(void **state)
{
    uint64_t ino;
    int theirs;

    (void)state;
    given(AF_INET, false);
    connected();
    theirs = accept(t.listener, NULL, NULL);
    close(theirs);
    close(t.ours);
    t.ours = -1;
    assert_int_equal(state_now(&ino), END_CLOSING);
}

static void what_is_no_tcp_connection_has_no_such_end(void **state)
{
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(server_end_of(pair[0], &t.end), -1);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_connection_is_followed_over_ipv4, over),
        cmocka_unit_test_teardown(a_connection_is_followed_over_ipv6, over),
        cmocka_unit_test_teardown(a_socket_of_ipv6_may_take_what_comes_by_ipv4, over),
        cmocka_unit_test_teardown(
            one_that_is_accepted_only_with_its_request_is_told_from_the_queued, over),
        cmocka_unit_test_teardown(a_listener_is_not_taken_for_the_connection, over),
        cmocka_unit_test(what_is_no_tcp_connection_has_no_such_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

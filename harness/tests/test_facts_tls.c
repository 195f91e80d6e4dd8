/* What did TLS show before and after an upgrade? */
#include "found_facts.h"

#define CHECK_MS(ns, expected) assert_int_equal((ns), MS(expected))

#define shakes(from, lasts, ...)                                                                   \
    event(EVENT_TLS_HANDSHAKE, .at = (from) + (lasts), .value_ms = lasts, __VA_ARGS__)
#define SOME                                                                                       \
    ok(.at = 1), shakes(10, 2, .ino = 5001, .text = "TLSv1.3 A1"),                                 \
        shakes(20, 4, .dev = TLS_RESUMED, .start = MS(12), .ino = 5002, .text = "TLSv1.3"),        \
        shakes(30, 3, .index = 1, .ino = 6001, .text = "TLSv1.3 A1"),                              \
        ok(.at = 50, .lane = 1, .port = 6001, .kept = true),                                       \
        ok(.at = 60, .lane = 1, .port = 6001, .kept = true), step(.at = 1000),                     \
        shakes(1100, 9, .dev = TLS_DECLINED, .start = MS(12), .ino = 5003, .text = "TLSv1.3 B2"),  \
        ok(.at = 1200, .lane = 1, .port = 6001, .kept = true),                                     \
        shakes(2500, 1, .dev = TLS_RESUMED, .start = MS(1109), .ino = 6001, .text = "TLSv1.3"),    \
        shakes(2600, 1, .index = 1, .ino = 6001, .text = "TLSv1.3 B2"),                            \
        ok(.at = 2595, .took = 10, .lane = 1, .port = 6001, .kept = true),                         \
        ok(.at = 2700, .lane = 1, .port = 6001, .kept = true), load_ended(.at = 3000)

static void handshakes_belong_to_the_upgrade_before_them(void **state)
{
    const struct facts *f = find(HISTORY(SOME));

    (void)state;
    assert_int_equal(f->n_handshakes, 6);
    assert_int_equal(f->tls[0].all.by[TLS_FULL], 2);
    assert_int_equal(f->tls[0].all.by[TLS_RESUMED], 1);
    CHECK_MS(f->tls[0].all.p50, 3);
    CHECK_MS(f->tls[0].all.p99, 4);
    assert_int_equal(f->tls[1].all.by[TLS_DECLINED], 1);
    assert_int_equal(f->tls[1].all.by[TLS_RESUMED], 1);
    assert_int_equal(f->tls[1].first_second.by[TLS_DECLINED], 1);
    assert_int_equal(f->tls[1].first_second.by[TLS_RESUMED], 0);
    CHECK_MS(f->tls[1].first_second.p99, 9);
    assert_int_equal(f->tls[1].old_sessions, 1);
    assert_int_equal(f->tls[1].old_resumed, 0);
    assert_int_equal(f->tls[0].old_sessions, 0);
}

static void expect_row(const struct certificate_row *c, size_t period, enum connection kind,
                       const char *serial, uint64_t n, double first, double last,
                       const struct facts *f)
{
    assert_int_equal(c->period, period);
    assert_int_equal(c->kind, kind);
    assert_string_equal(facts_serial(f, c->text), serial);
    assert_int_equal(c->n, n);
    CHECK_MS(c->first, first);
    CHECK_MS(c->last, last);
}

/* The same port may come again: what counts is the handshake before the request, and a
   request that waits for one is not of a kept connection. */
static void kept_connections_go_on_with_what_they_were_served(void **state)
{
    const struct facts *f = find(HISTORY(SOME));
    const struct certificate_row *c = f->certificates;

    (void)state;
    assert_int_equal(f->n_certificates, 5);
    expect_row(&c[0], 0, CONNECTION_NEW, "A1", 2, 10, 30, f);
    expect_row(&c[1], 0, CONNECTION_REUSED, "A1", 2, 50, 60, f);
    expect_row(&c[2], 1, CONNECTION_NEW, "B2", 2, 1100, 2600, f);
    expect_row(&c[3], 1, CONNECTION_REUSED, "A1", 1, 1200, 1200, f);
    expect_row(&c[4], 1, CONNECTION_REUSED, "B2", 1, 2700, 2700, f);
}

static void streams_that_were_refused_are_counted(void **state)
{
    const struct facts *f =
        find(HISTORY(ok(.at = 1), event(EVENT_STREAM_REFUSED, .at = 5), step(.at = 1000),
                     event(EVENT_STREAM_REFUSED, .at = 1005),
                     event(EVENT_STREAM_REFUSED, .at = 1006), load_ended(.at = 2000)));

    (void)state;
    assert_int_equal(f->streams_refused, 3);
    assert_int_equal(f->tls[0].streams_refused, 1);
    assert_int_equal(f->tls[1].streams_refused, 2);
    assert_int_equal(f->n_handshakes, 0);
    assert_int_equal(f->tls[1].all.p50, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(handshakes_belong_to_the_upgrade_before_them),
        FACT(kept_connections_go_on_with_what_they_were_served),
        FACT(streams_that_were_refused_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

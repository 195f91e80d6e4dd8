/* Do url, lanes and steps go together, and what speaks to the server where nothing is said? */
#include "json/scenario_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct parts {
    const char *url, *server, *lane, *step, *more, *complaint;
};

static int read_parts(const struct parts *p, struct scenario *sc, struct err *err)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{\"server\": {\"command\": [\"x\"], \"url\": \"%s\"%s},\n"
             "\"lanes\": [{\"name\": \"l\", \"rate\": 1%s}], \"for\": 9,\n"
             "\"steps\": [{\"at\": 3, \"signal\": \"HUP\"%s}]\n%s}",
             p->url, p->server ? p->server : "", p->lane ? p->lane : "", p->step ? p->step : "",
             p->more ? p->more : "");
    return scenario_read_text("s.json", text, NULL, sc, err);
}

#define HTTP  "http://127.0.0.1:80"
#define HTTPS "https://127.0.0.1"

static void what_does_not_go_together_is_refused(void **state)
{
    /* clang-format off */
    static const struct parts rows[] = {
        { HTTPS, .lane = ", \"client\": \"wire\"", .complaint = "s.json:2: lanes[0].client: \"wire\" knows no TLS; an https:// url needs \"curl\"" },
        { HTTP, .lane = ", \"client\": \"wire\", \"http\": \"2\"", .complaint = "s.json:2: lanes[0].client: \"wire\" knows no HTTP/2; \"http\": \"2\" needs \"curl\"" },
        { HTTP, .lane = ", \"http\": \"3\"", .complaint = "s.json:2: lanes[0].http: must be \"1.1\" or \"2\", got \"3\"" },
        { HTTP, .lane = ", \"http\": \"2\", \"streams\": 4", .complaint = "s.json:2: lanes[0].streams: needs \"http\": \"2\" and \"connection\": \"reused\"" },
        { HTTP, .lane = ", \"connection\": \"reused\", \"streams\": 4", .complaint = "s.json:2: lanes[0].streams: needs \"http\": \"2\" and \"connection\": \"reused\"" },
        { HTTP, .lane = ", \"http\": \"2\", \"pipeline\": 2", .complaint = "s.json:2: lanes[0].pipeline: needs \"client\": \"wire\"" },
        { HTTP, .lane = ", \"tls_resume\": 1", .complaint = "s.json:2: lanes[0].tls_resume: needs an https:// url" },
        { HTTPS, .lane = ", \"tls_resume\": 2", .complaint = "s.json:2: lanes[0].tls_resume: must be at most 1, got 2" },
        { HTTP, .server = ", \"tls\": {}", .complaint = "s.json:1: server.tls: needs an https:// url" },
        { HTTPS, .server = ", \"tls\": {\"verify\": 1}", .complaint = "s.json:1: server.tls.verify: must be true or false, got 1" },
        { HTTPS, .server = ", \"tls\": {\"name\": \"a b\"}", .complaint = "s.json:1: server.tls.name: must be the name of a host, got \"a b\"" },
        { HTTPS, .server = ", \"tls\": {\"cert\": \"x\"}", .complaint = "s.json:1: server.tls.cert: unknown key" },
        { HTTPS, .server = ", \"who\": \"socket\", \"unix\": \"/s\"", .complaint = "s.json:1: server.who: of a unix socket \"socket\" is for lanes of client \"wire\", and \"l\" has \"curl\"; use a body or header that names the pid, or \"none\"" },
        { HTTPS, .more = ", \"states\": true", .complaint = "s.json:4: states: connections are held without TLS; leave it out for an https:// url" },
        { HTTP, .more = ", \"limits\": {\"resumed\": 1}", .complaint = "s.json:4: limits.resumed: needs an https:// url" },
        { HTTP, .step = ", \"certificate\": \"c\"", .complaint = "s.json:3: steps[0].certificate: needs an https:// url" },
        { HTTPS, .step = ", \"certificate\": \"c\", \"upgrade\": \"fails\"", .complaint = "s.json:3: steps[0].certificate: only a step of an upgrade that is meant to succeed brings one" },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct err err = { 0 };

        if (read_parts(&rows[i], &sc, &err) == 0)
            fail_msg("read, though it should say: %s", rows[i].complaint);
        if (strncmp(err.text, rows[i].complaint, strlen(rows[i].complaint)) != 0)
            assert_string_equal(err.text, rows[i].complaint);
    }
}

static void who_can_speaks_to_it(void **state)
{
    static const struct {
        struct parts parts;
        enum client_kind lane, ready;
        enum http_version http;
    } rows[] = {
        { { .url = HTTP }, CLIENT_WIRE, CLIENT_WIRE, HTTP_1_1 },
        { { HTTP, .lane = ", \"client\": \"curl\"" }, CLIENT_CURL, CLIENT_WIRE, HTTP_1_1 },
        { { HTTP, .lane = ", \"http\": \"2\"" }, CLIENT_CURL, CLIENT_CURL, HTTP_2 },
        { { HTTP, .lane = ", \"http\": \"2\"}, {\"name\": \"m\", \"rate\": 1" },
          CLIENT_CURL,
          CLIENT_WIRE,
          HTTP_1_1 },
        { { .url = HTTPS }, CLIENT_CURL, CLIENT_CURL, HTTP_1_1 },
        { { HTTPS, .lane = ", \"http\": \"2\"" }, CLIENT_CURL, CLIENT_CURL, HTTP_2 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct err err = { 0 };

        assert_int_equal(read_parts(&rows[i].parts, &sc, &err), 0);
        assert_int_equal(sc.lanes[0].client, rows[i].lane);
        assert_int_equal(sc.server.ready_client, rows[i].ready);
        if (rows[i].ready == CLIENT_CURL)
            assert_int_equal(sc.server.ready_http, rows[i].http);
        scenario_free(&sc);
    }
}

static void a_certificate_is_verified_if_there_is_something_to_do_it_by(void **state)
{
    static const struct {
        const char *tls;
        bool verify;
    } rows[] = { { "", false },
                 { ", \"tls\": {}", false },
                 { ", \"tls\": {\"name\": \"www.example.org\"}", false },
                 { ", \"tls\": {\"ca\": \"c\"}", true },
                 { ", \"tls\": {\"ca\": \"c\", \"verify\": false}", false },
                 { ", \"tls\": {\"verify\": true}", true } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parts parts = { HTTPS, .server = rows[i].tls, .step = ", \"certificate\": \"c\"" };
        struct scenario sc;
        struct err err = { 0 };

        assert_int_equal(read_parts(&parts, &sc, &err), 0);
        assert_int_equal(sc.server.tls.verify, rows[i].verify);
        assert_true(sc.server.https);
        assert_true(sc.lanes[0].tls_resume == 0.5);
        assert_string_equal(sc.steps[0].certificate, "c");
        scenario_free(&sc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(who_can_speaks_to_it),
        cmocka_unit_test(a_certificate_is_verified_if_there_is_something_to_do_it_by),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

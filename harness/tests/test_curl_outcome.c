/* Does each end that libcurl tells of get the outcome that is its own? */
#include "io/curl_heard.h"
#include "io/curl_outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

static const struct {
    const char *what;
    struct curl_ending end;
    enum outcome outcome;
} rows[] = {
    { "nobody listens", { CURLE_COULDNT_CONNECT, .error = ECONNREFUSED }, OUTCOME_REFUSED },
    { "a queue was dropped", { CURLE_COULDNT_CONNECT, .error = ECONNRESET }, OUTCOME_RESET },
    { "no port is left", { CURLE_COULDNT_CONNECT, .error = EADDRNOTAVAIL }, OUTCOME_UNSENT },
    { "a handshake was closed",
      { CURLE_SSL_CONNECT_ERROR, .phase = PHASE_TLS, .tls = true, .ended = true },
      OUTCOME_EMPTY },
    { "a handshake was reset",
      { CURLE_SSL_CONNECT_ERROR, .error = ECONNRESET, .phase = PHASE_TLS, .tls = true,
        .ended = true },
      OUTCOME_RESET },
    { "a handshake ended in an alert, and the connection with it",
      { CURLE_SSL_CONNECT_ERROR, .phase = PHASE_TLS, .tls = true, .ended = true, .wrong = true },
      OUTCOME_TLS },
    { "no agreement", { CURLE_SSL_CONNECT_ERROR, .phase = PHASE_TLS, .tls = true }, OUTCOME_TLS },
    { "no trust",
      { CURLE_PEER_FAILED_VERIFICATION, .phase = PHASE_TLS, .tls = true },
      OUTCOME_TLS },
    { "our own ca file is none", { CURLE_SSL_CACERT_BADFILE, .phase = PHASE_TLS }, OUTCOME_UNSENT },
    { "broken chunks", { CURLE_RECV_ERROR, .phase = PHASE_READ }, OUTCOME_BAD_BODY },
    { "cut in the midst",
      { CURLE_RECV_ERROR, .error = EPIPE, .phase = PHASE_READ },
      OUTCOME_TRUNCATED },
    { "reset in the midst",
      { CURLE_RECV_ERROR, .error = ECONNRESET, .phase = PHASE_READ },
      OUTCOME_RESET },
    { "TLS without its farewell",
      { CURLE_RECV_ERROR, .phase = PHASE_READ, .tls = true, .ended = true },
      OUTCOME_TRUNCATED },
    { "TLS that ended before any answer",
      { CURLE_RECV_ERROR, .phase = PHASE_WAIT, .tls = true, .ended = true },
      OUTCOME_EMPTY },
    { "a certificate of ours was asked for, too late",
      { CURLE_RECV_ERROR, .phase = PHASE_WAIT, .tls = true, .ended = true, .wrong = true },
      OUTCOME_TLS },
    { "a stream was reset",
      { CURLE_HTTP2_STREAM, .phase = PHASE_WAIT, .http2 = true },
      OUTCOME_RESET },
    { "a stream was reset in the midst",
      { CURLE_HTTP2_STREAM, .phase = PHASE_READ, .http2 = true },
      OUTCOME_TRUNCATED },
    { "a connection with streams ended",
      { CURLE_PARTIAL_FILE, .phase = PHASE_WAIT, .http2 = true, .ended = true },
      OUTCOME_EMPTY },
    { "a body was too short", { CURLE_PARTIAL_FILE, .phase = PHASE_READ }, OUTCOME_TRUNCATED },
    { "too late", { CURLE_OPERATION_TIMEDOUT, .phase = PHASE_TLS }, OUTCOME_TIMEOUT },
    { "closed", { CURLE_GOT_NOTHING, .phase = PHASE_WAIT }, OUTCOME_EMPTY },
    { "no HTTP", { CURLE_UNSUPPORTED_PROTOCOL, .phase = PHASE_READ }, OUTCOME_BAD_BODY },
};

static void each_end_has_its_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("    %s\n", rows[i].what);
        assert_string_equal(outcomes[curl_outcome(&rows[i].end)].name,
                            outcomes[rows[i].outcome].name);
    }
}

static void goaway_and_streams_are_heard(void **state)
{
    static const struct {
        const char *text;
        bool goaway, stream;
        uint32_t number;
    } said[] = {
        { "recveived GOAWAY, error=0, last_stream=7\n", .goaway = true, .number = 7 },
        { "received GOAWAY, error=2, last_stream=2147483647", .goaway = true,
          .number = 2147483647 },
        { "GOAWAY", .number = 0 },
        { "Using Stream ID: 13 (easy handle 0x55ddbae672b0)\n", .stream = true, .number = 13 },
        { "[HTTP/2] [5] OPENED stream for https://127.0.0.1/", .stream = true, .number = 5 },
        { "[HTTP/2] [x] OPENED stream for https://127.0.0.1/", .number = 0 },
        { "Connection #0 to host 127.0.0.1 left intact", .number = 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(said); i++) {
        uint32_t last = 0, stream = 0;
        size_t n = strlen(said[i].text);

        assert_int_equal(curl_heard_goaway(said[i].text, n, &last), said[i].goaway);
        assert_int_equal(curl_heard_stream(said[i].text, n, &stream), said[i].stream);
        assert_int_equal(said[i].goaway ? last : stream, said[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_end_has_its_outcome),
        cmocka_unit_test(goaway_and_streams_are_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

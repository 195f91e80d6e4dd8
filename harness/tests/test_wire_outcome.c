/* Does each error of each phase have the name that says who failed? */
#include "io/wire_outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

enum {
    CONNECTING = 1 << PHASE_CONNECT,
    LATER = 1 << PHASE_SEND | 1 << PHASE_WAIT | 1 << PHASE_READ
};

static const struct row {
    int error;
    unsigned phases;
    enum outcome outcome;
} rows[] = {
    { ECONNREFUSED, CONNECTING, OUTCOME_REFUSED },
    { ENOENT, CONNECTING, OUTCOME_REFUSED }, /* a unix socket's path */
    { EAGAIN, CONNECTING, OUTCOME_REFUSED }, /* a unix socket's queue is full */
    { EACCES, CONNECTING, OUTCOME_REFUSED },
    { EHOSTUNREACH, CONNECTING, OUTCOME_REFUSED },
    { ENETUNREACH, CONNECTING, OUTCOME_REFUSED },
    { ETIMEDOUT, CONNECTING, OUTCOME_TIMEOUT },
    { ECONNRESET, CONNECTING | LATER, OUTCOME_RESET },
    { EPIPE, CONNECTING | LATER, OUTCOME_RESET },
    { ETIMEDOUT, LATER, OUTCOME_RESET }, /* the connection was given up */
    { ENOTCONN, LATER, OUTCOME_RESET },
    { EADDRNOTAVAIL, CONNECTING | LATER, OUTCOME_UNSENT },
    { EMFILE, CONNECTING | LATER, OUTCOME_UNSENT },
    { ENFILE, CONNECTING | LATER, OUTCOME_UNSENT },
    { ENOBUFS, CONNECTING | LATER, OUTCOME_UNSENT },
    { ENOMEM, CONNECTING | LATER, OUTCOME_UNSENT },
};

static void an_error_has_its_outcome_by_phase(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (enum phase p = PHASE_CONNECT; p < PHASE_DONE; p++) {
            enum outcome got = wire_outcome_of_error(p, rows[i].error);

            if (rows[i].phases & 1u << p && got != rows[i].outcome)
                fail_msg("%s, %s: %s, not %s", phase_names[p], strerror(rows[i].error),
                         outcomes[got].name, outcomes[rows[i].outcome].name);
        }
}

static void no_error_at_all_is_ok(void **state)
{
    (void)state;
    for (int error = 0; error < 4096; error++)
        for (enum phase p = PHASE_CONNECT; p < N_PHASES; p++)
            assert_int_not_equal(wire_outcome_of_error(p, error), OUTCOME_OK);
}

static void a_close_is_empty_until_a_byte_came(void **state)
{
    (void)state;
    assert_int_equal(wire_outcome_of_close(false), OUTCOME_EMPTY);
    assert_int_equal(wire_outcome_of_close(true), OUTCOME_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_its_outcome_by_phase),
        cmocka_unit_test(no_error_at_all_is_ok),
        cmocka_unit_test(a_close_is_empty_until_a_byte_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

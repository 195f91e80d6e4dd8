/* Is a request that was done twice seen, and a ledger that is wrong not believed? */
#include "hand_made.h"

#define COUNT_OF(which, n)                                                                         \
    event(EVENT_LEDGER, .text = (which) == LEDGER_STRANGE ? "what?" : "", .index = (which),        \
          .value = (n))
#define READ(again, missing, strange)                                                              \
    COUNT_OF(LEDGER_LINES, 5), COUNT_OF(LEDGER_AGAIN, again), COUNT_OF(LEDGER_MISSING, missing),   \
        COUNT_OF(LEDGER_STRANGE, strange), COUNT_OF(LEDGER_UNANSWERED, 0)
#define DONE(id_, times_, pids)                                                                    \
    event(EVENT_DONE_TIMES, .value = (id_), .index = (times_), .text = (pids))

static int with_ledger(void **state)
{
    plain_plan(state);
    given()->server.ledger = (char *)"/where/ledger";
    return 0;
}

#define LEDGER(name) cmocka_unit_test_setup(name, with_ledger)

static struct finding twice(struct history h)
{
    return judge("no_request_done_twice", h);
}

static void each_once_is_fine(void **state)
{
    struct finding f = twice(HISTORY(ok(.at = 10, .times = 5, .every = 10), READ(0, 0, 0)));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "each of 5 answered requests was done once");
}

static void a_request_done_twice_is_seen(void **state)
{
    struct finding f =
        twice(HISTORY(ok(.at = 10, .times = 5, .every = 10), READ(1, 0, 0), DONE(3, 2, "7, 8")));

    (void)state;
    EXPECT(f.verdict == FAIL && f.sample == 3);
    EXPECT_SAYS(f, "1 of 5 requests were done more than once; the first was request 3, sent at "
                   "40.0 ms: done 2 times, by pids 7, 8");
    EXPECT_CLIENTS_SEE("no_request_done_twice", HISTORY(ok(.at = 10, .times = 5, .every = 10),
                                                        READ(1, 0, 0), DONE(3, 2, NULL)));
    /* it is twice, whatever else is wrong with the ledger */
    EXPECT(twice(HISTORY(ok(.at = 10), READ(1, 1, 1), DONE(9, 2, NULL))).verdict == FAIL);
}

static void a_ledger_that_lacks_answered_requests_proves_nothing(void **state)
{
    struct finding f = twice(HISTORY(ok(.at = 10, .times = 5, .every = 10), READ(0, 2, 0),
                                     DONE(1, 0, NULL), DONE(2, 0, NULL)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN && f.sample == 1);
    EXPECT_SAYS(f, "2 of 5 requests that were answered are not in it");
    f = twice(HISTORY(ok(.at = 10), COUNT_OF(LEDGER_LINES, 0), COUNT_OF(LEDGER_AGAIN, 0),
                      COUNT_OF(LEDGER_MISSING, 1), COUNT_OF(LEDGER_STRANGE, 0)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "it is empty: does the server write it?");
}

static void a_ledger_with_strange_lines_proves_nothing(void **state)
{
    struct finding f = twice(HISTORY(ok(.at = 10), READ(0, 0, 3)));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "3 of its lines name no request of ours; the first is \"what?\"");
}

static void a_ledger_that_was_not_read_proves_nothing(void **state)
{
    struct finding f = twice(HISTORY(ok(.at = 10), event(EVENT_LEDGER_UNREAD, .text = "/l: gone")));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "could not be read: /l: gone");
    f = twice(HISTORY(ok(.at = 10)));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "no record of the server's ledger");
}

static void what_was_lost_may_have_been_done_and_the_last_line_cut(void **state)
{
    struct finding f = twice(HISTORY(ok(.at = 10), reset(.at = 20), COUNT_OF(LEDGER_LINES, 2),
                                     COUNT_OF(LEDGER_AGAIN, 0), COUNT_OF(LEDGER_MISSING, 0),
                                     COUNT_OF(LEDGER_STRANGE, 0), COUNT_OF(LEDGER_UNANSWERED, 1),
                                     COUNT_OF(LEDGER_TORN, 1)));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "; 1 of the lost ones had been done, too; the ledger's last line is cut short");
}

static void without_a_ledger_nothing_is_judged(void **state)
{
    (void)state;
    given()->server.ledger = NULL;
    EXPECT(!twice(HISTORY(ok(.at = 10), READ(1, 0, 0))).applies);
    given()->server.ledger = (char *)"x";
    EXPECT(!twice(HISTORY(READ(0, 0, 0))).applies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEDGER(each_once_is_fine),
        LEDGER(a_request_done_twice_is_seen),
        LEDGER(a_ledger_that_lacks_answered_requests_proves_nothing),
        LEDGER(a_ledger_with_strange_lines_proves_nothing),
        LEDGER(a_ledger_that_was_not_read_proves_nothing),
        LEDGER(what_was_lost_may_have_been_done_and_the_last_line_cut),
        LEDGER(without_a_ledger_nothing_is_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

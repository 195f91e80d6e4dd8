/* Is "0 lost" never said without what it leaves open? */
#include "core/none_lost.h"
#include "hand_made.h"

#define EXPECT_SAID(words, history)                                                                \
    assert_string_equal(words, judge("no_request_lost", history).why)
#define ASTRIDE                                                                                    \
    HISTORY(ok(.at = 1), step(.at = 5), ok(.at = 15, .times = 9, .every = 10),                     \
            load_ended(.at = 100))

static void it_is_said_with_its_bound_and_its_blind_spot(void **state)
{
    (void)state;
    EXPECT_SAID("0 of 1 requests were lost (there was no upgrade to lose any)", HISTORY(ok()));
    EXPECT_SAID("0 of 1 requests were lost (no request was on its way in a handover; blind for "
                "95.0 ms to new connections, 95.0 ms on reused ones)",
                HISTORY(ok(.at = 1), step(.at = 5), load_ended(.at = 100)));
    EXPECT_SAID("0 of 10 requests were lost (95 % confidence: at most 29 % of requests in a "
                "handover and 95 % of upgrades; blind for 10.0 ms to new connections, 95.0 ms on "
                "reused ones)",
                ASTRIDE);
    given()->n_lanes = 1;
    EXPECT_SAID("0 of 10 requests were lost (95 % confidence: at most 29 % of requests in a "
                "handover and 95 % of upgrades; blind for 10.0 ms to new connections, no lane of "
                "reused ones)",
                ASTRIDE);
    given_lanes[0].connection = CONNECTION_REUSED;
    EXPECT_SAID("0 of 10 requests were lost (95 % confidence: at most 29 % of requests in a "
                "handover and 95 % of upgrades; no lane of new connections, blind for 95.0 ms on "
                "reused ones)",
                ASTRIDE);
}

static void a_share_is_rounded_up_to_two_digits_that_count(void **state)
{
    static const struct {
        double share;
        const char *text;
    } rows[] = {
        { -1, "-" },        { 1, "100" },        { 0.95, "95" },    { 0.9501, "96" },
        { 0.0048, "0.48" }, { 0.00481, "0.49" }, { 0.0471, "4.8" }, { 3e-6, "0.00030" },
    };
    char text[32];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        none_lost_percent(text, rows[i].share);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_said_with_its_bound_and_its_blind_spot),
        TEST(a_share_is_rounded_up_to_two_digits_that_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

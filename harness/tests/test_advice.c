/* Does every claim that fails say what to look at, and what fits how it failed? */
#include "core/advice.h"
#include "hand_made.h"

static const struct advice *advised(const char *check, struct history h)
{
    const struct advice *advice;
    struct facts facts;
    struct finding f;

    facts_find(&facts, given(), &h);
    f = check_named(check)->run(&facts);
    advice = advice_find(check, &f, &facts);
    facts_free(&facts);
    history_free(&h);
    return advice;
}

static void each_claim_has_some_that_always_fits(void **state)
{
    (void)state;
    for (size_t c = 0; c < n_checks; c++) {
        const struct advice *last = NULL;

        for (size_t i = 0; i < n_advices; i++)
            if (strcmp(advices[i].check, checks[c].name) == 0)
                last = &advices[i];
        if (!last || last->verdict != PASS || last->outcome != OUTCOME_OK)
            fail_msg("%s has no last row for all that is left", checks[c].name);
    }
}

static void each_row_is_about_a_claim_that_there_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_advices; i++) {
        check_named(advices[i].check);
        EXPECT(advices[i].look_at[0] && advices[i].likely_cause[0]);
        EXPECT(advices[i].outcome == OUTCOME_OK || advices[i].verdict == FAIL);
        EXPECT(advices[i].outcome == OUTCOME_OK ||
               (outcomes[advices[i].outcome].class == CLASS_WRONG) ==
                   (strcmp(advices[i].check, "no_wrong_answer") == 0));
    }
}

static void what_prevails_is_advised_on(void **state)
{
    (void)state;
    assert_int_equal(OUTCOME_REFUSED,
                     advised("no_request_lost",
                             HISTORY(ok(), refused(.times = 3), reset(.times = 2), truncated()))
                         ->outcome);
    assert_int_equal(
        OUTCOME_RESET,
        advised("no_request_lost", HISTORY(ok(), refused(), reset(.times = 2)))->outcome);
    assert_int_equal(
        OUTCOME_TRUNCATED,
        advised("no_wrong_answer", HISTORY(ok(), truncated(), refused(.times = 9)))->outcome);
}

static void whoever_passes_gets_none(void **state)
{
    (void)state;
    EXPECT(!advised("no_request_lost", HISTORY(ok())));
    EXPECT(!advised("no_request_done_twice", HISTORY(ok())));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_claim_has_some_that_always_fits),
        TEST(each_row_is_about_a_claim_that_there_is),
        TEST(what_prevails_is_advised_on),
        TEST(whoever_passes_gets_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

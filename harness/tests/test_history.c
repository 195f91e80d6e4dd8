/* Is the evidence kept as it was given, and put in order? */
#include "hand_made.h"

static void samples_are_put_in_the_order_they_were_sent(void **state)
{
    struct history h = HISTORY(ok(.id = 2, .at = 30), ok(.id = 1, .at = 10), ok(.id = 3, .at = 30),
                               ok(.id = 4, .at = 20));

    (void)state;
    EXPECT(h.n_samples == 4);
    EXPECT(h.samples[0].id == 1 && h.samples[1].id == 4);
    EXPECT(h.samples[2].id == 2 && h.samples[3].id == 3);
    history_free(&h);
}

static void events_of_one_instant_keep_their_order(void **state)
{
    struct history h = { 0 };

    (void)state;
    for (int i = 0; i < 1000; i++)
        history_add_event(&h, &(struct event){ .at = i % 2, .index = i });
    history_freeze(&h);
    for (int i = 0; i < 1000; i++)
        EXPECT(h.events[i].index == (i < 500 ? 2 * i : 2 * (i - 500) + 1));
    history_free(&h);
}

static void each_text_is_kept_once(void **state)
{
    struct history h = { 0 };
    uint32_t a, b;

    (void)state;
    EXPECT(history_text(&h, "") == 0 && history_text(&h, NULL) == 0);
    a = history_text(&h, "v1");
    b = history_text(&h, "v2");
    EXPECT(a != 0 && b != a && history_text(&h, "v1") == a);
    assert_string_equal(history_text_of(&h, b), "v2");
    assert_string_equal(history_text_of(&h, 0), "");
    assert_string_equal(history_text_of(&h, 4711), "");
    history_free(&h);
}

static void many_texts_cost_no_more_than_few(void **state)
{
    struct history h = { 0 };
    char text[16];

    (void)state;
    for (int i = 0; i < 200000; i++) {
        sprintf(text, "v%d", i);
        EXPECT(history_text(&h, text) == (uint32_t)i + 1);
    }
    assert_string_equal(history_text_of(&h, 150000), "v149999");
    history_free(&h);
}

static void an_empty_history_can_be_frozen(void **state)
{
    struct history h = { 0 };

    (void)state;
    history_freeze(&h);
    assert_string_equal(history_text_of(&h, 0), "");
    history_free(&h);
}

static void every_outcome_event_and_phase_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < N_OUTCOMES; i++) {
        EXPECT(outcomes[i].name && outcomes[i].meaning);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(outcomes[i].name, outcomes[k].name);
    }
    for (int i = 0; i < N_EVENT_KINDS; i++) {
        EXPECT(event_names[i]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(event_names[i], event_names[k]);
    }
    for (int i = 0; i < N_PHASES; i++)
        EXPECT(phase_names[i]);
    assert_string_equal(outcomes[OUTCOME_RESENT].name, "resent");
    EXPECT(outcomes[OUTCOME_RESENT].class == CLASS_LOST);
    EXPECT(outcomes[OUTCOME_UNSENT].class == CLASS_OURS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(samples_are_put_in_the_order_they_were_sent),
        TEST(events_of_one_instant_keep_their_order),
        TEST(each_text_is_kept_once),
        TEST(many_texts_cost_no_more_than_few),
        TEST(an_empty_history_can_be_frozen),
        TEST(every_outcome_event_and_phase_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Do errors say what they were told, and do words keep their names? */
#include "hand_made.h"

#include <stdlib.h>

static void an_error_says_whose_fault_it_is(void **state)
{
    struct err e = { 0 };

    (void)state;
    EXPECT(err_input(&e, "lanes[%d].rate: must be > 0", 1) == -1);
    EXPECT(e.kind == ERR_INPUT);
    assert_string_equal(e.text, "lanes[1].rate: must be > 0");
    EXPECT(err_set(&e, "bind port %d", 80) == -1);
    EXPECT(e.kind == ERR_ENVIRONMENT);
    assert_string_equal(e.text, "bind port 80");
}

static void a_prefix_goes_before_what_was_said(void **state)
{
    struct err e = { 0 };

    (void)state;
    err_input(&e, "no such key");
    EXPECT(err_prefix(&e, "%s:%d", "scenario.json", 14) == -1);
    assert_string_equal(e.text, "scenario.json:14: no such key");
    EXPECT(e.kind == ERR_INPUT);
}

static void bad_input_is_quoted_in_one_line(void **state)
{
    struct err e = { 0 };

    (void)state;
    err_input(&e, "%s: unknown key", "a\n\x1b[2Jb\x7f\xc3\xa9");
    assert_string_equal(e.text, "a??[2Jb?\xc3\xa9: unknown key");
    err_prefix(&e, "%s", "x\ny");
    assert_string_equal(e.text, "x?y: a??[2Jb?\xc3\xa9: unknown key");
    err_set(&e, "its last output:\n%s", "no such port");
    assert_string_equal(e.text, "its last output:\nno such port");
}

static void a_text_that_is_too_long_is_cut(void **state)
{
    char *longer = mem_new(3000, 1);
    struct err e = { 0 };

    (void)state;
    memset(longer, 'x', 2999);
    err_set(&e, "%s", longer);
    EXPECT(strlen(e.text) == sizeof(e.text) - 1);
    err_prefix(&e, "here");
    EXPECT(strncmp(e.text, "here: xxx", 9) == 0);
    EXPECT(strlen(e.text) == sizeof(e.text) - 1);
    err_prefix(&e, "%s", longer);
    EXPECT(strlen(e.text) == sizeof(e.text) - 1);
    free(longer);
}

static void memory_grows_and_starts_empty(void **state)
{
    int *numbers = mem_new(4, sizeof(*numbers));
    char *text = mem_text("kept");

    (void)state;
    EXPECT(numbers[0] == 0 && numbers[3] == 0);
    numbers[3] = 7;
    numbers = mem_grow(numbers, 4000, sizeof(*numbers));
    EXPECT(numbers[3] == 7);
    assert_string_equal(text, "kept");
    free(text);
    free(numbers);
}

static void words_keep_their_names(void **state)
{
    (void)state;
    EXPECT(word_find(connection_words, "new") == CONNECTION_NEW);
    EXPECT(word_find(connection_words, "reused") == CONNECTION_REUSED);
    EXPECT(word_find(shape_words, "burst") == SHAPE_BURST);
    EXPECT(word_find(client_words, "curl") == CLIENT_CURL);
    EXPECT(word_find(action_words, "signal") == ACTION_SIGNAL);
    EXPECT(word_find(action_words, "wait_for") == ACTION_WAIT_FOR);
    EXPECT(word_find(upgrade_words, "deploys") == UPGRADE_DEPLOYS);
    EXPECT(word_find(wait_words, "pidfile_changes") == WAIT_PIDFILE_CHANGES);
    EXPECT(word_find(verdict_words, "fail") == FAIL);
    EXPECT(word_find(verdict_words, "maybe") == -1);
}

static char **list(const char *one)
{
    char **l = mem_new(2, sizeof(*l));

    l[0] = mem_text(one);
    return l;
}

static void a_scenario_frees_what_it_owns(void **state)
{
    struct scenario sc = {
        .name = mem_text("n"), .json = mem_text("{}"), .n_lanes = 1, .n_steps = 1
    };

    (void)state;
    sc.lanes = mem_new(1, sizeof(*sc.lanes));
    sc.lanes[0].name = mem_text("new");
    sc.lanes[0].headers = list("A: b");
    sc.steps = mem_new(1, sizeof(*sc.steps));
    sc.steps[0].argv = list("true");
    sc.server.command = list("server");
    sc.server.files = mem_new(1, sizeof(*sc.server.files));
    sc.server.files[0].name = mem_text("app.conf");
    sc.server.n_files = 1;
    sc.expect.checks = list("no_request_lost");
    scenario_free(&sc); /* the leak checker judges */
    EXPECT(!sc.name && !sc.lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_error_says_whose_fault_it_is), TEST(a_prefix_goes_before_what_was_said),
        TEST(bad_input_is_quoted_in_one_line), TEST(a_text_that_is_too_long_is_cut),
        TEST(memory_grows_and_starts_empty),   TEST(words_keep_their_names),
        TEST(a_scenario_frees_what_it_owns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

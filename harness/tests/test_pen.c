/* Are numbers and times written as people read them? */
#include "core/pen.h"
#include "hand_made.h"

static void numbers_have_their_thousands_set_apart(void **state)
{
    static const struct {
        uint64_t n;
        const char *text;
    } rows[] = {
        { 0, "0" },          { 999, "999" },           { 1000, "1,000" },
        { 12345, "12,345" }, { 1234567, "1,234,567" }, { UINT64_MAX, "18,446,744,073,709,551,615" }
    };
    char text[PEN_NUMBER];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(rows[i].text, pen_thousands(rows[i].n, text));
}

static void times_are_as_exact_as_they_need_be(void **state)
{
    static const struct {
        double from, to;
        const char *text;
    } rows[] = {
        { 3001, 3109, "3,001 to 3,109 ms" },
        { 3001.26, 3001.26, "3,001.3 ms" },
        { 3001, 3004.5, "3,001.0 to 3,004.5 ms" },
        { 0.4, 99.6, "0 to 100 ms" },
        { -1.26, 20, "-1 to 20 ms" },
        { 3001.24, 3001.29, "3,001.2 ms" },
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pen pen = { text, sizeof text, 0 };

        pen_span(&pen, MS(rows[i].from), MS(rows[i].to));
        assert_string_equal(rows[i].text, text);
    }
}

static void what_does_not_fit_is_left_out(void **state)
{
    char text[8] = "";
    struct pen pen = { text, sizeof text, 0 };

    (void)state;
    pen_say(&pen, "%s", "one two three");
    pen_say(&pen, "%s", "four");
    pen_number(&pen, 5);
    assert_string_equal("one two", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_their_thousands_set_apart),
        TEST(times_are_as_exact_as_they_need_be),
        TEST(what_does_not_fit_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

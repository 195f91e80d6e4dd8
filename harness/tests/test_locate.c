/* On which line does a value stand? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "json/locate.h"

static const char text[] = "{\n"                             /* 0: the whole */
                           "  \"a\": 1,\n"                   /* 1 */
                           "  \"b\\\"]\" :\n"                /* 2: its key is here */
                           "    [true, \"x:,\",\n"           /* 3, 4 */
                           "     {\"c\": \"d\"}, {}, []],\n" /* 5, 6, 7, 8 */
                           "  \"e\": null}\n";               /* 9 */

static void expect(size_t nth, int line, int column)
{
    struct place at = locate_value(text, nth);

    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void the_outermost_value_comes_first(void **state)
{
    (void)state;
    expect(0, 1, 1);
}

static void a_member_is_where_its_key_is(void **state)
{
    (void)state;
    expect(1, 2, 3);
    expect(2, 3, 3);
    expect(6, 5, 7);
    expect(9, 6, 3);
}

static void an_element_is_where_it_begins(void **state)
{
    (void)state;
    expect(3, 4, 6);
    expect(4, 4, 12);
    expect(5, 5, 6);
    expect(7, 5, 18);
    expect(8, 5, 22);
}

static void an_offset_counts_lines_and_bytes(void **state)
{
    struct place at = locate_offset("ab\ncd", 4);

    (void)state;
    assert_int_equal(at.line, 2);
    assert_int_equal(at.column, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outermost_value_comes_first),
        cmocka_unit_test(a_member_is_where_its_key_is),
        cmocka_unit_test(an_element_is_where_it_begins),
        cmocka_unit_test(an_offset_counts_lines_and_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

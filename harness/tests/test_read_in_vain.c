/* Is a scenario told what it asks for in vain? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "plain_scenario.h"

#define NEEDS ": needs a step that begins an upgrade"

/* The plain one with these lanes, steps and whatever else; NULL: it is read. */
static void expect(const char *lane, const char *step, const char *more, const char *complaint)
{
    char *text = mem_printf("{\"server\": {" SERVER ", \"url\": " URL "},\n"
                            "\"lanes\": [{\"name\": \"new\", \"rate\": 300%s}], " FOR ",\n"
                            "\"steps\": [%s]%s}\n",
                            lane, step, more);
    struct err err = { 0 };
    struct scenario sc;

    if (scenario_read_text("s.json", text, &vars, &sc, &err) == 0)
        scenario_free(&sc);
    assert_string_equal(err.text, complaint);
    free(text);
}

#define BURST  ", \"burst_at_upgrade\": {\"rate\": 900}"
#define STATES ", \"states\": [\"idle\"]"

static void what_is_for_an_upgrade_needs_one(void **state)
{
    (void)state;
    expect(BURST, "", "", "s.json:2: lanes[0].burst_at_upgrade" NEEDS);
    expect("", "", STATES, "s.json:3: states" NEEDS);
    expect(BURST, "{\"at\": 1, \"wait\": 1}", "", "s.json:2: lanes[0].burst_at_upgrade" NEEDS);
    expect("", "{\"at\": 1, \"signal\": \"HUP\", \"upgrade\": \"none\"}", STATES,
           "s.json:3: states" NEEDS);
}

static void with_one_it_is_read(void **state)
{
    (void)state;
    expect(BURST, STEP, STATES, "");
    expect(BURST, "{\"at\": 1, \"signal\": \"HUP\", \"upgrade\": \"fails\"}", STATES, "");
    expect("", "", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_for_an_upgrade_needs_one),
        cmocka_unit_test(with_one_it_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

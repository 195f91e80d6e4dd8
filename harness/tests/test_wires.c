/* Are connections in the order in which their eldest requests were due? */
#include "io/wires.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define EXPECT(is) _assert_true((is) != 0, #is, __FILE__, __LINE__)

enum { MANY = 5 };

static struct wires list;
static struct wire *all[MANY];

static void make(void)
{
    list = (struct wires){ 0 };
    for (int i = 0; i < MANY; i++) {
        all[i] = wire_new(1);
        all[i]->n = 1;
        all[i]->ring[0].due = i;
    }
}

/* From either end. */
static void expect_in_order(int first, int n)
{
    const struct wire *w = list.first, *last = list.last;

    for (int i = 0; i < n; i++) {
        EXPECT(w && w == all[first + i]);
        EXPECT(last && last == all[first + n - 1 - i]);
        w = w->next;
        last = last->previous;
    }
    EXPECT(!w && !last);
}

static void whatever_the_order_in_which_they_come(void **state)
{
    static const int orders[][MANY] = {
        { 0, 1, 2, 3, 4 }, { 4, 3, 2, 1, 0 }, { 2, 4, 0, 3, 1 }, { 1, 0, 4, 2, 3 }
    };

    (void)state;
    for (size_t o = 0; o < COUNT(orders); o++) {
        make();
        for (int i = 0; i < MANY; i++)
            wires_put_in_order(&list, all[orders[o][i]]);
        expect_in_order(0, MANY);
        wires_free(&list);
        EXPECT(!list.first);
    }
}

static void whoever_is_taken_out(void **state)
{
    (void)state;
    make();
    for (int i = 0; i < MANY; i++)
        wires_put_last(&list, all[i]);
    expect_in_order(0, MANY);
    wires_take_out(&list, all[2]);
    wires_put_in_order(&list, all[2]);
    expect_in_order(0, MANY);
    wires_take_out(&list, all[0]);
    expect_in_order(1, MANY - 1);
    wires_put_in_order(&list, all[0]);
    wires_take_out(&list, all[MANY - 1]);
    expect_in_order(0, MANY - 1);
    wires_put_last(&list, all[MANY - 1]);
    wires_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_order_in_which_they_come),
        cmocka_unit_test(whoever_is_taken_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

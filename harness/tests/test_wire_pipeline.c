/* Does each of several requests on one connection get an answer, or an end, of its own? */
#include "wire_rig.h"

static void what_is_behind_a_half_sent_one_cannot_leave(void **state)
{
    struct sample s;

    (void)state;
    given(3, MANY);
    begin(1);
    begin(2);
    begin(3);
    let_in();
    say(TOO_LONG);
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_BAD_STATUS, PHASE_DONE, 0).bytes == strlen(TOO_LONG));
    taken(OUTCOME_UNSENT, PHASE_SEND, 0);
    s = taken(OUTCOME_UNSENT, PHASE_SEND, 0);
    EXPECT(s.id == 3 && s.bytes == 0);
}

static void who_is_given_up_is_still_answered(void **state)
{
    (void)state;
    given(3, 0);
    begin(1);
    begin(2);
    let_in();
    EXPECT(wire_has_room(t.wire) && wire_eldest(t.wire)->id == 1);
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).id == 1);
    EXPECT(!wire_has_room(t.wire) && wire_eldest(t.wire)->id == 2);
    say(OK HALF);
    go_on();
    say("whole");
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_OK, PHASE_DONE, 0).id == 2);
    expect_no_more();
    wire_rest(t.wire);
    EXPECT(t.wire->fd >= 0);
}

static void who_is_given_up_ends_but_once(void **state)
{
    (void)state;
    given(3, 0);
    begin(1);
    begin(2);
    begin(3);
    let_in();
    wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT);
    wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT);
    shutdown(t.peer, SHUT_WR);
    go_on_until_one_ends();
    EXPECT(taken(OUTCOME_EMPTY, PHASE_WAIT, 0).id == 3);
    expect_no_more();
    EXPECT(t.wire->n == 0);
}

static void none_is_kept_that_somebody_was_given_up_on(void **state)
{
    (void)state;
    given(2, 0);
    begin(1);
    begin(2);
    let_in();
    say(HALF);
    go_on();
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).status == 200);
    EXPECT(wire_give_up(t.wire, &t.plan, OUTCOME_TIMEOUT).status == 0);
    EXPECT(t.wire->n == 0);
    wire_rest(t.wire);
    EXPECT(t.wire->fd < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_behind_a_half_sent_one_cannot_leave),
        TEST(who_is_given_up_is_still_answered),
        TEST(who_is_given_up_ends_but_once),
        TEST(none_is_kept_that_somebody_was_given_up_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

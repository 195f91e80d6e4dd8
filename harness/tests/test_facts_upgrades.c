/* Does it follow which upgrades struck, and who took over? */
#include "found_facts.h"

static void a_takeover_is_the_first_request_a_new_process_answers(void **state)
{
    const struct facts *f = find(HISTORY(FORK_EXEC));

    (void)state;
    EXPECT(f->n_upgrades == 1 && f->upgrades_planned == 1);
    EXPECT(f->upgrades[0].begun == MS(3000) && f->upgrades[0].ended == MS(8000));
    EXPECT(f->upgrades[0].generation == 2);
    EXPECT(f->upgrades[0].takeover == MS(3051));
    EXPECT(f->processes[f->upgrades[0].new_process].pid == 200);
}

static void what_the_next_upgrade_took_over_is_not_this_ones(void **state)
{
    const struct facts *f =
        find(HISTORY(born(.pid = 7), step(.at = 10), ok(.at = 20, .pid = 7), step(.at = 30),
                     born(.at = 30, .pid = 8), ok(.at = 40, .pid = 8)));

    (void)state;
    EXPECT(f->upgrades[0].takeover == -1 && f->upgrades[0].new_process == NOBODY);
    EXPECT(f->upgrades[1].takeover == MS(40));
    EXPECT(f->processes[1].generation == 3); /* born at the very instant: after it */
    EXPECT(facts_upgrades_by(f, MS(29)) == 1 && facts_upgrades_by(f, MS(9)) == 0);
}

static void a_deploy_belongs_to_the_trigger_that_follows(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    plan_role(2, UPGRADE_CONTINUES);
    plan_role(3, UPGRADE_NONE);
    f = find(HISTORY(step(.at = 10, .index = 0), step(.at = 20, .index = 1),
                     event(EVENT_STEP_BEGAN, .at = 30, .index = 2),
                     event(EVENT_STEP_ENDED, .at = 35, .index = 2), step(.at = 40, .index = 3),
                     load_ended(.at = 90)));
    EXPECT(f->upgrades_planned == 1 && f->n_upgrades == 1);
    EXPECT(f->upgrades[0].begun == MS(20) && f->upgrades[0].step == 1);
    EXPECT(f->upgrades[0].settled == MS(35) && f->upgrades[0].ended == MS(90));
}

static void a_deploy_without_a_trigger_is_an_upgrade(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(1, UPGRADE_DEPLOYS);
    given_steps[1].repeat = 2;
    f = find(HISTORY(step(.at = 10, .index = 0), step(.at = 20, .index = 1),
                     step(.at = 30, .index = 1), load_ended(.at = 90)));
    EXPECT(f->upgrades_planned == 3 && f->n_upgrades == 3);
    EXPECT(f->upgrades[1].begun == MS(20) && f->upgrades[1].ended == MS(30));
    EXPECT(f->upgrades[2].generation == 4 && f->upgrades[2].ended == MS(90));
}

/* How many upgrades a plan of two steps has. */
static size_t planned(enum upgrade_role first, enum upgrade_role second)
{
    size_t n;

    plan_role(0, first);
    plan_role(1, second);
    n = find(HISTORY(watched))->upgrades_planned;
    forget(NULL);
    return n;
}

static void upgrades_are_counted_in_the_plan(void **state)
{
    (void)state;
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_BEGINS) == 1);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_FAILS) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_CONTINUES, UPGRADE_CONTINUES) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_DEPLOYS) == 2);
    EXPECT(planned(UPGRADE_DEPLOYS, UPGRADE_NONE) == 1);
    EXPECT(planned(UPGRADE_BEGINS, UPGRADE_FAILS) == 2);
}

static void a_deploy_whose_trigger_did_not_come_is_no_upgrade(void **state)
{
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    EXPECT(find(HISTORY(step(.at = 10), load_ended(.at = 90)))->n_upgrades == 0);
    forget(state);
    plan_role(1, UPGRADE_NONE);
    EXPECT(find(HISTORY(step(.at = 10), load_ended(.at = 90)))->n_upgrades == 1);
}

static void a_deploy_may_come_before_a_repeat_of_an_earlier_trigger(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(1, UPGRADE_DEPLOYS);
    given_steps[0].repeat = 2;
    f = find(
        HISTORY(step(.at = 10), step(.at = 20, .index = 1), step(.at = 30), load_ended(.at = 90)));
    EXPECT(f->n_upgrades == 2 && f->upgrades[1].begun == MS(30));
}

static void an_upgrade_settles_when_its_step_has_ended(void **state)
{
    const struct facts *f = find(HISTORY(event(EVENT_STEP_BEGAN, .at = 10), born(.at = 15),
                                         event(EVENT_STEP_ENDED, .at = 20, .index = 1),
                                         event(EVENT_STEP_ENDED, .at = 30)));

    EXPECT(f->upgrades[0].begun == MS(10) && f->upgrades[0].settled == MS(30));
    forget(state);
    f = find(HISTORY(event(EVENT_STEP_BEGAN, .at = 10), step(.at = 20)));
    EXPECT(f->upgrades[0].settled == MS(10)); /* nobody saw it end */
}

static void a_step_that_goes_on_with_nothing_begins(void **state)
{
    const struct facts *f;

    (void)state;
    plan_role(0, UPGRADE_CONTINUES);
    f = find(HISTORY(step(.at = 10), step(.at = 20), step(.at = 30, .index = 77)));
    EXPECT(f->upgrades_planned == 1 && f->n_upgrades == 1 && f->upgrades[0].settled == MS(20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_takeover_is_the_first_request_a_new_process_answers),
        FACT(what_the_next_upgrade_took_over_is_not_this_ones),
        FACT(a_deploy_belongs_to_the_trigger_that_follows),
        FACT(a_deploy_without_a_trigger_is_an_upgrade),
        FACT(upgrades_are_counted_in_the_plan),
        FACT(a_deploy_whose_trigger_did_not_come_is_no_upgrade),
        FACT(a_deploy_may_come_before_a_repeat_of_an_earlier_trigger),
        FACT(an_upgrade_settles_when_its_step_has_ended),
        FACT(a_step_that_goes_on_with_nothing_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

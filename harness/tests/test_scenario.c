/* Does the plan tell which of its steps begin an upgrade? */
#include "hand_made.h"

static bool begins(size_t step, unsigned round)
{
    return scenario_begins_upgrade(given(), step, round);
}

static void whoever_triggers_begins_each_time(void **state)
{
    (void)state;
    plan_role(0, UPGRADE_BEGINS);
    plan_role(1, UPGRADE_FAILS);
    plan_role(2, UPGRADE_NONE);
    given_steps[0].repeat = 3;
    EXPECT(begins(0, 0) && begins(0, 2) && begins(1, 0) && !begins(2, 0));
    EXPECT(scenario_upgrades(given()) == 4);
}

static void whoever_goes_on_begins_when_nothing_has(void **state)
{
    (void)state;
    plan_role(0, UPGRADE_CONTINUES);
    plan_role(1, UPGRADE_CONTINUES);
    given_steps[0].repeat = 2;
    EXPECT(begins(0, 0) && !begins(0, 1) && !begins(1, 0));
    plan_role(0, UPGRADE_DEPLOYS);
    EXPECT(!begins(0, 0) && begins(1, 0));
}

static void whoever_deploys_begins_when_nobody_else_will(void **state)
{
    (void)state;
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    plan_role(2, UPGRADE_DEPLOYS);
    given_steps[2].repeat = 2;
    EXPECT(!begins(0, 0) && begins(2, 0) && begins(2, 1));
    EXPECT(scenario_upgrades(given()) == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_triggers_begins_each_time),
        TEST(whoever_goes_on_begins_when_nothing_has),
        TEST(whoever_deploys_begins_when_nobody_else_will),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

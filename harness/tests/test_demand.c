/* How many connections and ports does a plan take? */
#include "core/demand.h"
#include "hand_made.h"

static void what_is_open_at_once(void **state)
{
    (void)state;
    given_lanes[0].work = MS(500); /* 100 a second, for 0.5 s and limits.latency: 1 s */
    given_lanes[1].pool = 16;      /* and 100 more, for 1 s */
    EXPECT(demand_connections(given()) == 150 + 100 + 16);
    given_lanes[0].count = 20;
    EXPECT(demand_connections(given()) == 20 + 100 + 16);
}

static void a_port_stays_taken_after_a_connection_of_its_own(void **state)
{
    (void)state;
    given_lanes[1].pool = 16;
    EXPECT(demand_ports(given(), MS(0)) == demand_connections(given()));
    EXPECT(demand_ports(given(), MS(2000)) == 300 + 100 + 16);
}

static void a_burst_is_over_sooner_than_its_answers_come(void **state)
{
    (void)state;
    given_lanes[0].at_upgrade.rate = 1100;
    given_lanes[0].at_upgrade.before = given_lanes[0].at_upgrade.after = MS(100);
    EXPECT(demand_connections(given()) == 100 + 1000 * 0.2 + 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_open_at_once),
        TEST(a_port_stays_taken_after_a_connection_of_its_own),
        TEST(a_burst_is_over_sooner_than_its_answers_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

"""Is a healthy strategy ever accused?  Fifty upgrades of each, twice, under a thousand
new connections a second and a pool that is used again."""

import pytest

from healthy import HEALTHY, length, must_accuse_nobody, upgrades

UPGRADES, FIRST, PAUSE = 50, 1.0, 0.5
LANES = [{"name": "new", "connection": "new", "rate": 1000, "path": "/?sleep=0"},
         {"name": "reused", "connection": "reused", "rate": 300, "path": "/?sleep=0", "pool": 16},
         {"name": "slow", "connection": "new", "rate": 10, "path": "/?sleep=0.2"}]


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.parametrize("strategy", HEALTHY)
def test_a_healthy_strategy_is_not_accused(bench, strategy, time):
    plan = HEALTHY[strategy]
    period = PAUSE + length(plan)
    plan = {**plan, "name": "s", "lanes": LANES,
            "steps": upgrades(plan, [FIRST + i * period for i in range(UPGRADES)]),
            "for": FIRST + UPGRADES * period + 1,
            "limits": {"lost": plan["limits"]["lost"], "overlap": "200ms", "drain": "5s"}}
    run = bench.run_scenario(plan, "--quiet", within=plan["for"] + 60)
    report = bench.report("s")
    print(f"{strategy}: {run.out.strip()}")
    must_accuse_nobody(run, report)
    assert report["summary"]["upgrades"] == UPGRADES

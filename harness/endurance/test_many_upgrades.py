"""Is a healthy strategy ever accused?  Fifty upgrades of each, twice, under a thousand
new connections a second and a pool that is used again."""

import pytest

from healthy import HEALTHY, length, must_accuse_nobody, pause, upgrades

UPGRADES, FIRST, PAUSE = 50, 1.0, 0.5
ROOM = ["--backlog", "4096"]    # for those who wait while nobody accepts
LANES = [{"name": "new", "connection": "new", "rate": 1000, "path": "/?sleep=0"},
         {"name": "reused", "connection": "reused", "rate": 300, "path": "/?sleep=0", "pool": 16},
         {"name": "slow", "connection": "new", "rate": 10, "path": "/?sleep=0.2"}]


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.parametrize("strategy", HEALTHY)
def test_a_healthy_strategy_is_not_accused(bench, strategy, time):
    plan = HEALTHY[strategy]
    period = PAUSE + length(plan) + pause(plan)
    server = {**plan["server"], "command": plan["server"]["command"] + ROOM}
    plan = {**plan, "name": "s", "lanes": LANES, "server": server,
            "steps": upgrades(plan, [FIRST + i * period for i in range(UPGRADES)]),
            "for": FIRST + UPGRADES * period + 1,
            "limits": {"overlap": max(0.2, pause(plan) / 2), **plan["limits"]}}
    run = bench.run_scenario(plan, "--quiet", within=plan["for"] + 60)
    report = bench.report("s")
    print(f"{strategy}: {run.out.strip()}")
    must_accuse_nobody(run, report)
    assert report["summary"]["upgrades"] == UPGRADES

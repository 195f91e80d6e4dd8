"""Does the last version win, however soon the second upgrade follows the first?"""

import pytest

from healthy import HEALTHY, must_accuse_nobody, upgrades
from variants import APP, of_a_file_of_its_own

FIRST = 0.5
DELAYS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500]
LANES = [{"name": "new", "connection": "new", "rate": 300, "path": "/?sleep=0"},
         {"name": "reused", "connection": "reused", "rate": 200, "path": "/?sleep=0"},
         {"name": "slow", "connection": "new", "rate": 20, "path": "/?sleep=0.1"}]
DEPLOY = {"replace": {"file": APP, "with": "${bin}/reload_server"}}


def deployed(steps):
    first, *rest = steps
    when = {k: first[k] for k in ("at", "after") if k in first}
    return [{**DEPLOY, **when},
            {**{k: v for k, v in first.items() if k not in when}, "after": 0}, *rest]


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("strategy", [name for name, plan in HEALTHY.items()
                                      if len(plan["steps"]) == 1])
def test_the_last_version_wins(bench, strategy, delay):
    plan = HEALTHY[strategy]
    once, again = upgrades(plan, [FIRST]), upgrades(plan, [FIRST])
    del again[0]["at"]
    again[0]["after"] = f"{delay}ms"
    plan = {**plan, "name": "s", "lanes": LANES, "for": 2.5,
            "server": {**plan["server"], "command": of_a_file_of_its_own(plan["server"]["command"])},
            "steps": [*deployed(once), *deployed(again)],
            "limits": {"overlap": "400ms", **plan["limits"]}}
    must_accuse_nobody(bench.run_scenario(plan), bench.report("s"))

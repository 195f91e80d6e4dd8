"""Of a hundred thousand answers on new and kept connections, across many reloads: does the kernel
ever name a process that did not give it?"""

import shutil

import pytest

from ledgers_of_pids import STRATEGIES, load, must_agree, nginx, reference

MANY = 100_000
NEW, REUSED, SECONDS = 300, 3000, 33
PLAN = {"lanes": [{**lane, "timeout": "2s"} for lane in load(NEW, REUSED)], "duration": f"{SECONDS}s",
        "steps": [{"at": "1s", "signal": "HUP", "repeat": 10, "every": "3s"}],
        "limits": {"lost": {"reused": 8}, "gap": "5s", "latency": "2s", "overlap": "5s", "late": "1s"}}


def must_agree_on_many(bench, plan, ledger):
    bench.run_scenario(plan)
    answers, processes = must_agree(bench, ledger)
    kernel = bench.report("s")["summary"]["attribution"]
    print(f"\n{answers} answers by {processes} processes, 0 wrong: {kernel}")
    assert answers >= MANY


@pytest.mark.parametrize("strategy", ["fork-exec", "prefork", "reuseport"])
def test_the_reference_server(bench, strategy):
    must_agree_on_many(bench, *reference(bench, STRATEGIES[strategy], **PLAN))


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx: apt-get install nginx-light")
def test_nginx(bench):
    must_agree_on_many(bench, *nginx(bench, **PLAN))

"""Is the process that the kernel names for an answer the one that gave it?  What it told must never
be wrong, and must be told of nearly all."""

import shutil

import pytest

from ledgers_of_pids import (HUPS, MOST, NEARLY_ALL, STRATEGIES, load, must_agree, nginx,
                             reference)
from running import PASS
from small_runs import run_in_time


@pytest.mark.parametrize("client", ["wire", "curl"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_agrees_with_the_servers_own_ledger(bench, strategy, client):
    share = NEARLY_ALL if client == "wire" else MOST
    plan, ledger = reference(bench, STRATEGIES[strategy], steps=[HUPS], duration="3s",
                             lanes=[{**lane, "client": client} for lane in load(100, 100)],
                             limits={"attributed": share})
    run_in_time(bench, plan, PASS)
    must_agree(bench, ledger, share)


@pytest.mark.parametrize("strategy", ["fork-exec", "prefork"])
def test_of_a_unix_socket_each_answer_tells(bench, strategy):
    plan, ledger = reference(bench, [*STRATEGIES[strategy], "--unix", "${work}/s"],
                             steps=[HUPS], duration="3s", lanes=load(100, 100))
    plan["server"]["unix"] = "${work}/s"
    run_in_time(bench, plan, PASS)
    must_agree(bench, ledger)
    kernel = bench.report("s")["summary"]["attribution"]["kernel"]
    assert kernel["seen"] == sum(kernel.values())


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx: apt-get install nginx-light")
def test_it_agrees_with_nginx(bench):
    plan, ledger = nginx(bench, steps=[HUPS], duration="3s", lanes=load(200, 200))
    plan["limits"]["lost"] = {"reused": 3}
    bench.run_scenario(plan)
    must_agree(bench, ledger)

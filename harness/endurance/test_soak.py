"""Does the five-hundredth upgrade cost as much as the first?  In CPU time, in memory,
and when it is judged."""

import os
import pathlib
import resource

from healthy import must_accuse_nobody
from running import scenario
from waiting import wait_for

FEW, MANY, EVERY = 100, 500, 0.05
LANES = [{"name": "new", "rate": 300, "path": "/?sleep=0"},
         {"name": "reused", "connection": "reused", "rate": 300, "path": "/?sleep=0", "pool": 16},
         {"name": "slow", "rate": 20, "path": "/?sleep=0.1"}]
MORE = 1.5              # times the cost of an upgrade of a short run
BYTES_FOR_A_RECORD = 600  # at its peak: with the sorted copy, the facts and the report of them all


class Cost:
    """Of one hupproof: CPU seconds, to run and to judge again, and bytes of memory at most."""

    def __init__(self, bench, upgrades):
        plan = scenario(lanes=LANES, duration=1 + upgrades * EVERY,
                        steps=[{"at": 0.5, "signal": "HUP", "repeat": upgrades, "every": EVERY}],
                        limits={"overlap": "500ms"})
        self.run = bench.start_scenario(plan, "--quiet")
        wait_for(lambda: os.waitid(os.P_PID, self.run.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT),
                 "the end of the run", within=120)
        self.cpu = own_cpu(self.run.pid)
        _, status, usage = os.wait4(self.run.pid, 0)
        self.run.process.returncode = os.waitstatus_to_exitcode(status)
        self.memory = usage.ru_maxrss * 1024
        self.report, self.records = bench.report("s"), len(bench.history("s"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        bench.run("check", bench.path("s", "history.ndjson"), "--json")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.judging = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def own_cpu(pid):
    """Seconds, without those of the children that it reaped."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_the_cost_is_linear_and_memory_flat_but_for_records(bench, record_property):
    few, many = Cost(bench, FEW), Cost(bench, MANY)
    figures = {
        "CPU of an upgrade, of many to few": many.cpu / MANY / (few.cpu / FEW),
        "judging a record, of many to few":
            many.judging / many.records / (few.judging / few.records),
        "memory for a record, bytes": (many.memory - few.memory) / (many.records - few.records),
    }
    for name, value in figures.items():
        record_property(name, value)
        print(f"{name}: {value:.2f}")
    must_accuse_nobody(many.run, many.report)
    assert many.report["summary"]["upgrades"] == MANY
    assert figures["CPU of an upgrade, of many to few"] < MORE
    assert figures["judging a record, of many to few"] < MORE
    assert figures["memory for a record, bytes"] < BYTES_FOR_A_RECORD

"""Does the five-hundredth upgrade cost as much as the first?  In CPU time, in memory,
and when it is judged."""

import os
import pathlib
import resource
import time

from healthy import must_accuse_nobody
from running import scenario

FEW, MANY, EVERY = 100, 500, 0.05
LANES = [{"name": "new", "rate": 300, "path": "/?sleep=0"},
         {"name": "reused", "connection": "reused", "rate": 300, "path": "/?sleep=0", "pool": 16},
         {"name": "slow", "rate": 20, "path": "/?sleep=0.1"}]
MORE = 1.5              # times the cost of an upgrade of a short run
BYTES_FOR_A_RECORD = 250  # 64 and its share of what processes, events and growing by halves take


class Cost:
    """Of one hupproof: CPU seconds, and memory of its own once it is under way and at most."""

    def __init__(self, bench, upgrades):
        plan = scenario(lanes=LANES, duration=1 + upgrades * EVERY,
                        steps=[{"at": 0.5, "signal": "HUP", "repeat": upgrades, "every": EVERY}],
                        limits={"overlap": "500ms"})
        self.run = bench.start_scenario(plan, "--quiet")
        memory = []
        while not os.waitid(os.P_PID, self.run.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            memory.append(memory_of(self.run.pid))
            time.sleep(0.1)
        self.cpu = own_cpu(self.run.pid)
        self.run.wait()
        self.early, self.late = memory[len(memory) // 10], max(memory)
        self.report, self.records = bench.report("s"), len(bench.history("s"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        bench.run("check", bench.path("s", "history.ndjson"), "--json")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.judging = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def own_cpu(pid):
    """Seconds, without those of the children that it reaped."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid):
    """Bytes; 0 when it has just gone."""
    try:
        _, resident, shared = pathlib.Path(f"/proc/{pid}/statm").read_text().split()[:3]
    except ProcessLookupError:
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGESIZE")


def test_the_cost_is_linear_and_memory_flat_but_for_records(bench, record_property):
    few, many = Cost(bench, FEW), Cost(bench, MANY)
    figures = {
        "CPU of an upgrade, of many to few": many.cpu / MANY / (few.cpu / FEW),
        "judging a record, of many to few":
            many.judging / many.records / (few.judging / few.records),
        "memory for a record, bytes": (many.late - many.early) / many.records,
    }
    for name, value in figures.items():
        record_property(name, value)
        print(f"{name}: {value:.2f}")
    must_accuse_nobody(many.run, many.report)
    assert many.report["summary"]["upgrades"] == MANY
    assert figures["CPU of an upgrade, of many to few"] < MORE
    assert figures["judging a record, of many to few"] < MORE
    assert figures["memory for a record, bytes"] < BYTES_FOR_A_RECORD

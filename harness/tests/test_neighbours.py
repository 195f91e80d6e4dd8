"""Is what a run did not start left alone?  Attached servers, other runs, ports of clients."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

from privileges import in_a_net_of_its_own
from running import (everybody, is_keeper, lives, name_of, scenario, works_in, BIN, COULD_NOT_RUN,
                     PASS)
from small_runs import from_file, lanes, marked, small, wait_for_load, wait_gone
from waiting import DEADLINE, wait_for


@pytest.fixture
def running(bench):
    """A reference server that a test started, and its heirs; stopped by the test."""
    processes = []

    def start(*args):
        process = subprocess.Popen([str(BIN / "reload_server"), "--port", "0", "--pidfile",
                                    str(bench.directory / "pid"), *args], cwd=bench.directory,
                                   stdout=subprocess.PIPE,
                                   stderr=open(bench.directory / "log", "ab"), text=True)
        processes.append(process)
        return process, int(process.stdout.readline().split()[1])

    yield start
    pidfile = bench.directory / "pid"
    last = int(pidfile.read_text()) if pidfile.exists() else 0
    if name_of(last):
        os.kill(last, signal.SIGTERM)
        wait_for(lambda: name_of(last) is None, "the heir's end")
    for process in processes:
        process.terminate()
        process.wait(DEADLINE)


def attach(plan, port, **to):
    plan["server"].pop("command")
    plan["server"]["attach"] = to
    plan["server"]["url"] = f"http://127.0.0.1:{port}"
    return plan


@pytest.mark.parametrize("by", ["pid", "pidfile"])
def test_an_attached_server_is_left_running(bench, running, by):
    server, port = running()
    to = {"pid": server.pid} if by == "pid" else {"pidfile": str(bench.directory / "pid")}
    run = bench.run_scenario(attach(scenario(), port, **to))
    run.must(PASS)
    heir = from_file(bench, "pid")
    assert heir[0] != server.pid and lives(heir)
    assert "SIGTERM" not in (bench.directory / "log").read_text()
    assert bench.events("s", "stop_began") == []
    report = bench.report("s")
    old, new = [p for p in report["processes"] if p["requests"]]
    assert (old["generation"], new["generation"]) == (1, 2)
    assert new["exit"] is None and new["exited_ms"] is None


def test_an_attached_server_is_polled_where_only_perf_events_are_to_be_had(bench, running):
    """It inherits none of them; so it is seen, and the report says how."""
    server, port = running()
    bench.run_scenario(attach(scenario(), port, pid=server.pid), "--watch", "perf").must(PASS)
    assert bench.events("s", "watch")[0]["text"] == "polling"
    assert len([p for p in bench.report("s")["processes"] if p["requests"]]) == 2


def test_an_attached_server_survives_even_our_death(bench, running):
    server, port = running()
    plan = attach(scenario(duration="60s", steps=[marked(bench)]), port, pid=server.pid)
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGKILL)
    run.wait()
    wait_for(lambda: not [p for p, _ in everybody() if is_keeper(p) and works_in(p, bench.directory)],
             "the keeper's end")
    assert server.poll() is None


def test_who_only_looked_on_is_untouched(bench):
    """A process beside the run, in its directory, with its parent's environment."""
    with subprocess.Popen(["sleep", "600"], cwd=bench.directory, env=bench.env) as other:
        try:
            run = bench.start_scenario(scenario(server=small("daemon"), lanes=lanes(),
                                                duration="60s", steps=[marked(bench)]))
            wait_for_load(bench)
            process = from_file(bench, "pid")
            run.signal(signal.SIGKILL)
            run.wait()
            wait_gone([process])
            assert other.poll() is None
        finally:
            other.kill()


def test_two_runs_at_a_time_do_not_disturb_each_other(bench):
    files = [bench.write(scenario(name=name)) for name in ("one", "two", "three")]
    runs = [bench.start("run", f, "--out", "out") for f in files]
    for run in runs:
        run.wait()
    ports = set()
    for name, run in zip(("one", "two", "three"), runs):
        run.must(PASS)
        command = bench.history(name)[0]["scenario"]["server"]["command"]
        ports.add(command[command.index("--port") + 1])
        pids = {s["pid"] for s in bench.samples(name)}
        assert {p["pid"] for p in bench.report(name)["processes"] if p["requests"]} == pids
        assert len(pids) == 2
    assert len(ports) == 3


def port_of(run):
    return int(re.search(r"^port ([0-9]+)$", run.err, re.M).group(1))


def says_its_port():
    return scenario(server={"command": ["/bin/sh", "-c", "echo port ${port}; exit 1"]})


def test_a_picked_port_is_never_one_that_clients_use(bench):
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    plan = bench.write(says_its_port())
    for _ in range(20):
        run = bench.run("run", plan)
        run.must(COULD_NOT_RUN)
        assert not low <= port_of(run) <= high


def test_nor_is_it_where_clients_use_other_ports(bench):
    plan = bench.write(says_its_port())
    for _ in range(5):
        run = in_a_net_of_its_own(
            bench, "echo 10100 60999 >/proc/sys/net/ipv4/ip_local_port_range", "run", plan)
        port = int(re.search(r"^port ([0-9]+)$", run.stderr, re.M).group(1))
        assert not 10100 <= port <= 60999

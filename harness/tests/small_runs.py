"""What do the tests of processes run?  A small server with habits, a little load, and
a file that tells when the load is there."""

import pathlib

import pytest

from running import lives, name_of, scenario, PASS, UNKNOWN
from waiting import wait_for

HERE = pathlib.Path(__file__).resolve().parent


def small(*habits):
    return {"command": ["/usr/bin/python3", str(HERE / "small_server.py"), "${port}", *habits],
            "ready": {"http": "/", "within": "20s"}}


def lanes(slow=False):
    few = [{"name": "new", "rate": 30, "path": "/?sleep=0"},
           {"name": "reused", "connection": "reused", "rate": 30, "path": "/?sleep=0", "pool": 4}]
    return few + ([{"name": "slow", "rate": 20, "path": "/?sleep=0.2"}] if slow else [])


def marked(bench):
    """A plan whose step tells us, by a file, that the load is under way."""
    return {"at": "200ms", "write": {"file": str(bench.directory / "came"), "text": "x"},
            "upgrade": "none"}


def wait_for_load(bench):
    wait_for(lambda: (bench.directory / "came").exists(), "the load")


def from_file(bench, name):
    """The process that a file names."""
    def read():
        try:
            return name_of(int((bench.directory / name).read_text()))
        except (FileNotFoundError, ValueError):
            return None

    return wait_for(read, f"a process in {name}")


def wait_gone(processes):
    assert processes
    wait_for(lambda: not any(map(lives, processes)), f"the end of {processes}", within=20)


def run_in_time(bench, plan, status):
    """A run that shows nothing, on a machine that had no time for it, is done once more, and
    if there is none again, then this is no place to tell.  A fail is never done again."""
    for _ in range(2):
        run = bench.run_scenario(plan)
        if run.status not in (PASS, UNKNOWN) or run.status == status or not had_no_time(bench):
            break
    else:
        pytest.skip("the machine had no time for it, twice")
    return run.must(status)


def had_no_time(bench):
    """Said by the run; or a process waited for a CPU for a fourth of the load."""
    report, waited = bench.report("s"), {}
    for e in bench.events("s", "starved"):
        waited[e["pid"]] = waited.get(e["pid"], 0) + e["value"] / 1e6
    return (any(f["check"] == "load_was_on_time" or "starved" in f["why"]
                for f in report["findings"] if f["verdict"] == "unknown")
            or max(waited.values(), default=0) >
            (report["load_ended_ms"] - report["load_began_ms"]) / 4)


def handing(habit, steps=(), duration="5s", **server):
    """A plan for handing_server.py.  Long against limits.overlap, so that even a machine
    that is starved for most of the time cannot be to blame."""
    ledger = [server["ledger"]] if "ledger" in server else []
    return scenario(server={"command": ["/usr/bin/python3", str(HERE / "handing_server.py"),
                                        "${port}", habit, *ledger],
                            "ready": {"http": "/", "within": "20s"}, **server},
                    lanes=[{"name": "new", "rate": 30, "path": "/"}],
                    steps=steps, duration=duration, limits={"overlap": "800ms"})


def findings(bench):
    return {f["check"]: f for f in bench.report("s")["findings"]}

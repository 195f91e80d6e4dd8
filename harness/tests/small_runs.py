"""What do the tests of processes run?  A small server with habits, a little load, and
a file that tells when the load is there."""

import pathlib

from running import lives, name_of, scenario
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


def handing(habit, steps=(), duration="4s", **server):
    """A plan for handing_server.py."""
    ledger = [server["ledger"]] if "ledger" in server else []
    return scenario(server={"command": ["/usr/bin/python3", str(HERE / "handing_server.py"),
                                        "${port}", habit, *ledger],
                            "ready": {"http": "/", "within": "20s"}, **server},
                    lanes=[{"name": "new", "rate": 30, "path": "/"}],
                    steps=steps, duration=duration, limits={"overlap": "1500ms"})


def findings(bench):
    return {f["check"]: f for f in bench.report("s")["findings"]}

"""Where do our connections come from, when one address has not enough ports?"""

import os
import pathlib
import resource

import pytest

from odd_server import OddServer, serve_well
from privileges import is_root
from running import PASS, UNKNOWN


def ports():
    low, high = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    return int(high) - int(low) + 1


class Sources(OddServer):
    """Notes who comes."""

    def __init__(self):
        self.came = set()
        super().__init__(self.note)

    def note(self, connection):
        self.came.add(connection.socket.getpeername()[0])
        serve_well(connection)


def run(bench, rate, work, **how):
    """Slow answers are only expected: none takes any time."""
    server = Sources()
    try:
        plan = {"name": "s", "server": {"attach": {"pid": os.getpid()}, "url": server.url,
                                        "ready": {"http": "/ready", "within": "20s"}, "who": "none"},
                "lanes": [{"name": "l", "rate": rate, "work": work, "timeout": "1000s"}],
                "for": "300ms", "steps": [], "limits": {"requests": 1, "late": "5s"}}
        done = bench.run_scenario(plan, **how)
        assert done.status in (PASS, UNKNOWN), done.err
        return done, server.came
    finally:
        server.close()


def test_a_load_that_takes_more_ports_than_there_are_comes_from_more_addresses(bench):
    rate = 200
    seconds = int(ports() / rate) + 1
    need = rate * (seconds + 2)
    files = need + 1000
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < files and not is_root:
        pytest.skip(f"may not have {files} descriptors")
    done, came = run(bench, rate, f"{seconds}s", preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (files, max(files, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))))
    assert came == {"127.0.0.1", "127.0.0.2"}
    assert "hupproof: s.json: this load may hold" in done.err.replace(str(bench.directory) + "/", "")
    assert "127.0.0.1 to 127.0.0.2" in done.err


def test_others_come_from_where_they_are(bench):
    done, came = run(bench, 100, "1s")
    assert came == {"127.0.0.1"}
    assert "ports" not in done.err

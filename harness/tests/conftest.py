"""What does every black-box test get?  A bench to run hupproof on, which is
clean afterwards: whatever a run left alive fails the test."""

import os
import subprocess

import pytest

from attaching import Theirs
from odd_server import OddServer
from privileges import becomes_nobody, is_root, must_have_perf_events, open_to_all
from running import BIN, Bench


@pytest.fixture
def bench(tmp_path):
    b = Bench(tmp_path)
    yield b
    b.close()


@pytest.fixture(params=["wire", "curl"])
def odd(bench, request):
    """Puts a load on a misbehaving server; gives the samples of one lane."""
    servers = []

    class Odd:
        server = None
        client = request.param

        def serve(self, behave, **how):
            self.server = OddServer(behave, **how)
            servers.append(self.server)
            return self.server

        def load(self, behave=None, duration="300ms", limits=None, who="none", server=None, **lane):
            attached = self.server or self.serve(behave)
            self.run = bench.run_scenario({
                "name": "odd",
                "server": {"attach": {"pid": os.getpid()}, "url": attached.url,
                           "ready": {"http": "/ready", "within": "20s"}, "who": who,
                           **(server or {})},
                "lanes": [{"name": "l", "rate": 40, "timeout": "10s", "path": "/load",
                           "client": request.param, **lane}],
                "for": duration, "steps": [], "limits": {"requests": 1, **(limits or {})},
            })
            assert self.run.status in (1, 2), self.run.err
            samples = bench.samples("odd")
            assert samples, self.run.err
            return samples

        def outcomes(self, samples):
            return {s["outcome"] for s in samples}

    yield Odd()
    for server in servers:
        server.close()


@pytest.fixture(params=["events", "perf", "polling", "nobody"])
def way(request, bench):
    """How processes are watched: options of run, and of starting it."""
    if request.param == "events":
        return [], {}
    if request.param == "perf":
        must_have_perf_events()
        return ["--watch", "perf"], {}
    if request.param == "polling":
        return ["--watch", "polling"], {}
    if not is_root:
        pytest.skip("runs as an ordinary user anyway")
    open_to_all(bench)
    if subprocess.run([str(BIN / "hupproof"), "--version"], preexec_fn=becomes_nobody,
                      stdout=subprocess.DEVNULL, check=False).returncode:
        pytest.skip(f"an ordinary user may not run {BIN}/hupproof")
    return [], {"preexec_fn": becomes_nobody}


@pytest.fixture(params=["events", "perf", "polling"])
def watching(request):
    """Where events are to come from: of a server that ran before perf has none to tell."""
    if request.param == "perf":
        must_have_perf_events()
    return ["--watch", request.param]


@pytest.fixture
def theirs(bench):
    """Servers that somebody else runs; the test ends them."""
    t = Theirs(bench)
    yield t
    t.tell()
    t.stop()


@pytest.fixture
def open_bench(bench):
    """One that an ordinary user may write in."""
    open_to_all(bench)
    return bench

"""Does a run begin only when it disturbs no other, and is it told who is in the way?"""

import os
import signal
import subprocess
import sys
import threading

import pytest

from foreign import REPORTS, Project
from pytest_hupproof.slots import Taken, slot

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


@pytest.fixture
def name(tmp_path):
    return f"test/{os.getpid()}/{tmp_path}"[-80:]


@pytest.fixture
def other(name):
    """Another process that holds the slot."""
    holds = ("import sys; from pytest_hupproof.slots import slot\n"
             "with slot(sys.argv[1], 1, 60): print('held', flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", holds, name], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, cwd=REPORTS) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_who_holds_it_is_told(other, name):
    with pytest.raises(Taken) as e, slot(name, 1, 0.1):
        pass
    assert str(e.value) == ("waited 0.1 s for other runs on this machine to end: "
                            f"pid {other.pid} in {REPORTS}")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_is_free_when_its_holder_is_gone(other, name, how):
    other.send_signal(how)
    with slot(name, 1, 60):
        pass


def test_who_waits_is_woken(name):
    got_it = threading.Event()

    def wait():
        with slot(name, 1, 60):
            got_it.set()

    waits = threading.Thread(target=wait)
    with slot(name, 1, 1):
        waits.start()
        assert not got_it.wait(0.2)
    assert got_it.wait(60)
    waits.join()


def test_there_are_as_many_as_were_said(name):
    with slot(name, 2, 1), slot(name, 2, 1):
        with pytest.raises(Taken) as e, slot(name, 2, 0.1):
            pass
        assert str(e.value).count(f"pid {os.getpid()}") == 2
        with slot(name + "'", 2, 1):
            pass


def test_a_run_that_waited_long_enough_is_an_error(project):
    project.scenario()
    project.pytester.makeini(f"[pytest]\nhupproof_lock = {os.getpid()}\nhupproof_wait = 100ms")
    with slot(os.getpid(), 1, 1):
        result = project.test()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*waited 0.1 s for other runs*: pid {os.getpid()} in *"])


# What a run does: alone, it is the only one; in company, it sees another.
ALONE = """
import fcntl, time
alone = open({!r}, "w")
fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
time.sleep(0.2)     # so long is the run
"""
IN_COMPANY = """
import time
place, until = pathlib.Path({!r}), time.monotonic() + 30
(place / plan["name"]).touch()
while len(list(place.iterdir())) < 2:
    assert time.monotonic() < until, "alone"
    time.sleep(0.01)
"""


@pytest.mark.parametrize("parallel, run", [(1, ALONE), (2, IN_COMPANY)], ids=["one", "two"])
def test_workers_of_xdist_run_one_at_a_time_or_as_many_as_were_said(project, parallel, run):
    pytest.importorskip("xdist")
    place = project.path / "place"
    if parallel > 1:
        place.mkdir()
    for i in range(2 * parallel):
        project.scenario(f"{i}.hup.json", name=f"{i}", play={"then": run.format(str(place))})
    project.test("-p", "xdist", "-n2", f"--hupproof-parallel={parallel}",
                 subprocess=True).assert_outcomes(passed=2 * parallel)

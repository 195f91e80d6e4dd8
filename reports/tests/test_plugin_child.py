"""Is nothing left behind, whoever ends a run and how?"""

import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from foreign import REAL, Project
from pytest_hupproof import child
from waiting import wait_for

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


def test_it_says_how_it_ended():
    ended = child.run(["sh", "-c", "echo out; echo err >&2; exit 3"], within=60)
    assert ended == (3, True, "out\n", "err\n")


def test_who_holds_its_output_is_not_waited_for():
    """A daemon, say, that was started by a step."""
    ended = child.run(["sh", "-c", "sleep 50 & echo $!"], within=30)
    os.kill(int(ended.stdout), signal.SIGKILL)
    assert ended.in_time


def test_who_does_not_hear_is_killed():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)   # which a child inherits
    try:
        ended = child.run(["sleep", "50"], within=0.05,
                          ways=((signal.SIGINT, 0.05), (signal.SIGKILL, 30)))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.status, ended.in_time) == (-signal.SIGKILL, False)


def test_impatience_goes_on_to_the_next_way():
    """^C, and ^C again while it ends."""
    sent = []

    class Process:
        poll = send_signal = None

        def wait(self, within):
            raise KeyboardInterrupt

    process = Process()
    process.poll = lambda: -9 if signal.SIGKILL in sent else None
    process.send_signal = sent.append
    child.end(process, child.WAYS_TO_END)
    assert sent == [signal.SIGINT, signal.SIGINT, signal.SIGKILL]


def lives(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Long:
    """A run of the real hupproof that would last for an hour, in a pytest of its own."""

    def __init__(self, project, *options):
        project.real()
        self.project = project
        plan = json.loads(json.dumps(REAL))
        plan["server"]["command"] += ["--pidfile", str(project.path / "pid")]
        begun = {"at": "10ms", "write": {"file": str(project.path / "begun"), "text": "load"}}
        project.scenario(**{**plan, "for": "1h", "steps": [begun]})
        self.pytest = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "pytest_hupproof", *options],
            cwd=project.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            # Whoever starts the tests with & has it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def server(self):
        """Its pid, once load is under way: then there is something to judge."""
        wait_for((self.project.path / "begun").exists, "the load")
        return int((self.project.path / "pid").read_text())

    def must_end(self, server):
        wait_for(lambda: not lives(server), "the server's end")
        wait_for(self.project.runs, "the report of what was seen")

    def close(self):
        """Of a test that failed, too, nothing is left: hupproof ends, and its server."""
        self.pytest.kill()
        self.pytest.communicate()
        for command in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if f"\0run\0{self.project.path}/".encode() in command.read_bytes():
                    os.kill(int(command.parent.name), signal.SIGINT)
            except (FileNotFoundError, ProcessLookupError):
                pass


@pytest.fixture
def long(project):
    runs = []
    yield lambda *options: runs.append(Long(project, *options)) or runs[-1]
    for run in runs:
        run.close()


def test_an_interrupted_run_is_judged_and_stops_its_server(project, long):
    run = long()
    server = run.server()
    run.pytest.send_signal(signal.SIGINT)
    said, _ = run.pytest.communicate(timeout=60)
    assert run.pytest.returncode == pytest.ExitCode.INTERRUPTED, said
    assert not lives(server) and project.runs()


def test_a_run_whose_pytest_is_killed_stops_its_server(long):
    run = long()
    server = run.server()
    run.pytest.kill()
    run.pytest.wait(60)
    run.must_end(server)


def test_a_run_that_takes_too_long_is_an_error_and_stops_its_server(project, long):
    run = long("--hupproof-timeout=1s")
    said, _ = run.pytest.communicate(timeout=60)
    for left in project.runs():
        assert not any(lives(process["pid"]) for process in project.report(left)["processes"])
    assert "one.hup.json: not done after 1 s, so it was stopped" in said and "1 error in" in said


def test_a_marker_says_how_long_a_run_may_take(project):
    project.pytester.makepyfile("""
        import pytest

        @pytest.mark.hupproof(timeout="100ms")
        def test_it(hupproof):
            hupproof.scenario({"play": {"then": "import signal; signal.pause()"}})
        """)
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*scenario.json: not done after 0.1 s, so it was stopped"])

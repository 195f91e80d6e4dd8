"""How does a test run hupproof, and how does it know what lives?  Every wait has
a deadline; only processes that a test started are ever killed, by their pid."""

import copy
import json
import os
import pathlib
import signal
import subprocess
import time

from waiting import DEADLINE

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("HUPPROOF_BIN", ROOT / "build" / "bin")).resolve()
PROGRAM = BIN / "hupproof"

PASS, FAIL, UNKNOWN, COULD_NOT_RUN, BAD_INPUT = range(5)


def stat_of(pid):
    """(state, parent, start) of a process, or None: (pid, start) names one for ever."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rsplit(")", 1)[1].split()
    return fields[0], int(fields[1]), int(fields[19])


def name_of(pid):
    """What names this very process; None when it does not live."""
    stat = stat_of(pid)
    return (pid, stat[2]) if stat and stat[0] not in "ZX" else None


def lives(process):
    return name_of(process[0]) == process


class Run:
    """One hupproof, under way or over."""

    def __init__(self, work, number, argv, env, **how):
        self.out_file, self.err_file = work / f"out.{number}", work / f"err.{number}"
        with open(self.out_file, "wb") as out, open(self.err_file, "wb") as err:
            how.setdefault("stdout", out)
            how.setdefault("stderr", err)
            self.process = subprocess.Popen([str(PROGRAM), *map(str, argv)], cwd=work, env=env,
                                            stdin=subprocess.DEVNULL, **how)
        self.pid = self.process.pid

    @property
    def out(self):
        return self.out_file.read_text()

    @property
    def said(self):
        """What it wrote, over the ends of lines."""
        return " ".join(self.out.split())

    @property
    def err(self):
        return self.err_file.read_text()

    @property
    def status(self):
        return self.process.returncode

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, within=DEADLINE):
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"not over after {within} s\n{self.out}\n{self.err}") from None
        assert self.status is not None
        return self

    def must(self, status):
        assert self.status == status, f"exit {self.status}, not {status}\n{self.out}\n{self.err}"
        return self


class Bench:
    """A directory in which scenarios are written and run; `tmp` takes work directories."""

    def __init__(self, directory):
        self.directory, self.tmp = directory, directory / "tmp"
        self.tmp.mkdir()
        self.env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "HUPPROOF_RUN")}
        self.env["TMPDIR"] = str(self.tmp)
        self.runs = []

    def start(self, *argv, env=None, **how):
        run = Run(self.directory, len(self.runs), argv, {**self.env, **(env or {})}, **how)
        self.runs.append(run)
        return run

    def run(self, *argv, within=DEADLINE, **how):
        return self.start(*argv, **how).wait(within)

    def write(self, scenario, name=None):
        path = self.directory / f"{name or scenario['name']}.json"
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario, indent=2))
        return path

    def run_scenario(self, scenario, *argv, **how):
        return self.run("run", self.write(scenario), "--out", "out", *argv, **how)

    def start_scenario(self, scenario, *argv, **how):
        return self.start("run", self.write(scenario), "--out", "out", *argv, **how)

    def path(self, name, file):
        return self.directory / "out" / name / file

    def report(self, name):
        return json.loads(self.path(name, "report.json").read_text())

    def history(self, name):
        return [json.loads(line) for line in self.path(name, "history.ndjson").read_text().splitlines()]

    def samples(self, name, lane=None):
        return [line for line in self.history(name)
                if "request" in line and lane in (None, line["lane"])]

    def events(self, name, kind):
        return [line for line in self.history(name) if line.get("event") == kind]

    def server_log(self, name):
        path = self.path(name, "server.log")
        return path.read_text() if path.exists() else ""

    def kept(self):
        """The work directories that are still there."""
        return sorted(self.tmp.glob("hupproof-*"))

    def close(self):
        for run in self.runs:
            if run.process.poll() is None:
                run.process.kill()
                run.process.wait()
        left = wait_none(self.directory)
        for process in left:
            os.kill(process[0], signal.SIGKILL)
        assert not left, f"left behind: {left}"


def wait_none(directory, within=10.0):
    """Waits until nothing that was started in a directory lives; what still does."""
    end = time.monotonic() + within
    while True:
        left = [p for p in everybody() if p[0] != os.getpid() and works_in(p[0], directory)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.01)


def everybody():
    return filter(None, (name_of(int(e)) for e in os.listdir("/proc") if e.isdigit()))


def is_keeper(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text() == "hupproof-keeper\n"
    except (FileNotFoundError, ProcessLookupError):
        return False


def works_in(pid, directory):
    try:
        cwd = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return cwd == str(directory) or cwd.startswith(f"{directory}/")


def scenario(name="s", steps=({"at": "300ms", "signal": "HUP"},), lanes=None, server=None,
             duration="1s", limits=None, args=(), **more):
    """A small one that passes: changes are put over it."""
    plan = {
        "name": name,
        "server": {
            "command": ["${bin}/reload_server", "--port", "${port}", *args],
            "url": "http://127.0.0.1:${port}",
            "ready": {"http": "/?sleep=0", "within": "20s"},
            **(server or {}),
        },
        "lanes": lanes or [
            {"name": "new", "rate": 40, "path": "/?sleep=0"},
            {"name": "reused", "connection": "reused", "rate": 40, "path": "/?sleep=0", "pool": 4},
            {"name": "slow", "rate": 20, "path": "/?sleep=0.2"},
        ],
        "for": duration,
        "steps": copy.deepcopy(list(steps)),
        "limits": {"requests": 10, "gap": "5s", "latency": "8s", "overlap": "5s", "late": "5s",
                   **(limits or {})},
        **more,
    }
    return plan


def python_server(*code, args=()):
    """argv of a server written in Python for one test."""
    return ["/usr/bin/python3", "-c", "\n".join(code), *args]


def one_line(run, *words, status):
    """Said once, on standard error, nothing on standard output."""
    run.must(status)
    lines = [line for line in run.err.splitlines() if not line.startswith("hupproof: kept for you")]
    assert len(lines) == 1, run.err
    for word in words:
        assert word in lines[0], (word, run.err)
    assert run.out == ""
    assert "(null)" not in run.err
    return lines[0]

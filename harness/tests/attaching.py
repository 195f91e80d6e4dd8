"""How does a test come by a server that somebody else runs?  It is started by a shell that
ends, so that it is nobody's child but init's, in a directory of its own, and as any user."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys

from privileges import DAEMON, NOBODY, becomes, is_root, open_to_all
from running import everybody, lives, name_of, scenario, works_in, BIN
from small_runs import HERE
from waiting import wait_for

SOMEBODY = NOBODY if is_root else None  # an ordinary user
ANOTHER = DAEMON

LANES = [{"name": "new", "rate": 40, "path": "/?sleep=0", "timeout": "5s"},
         {"name": "slow", "rate": 20, "path": "/?sleep=0.2", "timeout": "5s"}]


def as_user(user):
    """How hupproof is started."""
    return {} if user is None else {"preexec_fn": becomes(user)}


def script(name, *habits):
    return [sys.executable, str(HERE / name), "0", *habits]


class Theirs:
    def __init__(self, bench):
        open_to_all(bench)
        self.bench, self.directories = bench, []

    def directory(self, name):
        path = self.bench.directory / name
        path.mkdir()
        path.chmod(0o777)
        self.directories.append(path)
        return path

    def start(self, *argv, user=SOMEBODY, name="theirs"):
        """(pid, port) of a server that says "port N" first."""
        where = self.directory(name)
        shell = subprocess.run(
            ["/bin/sh", "-c", '"$@" >port 2>log </dev/null & echo $!', "sh", *map(str, argv)],
            cwd=where, stdout=subprocess.PIPE, text=True, check=True, **as_user(user))

        def port():
            text = (where / "port").read_text()
            return int(text.split()[1]) if text.endswith("\n") else None

        return int(shell.stdout), wait_for(port, f"the port: {(where / 'log').read_text()}")

    def reload_server(self, *options, user=SOMEBODY, name="theirs", port=0):
        return self.start(BIN / "reload_server", "--port", port, "--pidfile", "pid", *options,
                          user=user, name=name)

    def everybody(self):
        return {p for p in everybody() if any(works_in(p[0], d) for d in self.directories)}

    def file(self, name, of="theirs"):
        return self.bench.directory / of / name

    def files(self, of="theirs"):
        where = self.bench.directory / of
        return {p.name: p.read_bytes() for p in where.iterdir()
                if p.is_file() and p.name not in ("log", "port")}

    def listeners(self):
        """Inodes of listening sockets that they hold."""
        held = set()
        for pid, _ in self.everybody():
            for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                try:
                    held.add(os.readlink(link))
                except FileNotFoundError:
                    pass
        lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        return {line.split()[9] for line in lines
                if line.split()[3] == "0A" and f"socket:[{line.split()[9]}]" in held}

    def plan(self, port, attach, steps=(), **more):
        """A scenario that attaches."""
        more.setdefault("lanes", LANES)
        plan = scenario(server={"attach": attach, "url": f"http://127.0.0.1:{port}",
                                **more.pop("server", {})}, steps=steps, **more)
        plan["server"].pop("command")
        return plan

    def tell(self):
        """For whoever reads of a failed test: what they said, and what hupproof saw of them."""
        for directory in self.directories:
            print(f"{directory}/log:\n{(directory / 'log').read_text()}")
        for history in self.bench.directory.glob("out/*/history.ndjson"):
            print(history, *(line for line in history.read_text().splitlines()
                             if '"event":"proc_' in line or '"event":"listener"' in line), sep="\n")

    def stop(self):
        for number, within in ((signal.SIGTERM, 5), (signal.SIGKILL, 10)):
            left = self.everybody()
            for pid, _ in left:
                with contextlib.suppress(ProcessLookupError):    # it has just ended
                    os.kill(pid, number)
            try:
                wait_for(lambda left=left: not any(map(lives, left)) and not self.everybody(),
                         "their end", within=within)
                return
            except AssertionError:
                if number == signal.SIGKILL:
                    raise


def upgrade_by_another(bench, plan, pid, *argv, **how):
    """Whoever may tells the server, when our step asks for it: hupproof itself may not."""
    asked = bench.directory / "asked"
    asked.unlink(missing_ok=True)
    plan["steps"] = [{"at": "300ms", "run": ["/bin/sh", "-c", f"touch {asked}; sleep 0.2"]}]
    run = bench.start_scenario(plan, *argv, **how)
    wait_for(lambda: asked.exists() or run.process.poll() is not None, "the step")
    if asked.exists():
        os.kill(pid, signal.SIGHUP)
    return run.wait()


def process(pid):
    found = name_of(pid)
    assert found, f"pid {pid} is gone"
    return found

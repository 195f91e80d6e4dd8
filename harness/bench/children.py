"""How does the bench run a program, and what did it take?  Each has a deadline, and a server goes
when the bench goes; what a program took is what the kernel says when it has ended."""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
TO_BE_READY = 10  # seconds


def die(why):
    sys.exit(f"bench: {why}")


def die_with_parent():
    """What was started goes even when this program is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(frozen=True)
class Ran:
    output: str
    status: int      # as subprocess has it: -N is signal N
    cpu_us: float    # user and system
    peak_rss: int    # bytes
    too_long: bool   # it was killed at its deadline


class Child:
    """Runs from now on, for `within` seconds at most.  Nothing is done between fork and exec, for
    it would be counted as the program's."""

    def __init__(self, argv, within=60):
        self.argv = [str(a) for a in argv]
        self.deadline = time.monotonic() + within
        self.output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT)

    def wait(self):
        pidfd = os.pidfd_open(self.process.pid)
        ended = select.select([pidfd], [], [], max(0, self.deadline - time.monotonic()))[0]
        os.close(pidfd)
        if not ended:
            self.process.kill()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        with self.output as output:
            output.seek(0)
            return Ran(output.read(), self.process.returncode,
                       (usage.ru_utime + usage.ru_stime) * 1e6, usage.ru_maxrss * 1024, not ended)


def output_of(argv, within=300):
    """What a program of ours says; it has to end well."""
    ran = Child(argv, within).wait()
    if ran.status != 0:
        die(f"{' '.join(map(str, argv))}: exit status {ran.status}: {ran.output.strip()}")
    return ran.output


class Server:
    """A server on a free port, of which it tells by a line `port N`."""

    def __init__(self, argv):
        self.process = subprocess.Popen([str(a) for a in argv], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.said = b""
        self.port = int(self.wait_for(b"port").split()[1])

    def wait_for(self, word, within=TO_BE_READY):
        """The next line, which begins with that word."""
        deadline = time.monotonic() + within
        pipe = self.process.stdout.fileno()
        while b"\n" not in self.said:
            ready = select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]
            more = os.read(pipe, 4096) if ready else b""
            if not more:
                die(f"{self.process.args[0]} did not say {word.decode()!r} within {within} s")
            self.said += more
        line, _, self.said = self.said.partition(b"\n")
        assert line.split()[0] == word, line
        return line

    def tell(self, number):
        self.process.send_signal(number)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(TO_BE_READY)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


@contextlib.contextmanager
def serving(argv):
    server = Server(argv)
    try:
        yield server
    finally:
        server.stop()

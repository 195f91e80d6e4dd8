"""How is hupproof started, so that nothing of it stays behind?  It has a session of its own, so
that ^C in a terminal reaches it by us only, and once.  If its time is over, or we are interrupted,
it is asked to end as a person would ask, so that it stops its server and writes what it saw; then
a second time; then it is killed, and its keeper kills the server.  If we are killed, the kernel
asks it."""

import ctypes
import signal
import subprocess
import tempfile
from typing import NamedTuple

PR_SET_PDEATHSIG = 1
WAYS_TO_END = ((signal.SIGINT, 30), (signal.SIGINT, 10), (signal.SIGKILL, 10))  # within seconds

libc = ctypes.CDLL(None)


class Ended(NamedTuple):
    status: int         # negative: by that signal
    in_time: bool       # it was not asked to end
    stdout: str
    stderr: str


def end_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def run(command, *, within, ways=WAYS_TO_END, **how):
    """Runs it to its end, or for so many seconds; how: further arguments of Popen.
    Files rather than pipes, for who inherits a pipe keeps it open."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   start_new_session=True, preexec_fn=end_with_parent, **how)
        in_time = True
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            in_time = False
        finally:
            end(process, ways)
        return Ended(process.returncode, in_time, text_of(out), text_of(err))


def end(process, ways):
    """A second ^C goes on to the next way."""
    for number, within in ways:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(within)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            pass


def text_of(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")

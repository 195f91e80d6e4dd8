"""A server with bad habits, one a word: small_server.py PORT [HABIT ...]

daemon     forks twice, leaves its directory, writes ./pid (before it leaves)
heir       on HUP a child takes over the listener; the parent leaves
twin       on HUP a child serves beside it
brief      speaks HTTP/1.0: each answer ends its connection
helper     on HUP a helper runs that exits with 3
zombie     has a child that is dead and never reaped
offspring  has a child in a session of its own, which ignores TERM
deaf       ignores TERM
nurse      has a helper, another program, that ends with it
leak       and the helper holds the listener
keep       and does not end with it
"""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading

from answers import Answers
from daemon import become_daemon

habits = sys.argv[2:]
here = os.getcwd()
HANDLED = (signal.SIGTERM, signal.SIGHUP)


class Handler(Answers):
    protocol_version = "HTTP/1.0" if "brief" in habits else "HTTP/1.1"
    disable_nagle_algorithm = True


def start_helper():
    """Its pid.  A child of ours execs it, so that it is one of the server's own."""
    return subprocess.Popen(["/bin/sleep", "600"],
                            pass_fds=[listener.fileno()] if "leak" in habits else []).pid


def on_term(number, frame):
    if helper and "keep" not in habits:
        os.kill(helper, signal.SIGKILL)
        os.waitpid(helper, 0)
    os._exit(0)


def note(name, pid):
    with open(f"{here}/{name}.new", "w", encoding="ascii") as f:
        f.write(f"{pid}\n")
    os.rename(f"{here}/{name}.new", f"{here}/{name}")


def on_hup(number, frame):
    if "helper" in habits:
        subprocess.run(["sh", "-c", "exit 3"], check=False)
    if "heir" in habits:
        if os.fork():
            os._exit(0)
        serve()
    if "twin" in habits and os.fork() == 0:
        serve()


def serve():
    signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in habits else on_term)
    signal.signal(signal.SIGHUP, on_hup)
    server = http.server.ThreadingHTTPServer(("", 0), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.daemon_threads = True
    # Signals are for the main thread: the others inherit that they are blocked.
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 60}).start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
    while True:
        signal.pause()


if "daemon" in habits:
    become_daemon()
    os.chdir("/")
    note("pid", os.getpid())
if "zombie" in habits and os.fork() == 0:
    os._exit(0)
if "offspring" in habits:
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir("/")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        note("offspring", os.getpid())
        while True:
            signal.pause()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
print("port", listener.getsockname()[1], flush=True)
helper = start_helper() if "nurse" in habits else None
serve()

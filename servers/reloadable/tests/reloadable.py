"""How does a test talk to the server?  By hand-written sockets, so that nothing
is retried or hidden, and by waiting for events with a deadline."""

import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import threading
import time

from waiting import DEADLINE, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("HUPPROOF_BIN", ROOT / "build" / "bin")).resolve()
PROGRAM = BIN / "reload_server"

DRAINING = "draining [0-9]+ connections"


class Server:
    """A server, its descendants, and all that they log."""

    def __init__(self, work, *args, program=PROGRAM, argv0=None, env=None, port=0, preexec=None,
                 wait=True):
        self.pidfile = work / "pid"
        self.log_lines = []
        self._lock = threading.Condition()
        argv = [argv0 or str(program), "--pidfile", str(self.pidfile), *args]
        if "--unix" not in args:
            argv += ["--port", str(port)]
        self.process = subprocess.Popen(
            argv, executable=str(program), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=work, env={**os.environ, **(env or {})}, text=True, preexec_fn=preexec)
        self.pid = self.process.pid
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self.port = port
        if "--unix" in args:
            self.port = str(work / args[args.index("--unix") + 1])
            if wait:
                self.wait_log("listening on")
        elif port == 0 and wait:
            line = self.process.stdout.readline()
            assert re.fullmatch(r"port [0-9]+\n", line), (line, self.log_lines)
            self.port = int(line.split()[1])
            if "--host" in args:
                self.port = (args[args.index("--host") + 1], self.port)
        elif wait:
            self.wait_log("listening on")

    def _read_log(self):
        for line in self.process.stderr:
            with self._lock:
                self.log_lines.append(line.rstrip("\n"))
                self._lock.notify_all()

    def wait_log(self, pattern, count=1, within=DEADLINE):
        """Waits for the count-th line that matches; returns the match."""
        def found():
            hits = [m for m in (re.search(pattern, line) for line in self.log_lines) if m]
            return hits[count - 1] if len(hits) >= count else None

        with self._lock:
            assert self._lock.wait_for(found, within), (pattern, self.log_lines)
            return found()

    def log_count(self, pattern):
        with self._lock:
            return sum(bool(re.search(pattern, line)) for line in self.log_lines)

    def serving_pid(self):
        return int(self.pidfile.read_text())

    def signal(self, number, pid=None):
        os.kill(pid or self.pid, number)

    def reload(self):
        """One reload, begun and completed: the old process has closed its listener.
        Returns the new one's pid."""
        old, n, m = self.serving_pid(), self.log_count("is ready"), self.log_count(DRAINING)
        self.signal(signal.SIGHUP, old)
        new = int(self.wait_log(r"successor (\d+) is ready", n + 1).group(1))
        self.wait_log(DRAINING, m + 1)
        return new

    def pids(self):
        with self._lock:
            text = "\n".join(self.log_lines)
        return {self.pid, *map(int, re.findall(r"(?:started |reload_server\[)(\d+)", text))}

    def stop(self):
        """One killed in the middle of a reload leaves a child that we hear of only now:
        none is left when nobody holds the log any more."""
        end = time.monotonic() + DEADLINE
        while self._reader.is_alive():
            for pid in self.pids():
                if self._is_ours(pid):
                    os.kill(pid, signal.SIGKILL)
            self._reader.join(0.02)
            assert time.monotonic() < end, f"somebody lives on: {self.log_lines}"
        self.process.wait(DEADLINE)

    def _is_ours(self, pid):
        """A pid may have been given to somebody else meanwhile."""
        return str(self.pidfile) in command_line(pid)


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"


def descriptors(pid):
    return os.listdir(f"/proc/{pid}/fd")


def sockets(pid):
    return [fd for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir() if fd.is_socket()]   # False if gone


def signals(pid, what):
    """A set of them as /proc/PID/status calls it: SigBlk, SigIgn, SigCgt."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{what}:\t(.*)$", status, re.M).group(1), 16)


def hup_before_it_is_ready(server):
    wait_for(lambda: signals(server.pid, "SigCgt") & 1 << signal.SIGHUP - 1, "its handlers")
    server.signal(signal.SIGHUP)
    server.wait_log("SIGHUP before being ready, remembered")


def wait_gone(pid):
    wait_for(lambda: not is_alive(pid), f"the end of {pid}")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def pid(self):
        return int(re.fullmatch(rb"ospid:([0-9]+)", self.body).group(1))

    @property
    def closes(self):
        return self.headers["connection"] == "close"


class Client:
    """One connection.  A reset or an early end is an exception, never retried."""

    def __init__(self, port, timeout=DEADLINE):
        """port: of 127.0.0.1, or (host, port), or the path of a unix socket"""
        if isinstance(port, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(port)
        else:
            where = ("127.0.0.1", port) if isinstance(port, int) else port
            self.socket = socket.create_connection(where, timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def ask(self, target="/", method="GET", headers="", version="1.1"):
        self.send(f"{method} {target} HTTP/{version}\r\nHost: x\r\n{headers}\r\n")

    def _fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the server closed, after {self.buffer!r}")
        self.buffer += data

    def answer(self, head=False):
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        top, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *lines = top.decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        length = 0 if head else int(headers.get("content-length", 0))
        while len(self.buffer) < length:
            self._fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Answer(int(first.split()[1]), headers, body)

    def get(self, target="/", **how):
        self.ask(target, **how)
        return self.answer()

    def expect_fin(self):
        """The end must be a clean one: a reset would raise."""
        assert self.buffer == b"" and self.socket.recv(1) == b""

    def is_silent(self, seconds):
        return not select.select([self.socket], [], [], seconds)[0]

    def close(self):
        self.socket.close()


def get(port, target="/"):
    client = Client(port)
    try:
        return client.get(target)
    finally:
        client.close()


def in_flight(port, seconds):
    """A client whose request the server has taken, and answers only after so long."""
    client = Client(port)
    client.ask(f"/?sleep={seconds}")
    get(port)   # came later, so the other was taken
    return client


def write_program(path, text):
    """Replaces a program the way an upgrade does: whole, by rename."""
    new = path.with_suffix(".new")
    new.write_text("#!/bin/bash\n" + text)
    new.chmod(0o755)
    new.rename(path)


def real_program(before="", after=""):
    # -a: the real one then believes to be this file, and starts it anew.
    return f'{before}\nexec -a "$0" "{PROGRAM}" "$@" {after}\n'

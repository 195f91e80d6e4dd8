"""A server that hands over to an heir at HUP, and has a bad habit: handing_server.py PORT HABIT
[LEDGER], where LEDGER is a file that gets a line for each request done

clean    as it should: the heir accepts, the old one finishes what it has and leaves
once     whoever came by a HUP ignores the next ones
kills    a HUP during a HUP kills the heir that is on its way, and that is all
stays    the old one goes on accepting beside the heir, for six seconds
mixes    every other answer names the version before
doubles  the heir does its third request twice
forgets  and does not note that
"""

import http.server
import itertools
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

from answers import Answers

habit = sys.argv[2]
generation = int(os.environ.get("GENERATION", "1"))
HANDLED = (signal.SIGTERM, signal.SIGHUP)
numbers = itertools.count(1)


class Handler(Answers):
    def do_GET(self):
        self.note()
        time.sleep(0.05)  # so that some are in flight whenever an upgrade begins
        stale = habit == "mixes" and generation > 1 and next(numbers) % 2
        self.answer(X_Version=str(generation - 1 if stale else generation))

    def note(self):
        if len(sys.argv) < 4 or "X-Request-Id" not in self.headers:
            return
        times, third = 1, generation > 1 and next(numbers) == 3
        if third:
            times = {"doubles": 2, "forgets": 0}.get(habit, 1)
        with open(sys.argv[3], "a", encoding="ascii") as ledger:
            ledger.write(f"{self.headers['X-Request-Id']} {os.getpid()}\n" * times)


class Server(http.server.ThreadingHTTPServer):
    def get_request(self):
        """Neither may get all of them: it takes two."""
        request = super().get_request()
        if habit == "stays":
            time.sleep(0.05)
        return request


def start_heir():
    """It, and a pipe that ends when it is ready."""
    read, write = os.pipe()
    heir = subprocess.Popen([sys.executable, __file__, *sys.argv[1:]],
                            pass_fds=[listener.fileno(), write],
                            env={**os.environ, "LISTENER": str(listener.fileno()),
                                 "READY": str(write), "GENERATION": str(generation + 1)})
    os.close(write)
    return heir, read


def wait_for_heir(heir, ready):
    """False: it was killed on its way."""
    while not select.select([ready], [], [], 0.01)[0]:
        if habit == "kills" and signal.sigtimedwait([signal.SIGHUP], 0):
            heir.kill()
            heir.wait()
            os.close(ready)
            return False
    return True


def hand_over():
    while True:
        if signal.sigwait(HANDLED) != signal.SIGHUP:
            return
        if habit == "once" and generation > 1:
            continue
        if wait_for_heir(*start_heir()):
            break
    if habit == "stays":
        signal.sigtimedwait([signal.SIGTERM], 6)


def serve_threads():
    server = Server(("", 0), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.daemon_threads = False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    return server


# Until it is ready for them; then they are for the main thread, which waits for them.
signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
if "LISTENER" in os.environ:
    listener = socket.socket(fileno=int(os.environ["LISTENER"]))
    if habit == "kills":
        time.sleep(1)  # it takes its time to load
else:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
listener.setblocking(False)  # two accept from it for a moment
served = serve_threads()
if "READY" in os.environ:
    os.close(int(os.environ["READY"]))
hand_over()
served.shutdown()
served.server_close()  # waits for the requests in flight

"""A server whose heirs inherit too much: growing_server.py PORT HABIT

clean  on HUP it starts itself anew and hands over the listener, as it should
leak   and, with it, one more descriptor than the one before got
fat    and each one has 2 MB more than the one before
"""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from answers import Answers

habit = sys.argv[2]
generation = int(os.environ.get("GENERATION", "0"))
leaked = [int(n) for n in os.environ.get("LEAKED", "").split()]
fat = b"x" * (generation * 2 << 20 if habit == "fat" else 0)
HANDLED = (signal.SIGTERM, signal.SIGHUP)


class Handler(Answers):
    def do_GET(self):
        time.sleep(0.05)  # so that some are in flight whenever an upgrade begins
        self.answer()


def start_heir():
    if habit == "leak":
        leaked.append(os.dup(listener.fileno()))
    subprocess.Popen([sys.executable, __file__, *sys.argv[1:]],
                     pass_fds=[listener.fileno(), *leaked],
                     env={**os.environ, "LISTENER": str(listener.fileno()),
                          "GENERATION": str(generation + 1),
                          "LEAKED": " ".join(map(str, leaked))})


# Until it is ready for them; then they are for the main thread, which waits for them.
signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
if "LISTENER" in os.environ:
    listener = socket.socket(fileno=int(os.environ["LISTENER"]))
else:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
server = http.server.ThreadingHTTPServer(("", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = listener
server.daemon_threads = False
listener.setblocking(False)  # two accept from it for a moment
threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
if signal.sigwait(HANDLED) == signal.SIGHUP:
    start_heir()
server.shutdown()
server.server_close()  # waits for the requests in flight

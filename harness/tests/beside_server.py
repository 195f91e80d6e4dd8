"""A server whose heir binds the port beside it: beside_server.py PORT

On HUP it starts itself anew.  When the heir listens it stops accepting, and a moment
later it closes its socket with whatever waits in its queue."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

HANDLED = (signal.SIGTERM, signal.SIGHUP)


def serve(connection):
    with connection:
        connection.recv(65536)
        body = b"ospid:%d" % os.getpid()
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                           % (len(body), body))


def accept():
    while not stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        threading.Thread(target=serve, args=(connection,)).start()


signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(512)
listener.settimeout(0.01)
stopping = threading.Event()
acceptor = threading.Thread(target=accept)
acceptor.start()
if "READY" in os.environ:
    os.write(int(os.environ["READY"]), b".")
    os.close(int(os.environ["READY"]))
number = signal.sigwait(HANDLED)
if number == signal.SIGHUP:
    ready, says = os.pipe()
    with subprocess.Popen([sys.executable, __file__, *sys.argv[1:]], pass_fds=[says],
                          env={**os.environ, "READY": str(says)}) as heir:
        os.close(says)
        os.read(ready, 1)
        stopping.set()
        acceptor.join()
        time.sleep(0.2)
        listener.close()
        heir.returncode = 0  # it lives on
stopping.set()

"""What is upgraded?  Python's own http.server, which takes the listening socket from systemd.

    server.py DIRECTORY [PORT]

Without LISTEN_FDS it listens at PORT by itself.  SIGTERM lets the requests in flight finish;
GET /?sleep=2 takes two seconds.  DIRECTORY/VERSION is read at the start; to load takes
LOAD_SECONDS."""

import http.server
import os
import pathlib
import signal
import socket
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

FIRST_FD = 3
VERSION = pathlib.Path(sys.argv[1], "VERSION").read_text("utf-8").strip()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"   # so that no idle connection keeps a thread from ending

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        time.sleep(float(query.get("sleep", ["0"])[0]))
        body = f"ospid:{os.getpid()}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Version", VERSION)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False          # server_close() waits for them
    request_queue_size = 1024


def server():
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return Server(("127.0.0.1", int(sys.argv[2])), Handler)
    taken = Server(("127.0.0.1", 0), Handler, bind_and_activate=False)
    taken.socket.close()
    taken.socket = socket.socket(fileno=FIRST_FD)
    return taken


time.sleep(float(os.environ.get("LOAD_SECONDS", 0)))
with server() as serving:
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=serving.shutdown).start())
    serving.serve_forever(poll_interval=0.05)

"""One that answers at a port all by itself: lone_server.py PORT [HABIT ...]

beside     shares the port with whoever else does (SO_REUSEPORT)
any        listens at all addresses
silent     does not say who it is
front=N    answers what the server at port N does
"""

import http.client
import http.server
import os
import socket
import sys

from answers import Answers

habits = sys.argv[2:]
front = [int(h.split("=")[1]) for h in habits if h.startswith("front=")]


class Handler(Answers):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if front:
            behind = http.client.HTTPConnection("127.0.0.1", front[0], timeout=20)
            behind.request("GET", self.path)
            body = behind.getresponse().read()
            behind.close()
        else:
            body = b"hello" if "silent" in habits else b"ospid:%d" % os.getpid()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if "beside" in habits:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
listener.bind(("" if "any" in habits else "127.0.0.1", int(sys.argv[1])))
listener.listen(512)
server = http.server.ThreadingHTTPServer(("", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = listener
server.daemon_threads = True
print("port", listener.getsockname()[1], flush=True)
server.serve_forever()

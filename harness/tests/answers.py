"""How does a server of the tests answer?  With its pid, for that is who served."""

import http.server
import os


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer()

    def answer(self, **headers):
        body = b"ospid:%d" % os.getpid()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

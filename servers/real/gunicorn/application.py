"""What is upgraded?  A small WSGI application that says who answered, and which version.

GET /?sleep=2 takes two seconds; /?stream=1 sends its answer in parts, for a second.  It takes
LOAD_SECONDS to load, as large ones do."""

import os
import pathlib
import time
from urllib.parse import parse_qs

VERSION = pathlib.Path(__file__).with_name("VERSION").read_text("utf-8").strip()
PARTS = 10

time.sleep(float(os.environ.get("LOAD_SECONDS", 0)))


def application(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    environ["wsgi.input"].read()    # or closing the connection would reset it
    time.sleep(float(query.get("sleep", ["0"])[0]))
    seconds = float(query.get("stream", ["0"])[0])
    first, filler = f"ospid:{os.getpid()}\n".encode(), b"." * 99 + b"\n"
    length = len(first) + (PARTS * len(filler) if seconds else 0)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(length)),
                              ("X-Version", VERSION)])
    return parts(first, filler, seconds) if seconds else [first]


def parts(first, filler, seconds):
    yield first
    for _ in range(PARTS):
        time.sleep(seconds / PARTS)
        yield filler

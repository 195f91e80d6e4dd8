"""How does each tool send the same load?  One row a tool: the command lines, and how to read what
it says.  A tool that is not on PATH has a row in the results nevertheless."""

import json
import os
import pathlib
import shlex
import shutil
from dataclasses import dataclass
from typing import Callable, Optional

from children import Child, output_of
from outputs import Told, read_h2load, read_hey, read_k6, read_vegeta, read_wrk

BUILD = pathlib.Path(os.environ.get("HUPPROOF_BUILD", "build")).resolve()
CONNECTIONS = 64
HELD = 10_000
FEW = 8          # connections to a broken server


@dataclass(frozen=True)
class Tool:
    """Command lines know {url}, {port}, {count}, {how}, {work}, a directory for its files, and
    {connections}, {held} and {few}."""

    load: str                     # {count} requests, or a second of them, 64 at a time
    kept: str = ""                # {how}: connections are kept
    new: Optional[str] = None     # {how}: each request has its own; None: it cannot do that
    held: Optional[str] = None    # 10,000 requests that wait for an answer
    broken: Optional[str] = None  # eight at a time, for two or three seconds, none longer than one
    read: Callable[[str], Told] = None
    told: str = ""                # what prints what it says, if not itself
    client: str = ""              # it is hupproof, with this client
    ours: bool = False            # part of the bench: it may not fail
    record: str = "none"          # kept of each request, as it is run here

    def program(self):
        return shutil.which(shlex.split(self.load)[0].format(build=BUILD))

    def start(self, line, server, work, count=0, how="", path="/", within=60):
        """Runs one of the command lines against a server."""
        url = f"http://127.0.0.1:{server.port}{path}"
        for name, text in FILES.items():
            (work / name).write_text(text.format(url=url), "utf-8")
        values = {"url": url, "port": server.port, "count": count, "work": work, "build": BUILD,
                  "connections": CONNECTIONS, "held": HELD, "few": FEW}
        return Child([word.format(**values) for word in shlex.split(line.replace("{how}", how))],
                     within)

    def says(self, ran, work):
        if not self.told:
            return self.read(ran.output)
        return self.read(output_of(shlex.split(self.told.format(work=work))))


def read_bench(text):
    """A line of JSON; `requests` are those without the first tenth."""
    line = json.loads(text)
    return Told(line["sent"], line["failed"])


def ours(program, **more):
    """They have the same arguments."""
    begin = f"{{build}}/bench/{program} {{port}}"
    return Tool(**{"load": begin + " {how} flight {connections} {count}",
                   "held": begin + " new held 5000 {held}",
                   "kept": "reused", "new": "new", "read": read_bench, "ours": True, **more})


FILES = {
    "targets": "GET {url}\n",
    "k6.js": "import http from 'k6/http';\n"
             "export default () => http.get('{url}', {{timeout: __ENV.TIMEOUT || '60s'}});\n",
}

FLOOR = "bare send + recv"
BARE_CURL = "bare libcurl"
ANCHOR = "wrk"


def hupproofs():
    """A row for each client that a lane can have."""
    words = output_of([BUILD / "bench/bench_lane", "--clients"]).split()
    return {f"hupproof, {word}": ours(f"bench_lane --client {word}", client=word) for word in words}


def all_tools():
    return {
        FLOOR: ours("bench_bare_loop", new=None, held=None),
        **hupproofs(),
        BARE_CURL: ours("bench_bare_curl"),
        **RIVALS,
    }


RIVALS = {
    ANCHOR: Tool(load="wrk -t1 -c{connections} -d1s {how} {url}",
                 new="-H 'Connection: close'",
                 held="wrk -t1 -c{held} -d4s --timeout 9s {url}",
                 broken="wrk -t1 -c{few} -d3s --timeout 1s {url}",
                 read=read_wrk),
    "h2load --h1": Tool(load="h2load --h1 -t1 -c{connections} -m1 -n{count} {url}",
                        held="h2load --h1 -t1 -c{held} -m1 -n{held} {url}",
                        broken="h2load --h1 -t1 -c{few} -m1 -n800 -N1 {url}",
                        read=read_h2load),
    "hey": Tool(load="hey -c {connections} -n {count} {how} {url}",
                new="-disable-keepalive",
                held="hey -c {held} -n {held} {url}",
                broken="hey -c {few} -z 3s -t 1 {url}",
                read=read_hey),
    "oha": Tool(load="oha --no-tui -c {connections} -n {count} {how} {url}",
                new="--disable-keepalive",
                held="oha --no-tui -c {held} -n {held} {url}",
                broken="oha --no-tui -c {few} -z 3s -t 1s {url}",
                read=read_hey),
    "vegeta": Tool(load="vegeta attack -targets {work}/targets -output {work}/vegeta.bin "
                        "-rate 0 -workers {connections} -max-workers {connections} -duration 1s "
                        "{how}",
                   new="-keepalive=false",
                   held="vegeta attack -targets {work}/targets -output {work}/vegeta.bin "
                        "-rate 5000 -duration 2s",
                   broken="vegeta attack -targets {work}/targets -output {work}/vegeta.bin "
                          "-rate 0 -workers {few} -max-workers {few} -duration 3s -timeout 1s",
                   told="vegeta report -type json {work}/vegeta.bin",
                   read=read_vegeta, record="in a file"),
    "wrk2": Tool(load="wrk2 -t1 -c{connections} -d1s -R1000000 {how} {url}",
                 new="-H 'Connection: close'",
                 held="wrk2 -t1 -c{held} -d4s -R{held} --timeout 9s {url}",
                 broken="wrk2 -t1 -c{few} -d3s -R400 --timeout 1s {url}",
                 read=read_wrk),
    "k6": Tool(load="k6 run --quiet --vus {connections} --iterations {count} {how} "
                    "--summary-export {work}/k6.json {work}/k6.js",
               new="--no-connection-reuse",
               held="k6 run --quiet --vus {held} --iterations {held} "
                    "--summary-export {work}/k6.json {work}/k6.js",
               broken="k6 run --quiet --vus {few} --duration 3s -e TIMEOUT=1s "
                      "--summary-export {work}/k6.json {work}/k6.js",
               told="cat {work}/k6.json",
               read=read_k6),
}

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
    """Command lines know {url}, {port}, {count}, {how} and {work}, a directory for its files."""

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
        values = {"url": url, "port": server.port, "count": count, "work": work, "build": BUILD}
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


def lane(client):
    return Tool(load=f"{{build}}/bench/bench_lane --client {client} {{port}} {{how}} flight "
                     f"{CONNECTIONS} {{count}}",
                held=f"{{build}}/bench/bench_lane --client {client} {{port}} new held 5000 {HELD}",
                kept="reused", new="new", read=read_bench, client=client, ours=True)


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
    return {f"hupproof, {word}": lane(word) for word in words}


def all_tools():
    return {
        FLOOR: Tool(load=f"{{build}}/bench/bench_bare_loop {{port}} {{how}} flight {CONNECTIONS} "
                         "{count}",
                    kept="reused", read=read_bench, ours=True),
        **hupproofs(),
        BARE_CURL: Tool(load=f"{{build}}/bench/bench_bare_curl {{port}} {{how}} flight "
                             f"{CONNECTIONS} {{count}}",
                        held=f"{{build}}/bench/bench_bare_curl {{port}} new held 5000 {HELD}",
                        kept="reused", new="new", read=read_bench, ours=True),
        **RIVALS,
    }


RIVALS = {
    ANCHOR: Tool(load=f"wrk -t1 -c{CONNECTIONS} -d1s {{how}} {{url}}",
                 new="-H 'Connection: close'",
                 held=f"wrk -t1 -c{HELD} -d4s --timeout 9s {{url}}",
                 broken=f"wrk -t1 -c{FEW} -d3s --timeout 1s {{url}}",
                 read=read_wrk),
    "h2load --h1": Tool(load=f"h2load --h1 -t1 -c{CONNECTIONS} -m1 -n{{count}} {{url}}",
                        held=f"h2load --h1 -t1 -c{HELD} -m1 -n{HELD} {{url}}",
                        broken=f"h2load --h1 -t1 -c{FEW} -m1 -n800 -N1 {{url}}",
                        read=read_h2load),
    "hey": Tool(load=f"hey -c {CONNECTIONS} -n {{count}} {{how}} {{url}}",
                new="-disable-keepalive",
                held=f"hey -c {HELD} -n {HELD} {{url}}",
                broken=f"hey -c {FEW} -z 3s -t 1 {{url}}",
                read=read_hey),
    "oha": Tool(load=f"oha --no-tui -c {CONNECTIONS} -n {{count}} {{how}} {{url}}",
                new="--disable-keepalive",
                held=f"oha --no-tui -c {HELD} -n {HELD} {{url}}",
                broken=f"oha --no-tui -c {FEW} -z 3s -t 1s {{url}}",
                read=read_hey),
    "vegeta": Tool(load=f"vegeta attack -targets {{work}}/targets -output {{work}}/vegeta.bin "
                        f"-rate 0 -workers {CONNECTIONS} -max-workers {CONNECTIONS} -duration 1s "
                        "{how}",
                   new="-keepalive=false",
                   held="vegeta attack -targets {work}/targets -output {work}/vegeta.bin "
                        "-rate 5000 -duration 2s",
                   broken="vegeta attack -targets {work}/targets -output {work}/vegeta.bin "
                          f"-rate 0 -workers {FEW} -max-workers {FEW} -duration 3s -timeout 1s",
                   told="vegeta report -type json {work}/vegeta.bin",
                   read=read_vegeta, record="in a file"),
    "wrk2": Tool(load=f"wrk2 -t1 -c{CONNECTIONS} -d1s -R1000000 {{how}} {{url}}",
                 new="-H 'Connection: close'",
                 held=f"wrk2 -t1 -c{HELD} -d4s -R{HELD} --timeout 9s {{url}}",
                 broken=f"wrk2 -t1 -c{FEW} -d3s -R400 --timeout 1s {{url}}",
                 read=read_wrk),
    "k6": Tool(load=f"k6 run --quiet --vus {CONNECTIONS} --iterations {{count}} {{how}} "
                    "--summary-export {work}/k6.json {work}/k6.js",
               new="--no-connection-reuse",
               held=f"k6 run --quiet --vus {HELD} --iterations {HELD} "
                    "--summary-export {work}/k6.json {work}/k6.js",
               broken=f"k6 run --quiet --vus {FEW} --duration 3s -e TIMEOUT=1s "
                      "--summary-export {work}/k6.json {work}/k6.js",
               told="cat {work}/k6.json",
               read=read_k6),
}

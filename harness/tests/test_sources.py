"""Where do our connections come from, when one address has not enough ports?"""

import json

from privileges import in_a_net_of_its_own
from running import scenario

FEW = "echo 40000 40499 > /proc/sys/net/ipv4/ip_local_port_range"
MANY_AT_ONCE = [{"name": "new", "rate": 400, "path": "/?sleep=2"}]


def run(bench, shell, **plan):
    file = bench.write(scenario(lanes=MANY_AT_ONCE, duration="2s", **plan))
    return in_a_net_of_its_own(bench, shell, "run", file, "--out", "out")


def test_a_load_that_takes_more_ports_than_there_are_comes_from_more_addresses(bench):
    done = run(bench, FEW)
    assert {s["outcome"] for s in bench.samples("s")} == {"ok"}, done.stdout
    assert "s.json: this load may hold" in done.stderr
    assert "lanes come from 127.0.0.1 to 127.0.0." in done.stderr


def test_it_is_told_where_there_are_no_more_addresses(bench):
    server = {"command": ["${bin}/reload_server", "--host", "::1", "--port", "${port}"],
              "url": "http://[::1]:${port}"}
    done = run(bench, FEW, server=server)
    assert "some requests may be unsent" in done.stderr
    outcomes = json.loads(bench.path("s", "report.json").read_text())["summary"]["by_outcome"]
    assert outcomes["ok"] > 300 and outcomes["unsent"] > 200, "500 ports, 800 requests at once"


def test_where_there_are_enough_nothing_is_said(bench):
    done = run(bench, "true")
    assert "ports" not in done.stderr

"""Does nginx, over whatever carries it, show what TLS and HTTP/2 have to show, and is a
certificate that cannot be read no upgrade?"""

import json
import pathlib
import shutil

import pytest

from running import ROOT, COULD_NOT_RUN, PASS
from small_runs import run_in_time

SCENARIOS = ROOT / "scenarios" / "real" / "nginx"

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx-light")


def plan(name, **changes):
    """A scenario of the repository, with its paths made whole."""
    text = (SCENARIOS / f"{name}.json").read_text().replace("${dir}", str(SCENARIOS))
    return {**json.loads(text), "name": "s", **changes}


def short(p, **server):
    """Its new and kept connections only, for as long as it takes."""
    p["server"].update(server)
    p["lanes"] = [{**lane, "rate": 60} for lane in p["lanes"] if "slow" not in lane["name"]]
    p["lanes"].append({"name": "slow", "http": "2", "connection": "reused", "pool": 1, "streams": 8,
                       "rate": 5, "path": "/slow.txt", "work": "2.5s"})
    return p


@pytest.mark.parametrize("where", ["ipv6", "unix", "localhost"])
def test_a_new_certificate_is_served_everywhere(bench, where):
    p = short(plan("tls_new_certificate"))
    if where == "unix":
        p["server"]["unix"] = "${work}/s.sock"
    elif where == "localhost":
        p["server"]["url"] = "https://localhost:${port}"
    else:
        conf = pathlib.Path(p["server"]["files"]["nginx.conf"]["from"]).read_text()
        p["server"]["files"]["nginx.conf"] = conf.replace("127.0.0.1:${port}", "[::1]:${port}")
        p["server"]["url"] = "https://[::1]:${port}"
    run_in_time(bench, p, PASS)
    report = bench.report("s")
    finding = next(f for f in report["findings"] if f["check"] == "new_certificate_served")
    assert finding["applies"]
    before, after = report["tls"]["periods"]
    served = [{c["serial"] for c in period["certificates"] if c["connection"] == "new"}
              for period in (before, after)]
    assert len(served[0]) == 1 and len(served[1]) in (1, 2) and served[1] - served[0]
    assert report["tls"]["verified"]
    assert after["sessions_from_before"]["offered"] > 0
    if where != "unix":
        assert {c["connection"] for c in before["certificates"]} == {"new", "reused"}


def test_a_certificate_that_cannot_be_read_ends_the_run(bench):
    p = plan("tls_new_certificate")
    p["steps"] = [{"at": "500ms", "signal": "HUP", "certificate": "${work}/nginx.conf"}]
    run = bench.run_scenario(p)
    run.must(COULD_NOT_RUN)
    assert "steps[0]: certificate " in run.err and "holds no certificate (PEM)" in run.err


def test_http2_in_the_clear_is_reloaded(bench):
    p = short(plan("h2_reload"))
    conf = pathlib.Path(p["server"]["files"]["nginx.conf"]["from"]).read_text()
    p["server"]["files"]["nginx.conf"] = conf.replace(" ssl http2", " http2")
    p["server"]["url"] = "http://127.0.0.1:${port}"
    del p["server"]["tls"]
    run_in_time(bench, p, PASS)
    assert "tls" not in bench.report("s")

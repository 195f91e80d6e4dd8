"""Of servers that other people wrote: is who is seen to hold a connection the one who answers on
it?  Some accept in one process and answer in another.  What each answer names is read as if it
were a version, while the kernel is asked for who gave it."""

import collections
import json
import pathlib
import subprocess

import pytest

from conftest import BIN, RUNS, missing_programs, write_plan
from pytest_hupproof.durations import seconds

HERE = pathlib.Path(__file__).parent
SCENARIOS = ["apache/event_graceful", "apache/prefork_graceful", "apache/worker_graceful",
             "beego/replaced", "gohttp/reuseport", "grace/replaced", "gunicorn/gthread_hup",
             "gunicorn/preload_usr2", "gunicorn/sync_usr2", "haproxy/usr2", "haproxy/x_sf",
             "nginx/hup", "nginx/usr2", "node/cluster", "node/stop_start", "puma/phased",
             "puma/single_usr2", "systemd/gunicorn_restart", "tableflip/replaced"]
ENOUGH = 300    # so many have to be named to show anything; how many can be, is a matter of time


def crossed(path):
    """The scenario, with the pid that an answer names for its version."""
    plan = json.loads(path.read_text("utf-8").replace("${dir}", str(path.parent)))
    server = plan["server"]
    named = server["who"] if isinstance(server.get("who"), dict) else {"body": "ospid:([0-9]+)"}
    server.update(who="socket", version=named)
    for step in plan["steps"]:
        step.pop("version", None)
    return plan


@pytest.mark.servers
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_is_named_who_did_not_answer(scenario):
    path = HERE / f"{scenario}.json"
    plan = crossed(path)
    lacking = missing_programs(plan, path.parent)
    if lacking:
        pytest.skip("; ".join(lacking))
    out = RUNS / "who_answered" / scenario
    subprocess.run([BIN / "hupproof", "run", write_plan(out, plan), "--out", out, "--quiet"],
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds(plan["for"]) + 120)
    lines = map(json.loads, open(out / plan["name"] / "history.ndjson", encoding="utf-8"))
    answers = [a for a in lines if "request" in a and a["outcome"] == "ok" and a.get("version")]
    known = [a for a in answers if a.get("pid")]
    wrong = collections.Counter((a["lane"], a["pid"], a["version"]) for a in known
                                if str(a["pid"]) != a["version"])
    print(f"\n{scenario}: {len(answers)} answers, {100 * len(known) / len(answers):.1f} % known")
    assert not wrong
    assert len(known) >= ENOUGH

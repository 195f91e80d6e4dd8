"""Which strategies are healthy, and how are they made to work hard?  From the
scenarios of scenarios/strategies/ that expect to pass."""

import copy
import json

import pytest

from pytest_hupproof.durations import seconds
from running import ROOT, UNKNOWN

HEALTHY = {path.stem: plan
           for path in sorted((ROOT / "scenarios" / "strategies").glob("*.json"))
           for plan in [json.loads(path.read_text())]
           if plan["expect"]["verdict"] == "pass"}


def upgrades(plan, starts):
    """The steps of its upgrade, begun anew at each of these times (seconds)."""
    steps = []
    for start in starts:
        again = copy.deepcopy(plan["steps"])
        first = seconds(again[0]["at"])
        for step in again:
            if "at" in step:
                step["at"] = start + seconds(step["at"]) - first
        steps += again
    return steps


def length(plan):
    """Seconds from the begin of its upgrade to the last step's, as far as the plan says."""
    now = first = seconds(plan["steps"][0]["at"])
    for step in plan["steps"]:
        now = seconds(step["at"]) if "at" in step else now + seconds(step.get("after", 0))
    return now - first


def pause(plan):
    """Seconds that nobody may be served by its upgrade, by design."""
    return seconds(plan["limits"].get("gap", 0))


def must_accuse_nobody(run, report):
    """No claim fails; a machine that was too busy to tell is a skip, not a pass."""
    failed = [f"{f['check']}: {f['why']}" for f in report["findings"] if f["verdict"] == "fail"]
    assert not failed, failed
    if run.status == UNKNOWN:
        pytest.skip("; ".join(f["why"] for f in report["findings"] if f["verdict"] == "unknown"))
    assert run.status == 0, run.err

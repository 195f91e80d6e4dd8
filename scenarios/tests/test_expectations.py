"""What does a scenario that names a behaviour demand of a report?"""

import os
import pathlib
import subprocess

import pytest

from pytest_hupproof import expectations

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / os.environ.get("HUPPROOF_BIN", "build/bin")

LANES = ("new", "reused")


def report(*failed, **lost):
    return {"findings": [{"check": c, "verdict": "fail"} for c in failed],
            "lanes": [{"name": lane, "lost": lost.get(lane, 0)} for lane in LANES]}


def complaints(expect, report):
    return [*expectations.did_not_fail(expect, report), *expectations.unexpected(expect, report)]


@pytest.mark.parametrize("behaviour, failed, lost", [
    ("clean", (), {}),
    ("loses", ("no_request_lost",), {"new": 3}),
    ("stalls", ("no_slow_answer",), {}),
    ("in_vain", ("upgrade_took_effect",), {}),
    ("in_vain", ("last_upgrade_won",), {}),
    ("varies", (), {}),
])
def test_what_is_as_expected(behaviour, failed, lost):
    assert complaints({"behaviour": behaviour}, report(*failed, **lost)) == []


@pytest.mark.parametrize("expect, failed, lost, says", [
    ({"behaviour": "loses"}, (), {}, "no_request_lost should have failed; those that did: -"),
    ({"behaviour": "stalls"}, ("old_exited",), {},
     "no_long_gap or no_slow_answer should have failed; those that did: old_exited"),
    ({"behaviour": "stalls"}, ("no_long_gap",), {"new": 1},
     "lane new: 0 lost were expected, got 1"),
    ({"behaviour": "in_vain"}, ("upgrade_took_effect",), {"reused": 2},
     "lane reused: 0 lost were expected, got 2"),
    ({"behaviour": "loses", "lost": {"new": [1, 5]}}, ("no_request_lost",), {"new": 6},
     "lane new: [1, 5] lost were expected, got 6"),
    ({"behaviour": "loses", "checks": ["old_exited"]}, ("no_request_lost",), {"new": 6},
     "old_exited should have failed; those that did: no_request_lost"),
    ({"behaviour": "varies", "checks": ["no_request_lost"]}, ("old_exited",), {},
     "old_exited failed, which is not among expect.checks"),
    ({"verdict": "fail", "lost": {"new": 2}}, (), {"new": 1},
     "lane new: 2 lost were expected, got 1"),
])
def test_what_is_not(expect, failed, lost, says):
    assert complaints(expect, report(*failed, **lost)) == [says]


LATE = {"check": "load_was_on_time", "verdict": "unknown", "why": "2 of 9 requests left late"}


@pytest.mark.parametrize("expect, verdict, failed, late, again", [
    ({"verdict": "pass"}, "unknown", (), True, True),
    ({"verdict": "pass"}, "unknown", (), False, False),
    ({"verdict": "pass"}, "fail", ("no_request_lost",), True, False),
    ({"behaviour": "varies", "lost": {"new": [0, 3]}}, "fail", ("no_request_lost",), True, True),
    ({"behaviour": "varies", "lost": {"new": [0, 3]}}, "fail", ("no_request_lost",), False, False),
    ({"behaviour": "varies", "lost": {"new": [0, 9]}, "checks": ["no_request_lost"]}, "fail",
     ("no_request_lost",), True, False),
    ({"behaviour": "stalls"}, "fail", ("old_exited",), True, True),
])
def test_what_is_tried_again_for_want_of_time(expect, verdict, failed, late, again):
    run = report(*failed, new=7)
    run["verdict"] = verdict
    run["findings"] += [LATE] if late else []
    assert bool(expectations.had_no_time(expect, run)) == again


def test_a_behaviour_has_a_verdict():
    assert expectations.verdicts({"behaviour": "clean"}) == ("pass",)
    assert expectations.verdicts({"behaviour": "varies"}) == ("pass", "fail")
    assert expectations.verdicts({"verdict": "unknown"}) == ("unknown",)


def test_the_behaviours_are_those_that_hupproof_knows():
    done = subprocess.run([BIN / "hupproof", "list", "behaviours"], check=True,
                          capture_output=True, encoding="utf-8")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*expectations.BEHAVIOURS]

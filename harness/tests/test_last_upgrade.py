"""Does the last of several upgrades win, and is it seen when it does not?"""

from running import scenario, FAIL, PASS
from small_runs import findings, handing, run_in_time

NAME = "last_upgrade_won"
TWICE = [{"at": "500ms", "signal": "HUP", "repeat": 2, "every": "50ms"}]


def test_two_signals_at_once_are_both_heeded(bench):
    """The second one finds the first one's child not ready yet."""
    run_in_time(bench, scenario(args=["--startup-delay", "300ms"], steps=TWICE,
                                duration="3s"), PASS)
    assert findings(bench)[NAME]["applies"]


def test_a_second_signal_that_is_ignored_is_lost(bench):
    run_in_time(bench, handing("once", TWICE), FAIL)
    found = findings(bench)
    assert "the last of 2 upgrades in quick succession" in found[NAME]["why"]
    assert [name for name, f in found.items() if f["verdict"] == "fail"] == [NAME]


def test_an_heir_that_is_killed_by_the_next_signal_is_missed(bench):
    run_in_time(bench, handing("kills", TWICE), FAIL)
    assert findings(bench)[NAME]["verdict"] == "fail"


def test_the_version_that_was_to_come_has_to_serve(bench):
    steps = [{"at": "500ms", "signal": "HUP", "version": "2"}]
    version = {"version": {"header": "X-Version"}}
    run_in_time(bench, handing("clean", steps, **version), PASS)
    assert "is version 2" in findings(bench)[NAME]["why"]
    steps[0]["version"] = "3"
    run_in_time(bench, handing("clean", steps, **version), FAIL)
    assert "version 2 serves in the end, not 3" in findings(bench)[NAME]["why"]

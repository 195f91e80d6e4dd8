"""Is it seen when two generations or two versions serve at once for long?"""

from running import scenario, FAIL, PASS
from small_runs import findings, handing, run_in_time

NAME = "only_one_generation_serves"
HUP = [{"at": "500ms", "signal": "HUP"}]
VERSION = {"version": {"header": "X-Version"}}


def test_one_after_the_other_passes(bench):
    run_in_time(bench, handing("clean", HUP, **VERSION), PASS)
    found = findings(bench)[NAME]
    assert found["applies"] and "and one version" in found["why"]


def test_an_old_one_that_goes_on_accepting_is_seen(bench):
    run_in_time(bench, handing("stays", HUP), FAIL)
    found = findings(bench)[NAME]
    assert "two generations served" in found["why"] and found["request"] is not None


def test_two_versions_of_one_process_are_seen(bench):
    run_in_time(bench, handing("mixes", HUP, **VERSION), FAIL)
    found = findings(bench)
    assert "two versions served" in found[NAME]["why"]
    assert [name for name, f in found.items() if f["verdict"] == "fail"] == [NAME]


def test_a_process_that_comes_without_any_upgrade_is_seen(bench):
    """Told behind our back: as if it had thought of that itself."""
    hup = ["/bin/sh", "-c", "kill -HUP $(cat ${work}/pid)"]
    plan = scenario(args=["--pidfile", "${work}/pid"], limits={"overlap": "500ms"},
                    steps=[{"at": "300ms", "signal": "HUP"},
                           {"at": "3s", "run": hup, "upgrade": "none"}], duration="5s")
    run_in_time(bench, plan, FAIL)
    assert "without any upgrade" in findings(bench)[NAME]["why"]

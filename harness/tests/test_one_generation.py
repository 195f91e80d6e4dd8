"""Is it seen when two generations or two versions serve at once for long?"""

from running import scenario, FAIL, PASS
from small_runs import findings, handing

NAME = "only_one_generation_serves"
HUP = [{"at": "500ms", "signal": "HUP"}]
VERSION = {"version": {"header": "X-Version"}}


def test_one_after_the_other_passes(bench):
    bench.run_scenario(handing("clean", HUP, **VERSION)).must(PASS)
    found = findings(bench)[NAME]
    assert found["applies"] and "and one version" in found["why"]


def test_an_old_one_that_goes_on_accepting_is_seen(bench):
    bench.run_scenario(handing("stays", HUP)).must(FAIL)
    found = findings(bench)[NAME]
    assert "two generations served" in found["why"] and found["request"] is not None


def test_two_versions_of_one_process_are_seen(bench):
    bench.run_scenario(handing("mixes", HUP, **VERSION)).must(FAIL)
    found = findings(bench)
    assert "two versions served" in found[NAME]["why"]
    assert [name for name, f in found.items() if f["verdict"] == "fail"] == [NAME]


def test_a_process_that_comes_without_any_upgrade_is_seen(bench):
    """Told behind our back: as if it had thought of that itself."""
    hup = ["/bin/sh", "-c", "kill -HUP $(cat ${work}/pid)"]
    plan = scenario(args=["--pidfile", "${work}/pid"], limits={"overlap": "500ms"},
                    steps=[{"at": "300ms", "signal": "HUP"},
                           {"at": "1500ms", "run": hup, "upgrade": "none"}], duration="3s")
    bench.run_scenario(plan).must(FAIL)
    assert "without any upgrade" in findings(bench)[NAME]["why"]

"""Does conftest.py tell what is as expected from what is not?  Against a stub that
leaves the reports, histories and exit statuses that a test asks for."""

import json
import pathlib
import shutil

import pytest

import programs
from variants import no_ipv6

pytest_plugins = ["pytester"]

HERE = pathlib.Path(__file__).resolve().parent
LATE = {"check": "load_was_on_time", "verdict": "unknown", "why": "request 3 left 900 ms late"}
STARVED = {"check": "no_long_gap", "verdict": "unknown", "why": "the machine starved us"}
NOT_SEEN = {"check": "upgrade_was_seen", "verdict": "unknown", "why": "no upgrade"}
LOST = {"check": "no_request_lost", "verdict": "fail", "why": "7 of 9 were lost"}
FINE = {"check": "no_request_lost", "verdict": "pass", "why": "0 of 9 were lost"}

STUB = """#!/usr/bin/python3
import json, pathlib, sys

me = pathlib.Path(__file__).parent
status = {"pass": 0, "fail": 1, "unknown": 2}
if sys.argv[1] == "check":
    history = pathlib.Path(sys.argv[2])
    again = json.loads((history.parent / "again.json").read_text())
    print(json.dumps(again))
    sys.exit(status[again["verdict"]])

count = me / "runs"
n = int(count.read_text()) if count.exists() else 0
count.write_text(str(n + 1))
plan = json.loads((me / "plan.json").read_text())
act = plan[min(n, len(plan) - 1)]
print(act.get("stderr", ""), file=sys.stderr)
if "report" in act:
    out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1]) / "stub"
    out.mkdir()
    (out / "report.json").write_text(json.dumps(act["report"]))
    (out / "again.json").write_text(json.dumps(act.get("again", act["report"])))
    (out / "history.ndjson").write_text("".join(json.dumps(l) + chr(10) for l in act["history"]))
    (out / "server.log").write_text(act.get("log", ""))
sys.exit(act["status"] if "status" in act else status[act["report"]["verdict"]])
"""


def report(verdict, *findings):
    return {"verdict": verdict, "findings": list(findings)}


def run(*args, **act):
    return {"report": report(*args), "history": [{"request": 1}], **act}


PASS, FAIL = run("pass", FINE), run("fail", LOST)
UNKNOWN_LATE, UNKNOWN_STARVED = run("unknown", LATE), run("unknown", STARVED)


@pytest.fixture
def suite(pytester, monkeypatch):
    """A repository of one scenario; calling it runs pytest there."""
    for name in ("HUPPROOF_SLOW_BUILD", "HUPPROOF_RUNS"):
        monkeypatch.delenv(name, raising=False)
    root = pytester.path
    monkeypatch.setenv("HUPPROOF_BIN", "bin")
    for directory in ("scenarios/good", "scenarios/strategies", "reports/schema", "bin"):
        (root / directory).mkdir(parents=True)
    for file in ("conftest.py", "programs.py", "variants.py"):
        shutil.copy(HERE.parent / file, root / "scenarios")
    shutil.copytree(HERE.parents[1] / "reports/pytest_hupproof", root / "scenarios/pytest_hupproof")
    pytester.makeini("[pytest]\nmarkers = slow\n servers")    # a root: no conftest.py above it counts
    (root / "bin/hupproof").write_text(STUB)
    (root / "bin/hupproof").chmod(0o755)
    schemas = {"report": {"required": ["verdict", "findings"]}, "history": {"required": ["request"]}}
    for name, schema in schemas.items():
        (root / f"reports/schema/{name}.schema.json").write_text(
            json.dumps({"$id": f"https://hupproof.example/{name}", **schema}))

    def suite(*acts, expect={"verdict": "pass"}, options=(), kind="good", **scenario):
        (root / "bin/plan.json").write_text(json.dumps(acts))
        (root / f"scenarios/{kind}/one.json").write_text(json.dumps(
            {"expect": expect, "server": {"command": ["${bin}/server"]}, **scenario}))
        result = pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider", *options, "scenarios")
        count = root / "bin/runs"
        result.runs = int(count.read_text()) if count.exists() else 0
        return result

    return suite


def test_a_pass_that_was_expected_passes(suite):
    result = suite(PASS)
    result.assert_outcomes(passed=1)
    assert result.runs == 1
    result.stdout.no_fnmatch_line("*retried*")


def test_a_failure_that_was_expected_passes(suite):
    suite(FAIL, expect={"verdict": "fail", "checks": ["no_request_lost"]}).assert_outcomes(passed=1)


@pytest.mark.parametrize("verdict, stays", [("fail", False), ("pass", True)])
def test_a_work_directory_stays_only_if_something_was_unexpected(suite, tmp_path, verdict, stays):
    work = tmp_path / "hupproof-a1B2c3"
    work.mkdir()
    suite(run("fail", LOST, stderr=f"hupproof: kept for you to look at: {work}"),
          expect={"verdict": verdict})
    assert work.exists() == stays


def test_a_failure_where_a_pass_was_expected_fails_and_is_never_tried_again(suite):
    result = suite(FAIL, PASS)
    result.assert_outcomes(failed=1)
    assert result.runs == 1
    result.stdout.fnmatch_lines(["*expected pass, got fail*", "*FAIL*no_request_lost: 7 of 9*"])


def test_a_pass_where_a_failure_was_expected_fails(suite):
    result = suite(PASS, expect={"verdict": "fail", "checks": ["no_request_lost"]})
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected fail, got pass*"])


def test_another_check_that_failed_is_named(suite):
    result = suite(FAIL, expect={"verdict": "fail", "checks": ["old_exited"]})
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["old_exited should have failed; those that did: no_request_lost"])


@pytest.mark.parametrize("first", [UNKNOWN_LATE, UNKNOWN_STARVED], ids=["late", "starved"])
@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "by a worker"])
def test_want_of_time_is_tried_again_and_told(suite, first, options):
    if options:
        pytest.importorskip("xdist")
    result = suite(first, PASS, options=options)
    result.assert_outcomes(passed=1)
    assert result.runs == 2
    result.stdout.fnmatch_lines(["*1 retried, for want of time*",
                                 f"scenarios/good/one.json: *{first['report']['findings'][0]['why']}"])


def test_what_the_first_try_left_is_kept(suite, pytester):
    suite(UNKNOWN_LATE, PASS)
    kept = pytester.path / "reports/runs/good/one.first-try/stub/report.json"
    assert json.loads(kept.read_text())["verdict"] == "unknown"


def test_want_of_time_is_tried_again_once_only(suite):
    result = suite(UNKNOWN_LATE, UNKNOWN_LATE, PASS)
    result.assert_outcomes(failed=1)
    assert result.runs == 2
    result.stdout.fnmatch_lines(["*expected pass, got unknown*", "*1 retried*"])


def test_a_failure_after_want_of_time_fails(suite):
    result = suite(UNKNOWN_LATE, FAIL, PASS)
    result.assert_outcomes(failed=1)
    assert result.runs == 2


def test_a_failure_that_lacks_the_expected_one_for_want_of_time_is_tried_again(suite):
    expect = {"verdict": "fail", "checks": ["no_long_gap"]}
    result = suite(run("fail", LOST, STARVED), run("fail", {**STARVED, "verdict": "fail"}),
                   expect=expect)
    result.assert_outcomes(passed=1)
    assert result.runs == 2
    result.stdout.fnmatch_lines(["*1 retried, for want of time*"])


def test_a_failure_that_lacks_the_expected_one_for_no_such_reason_fails(suite):
    expect = {"verdict": "fail", "checks": ["no_long_gap"]}
    result = suite(run("fail", LOST), run("fail", {**STARVED, "verdict": "fail"}), expect=expect)
    result.assert_outcomes(failed=1)
    assert result.runs == 1


def test_an_unknown_for_another_reason_is_not_tried_again(suite):
    result = suite(run("unknown", NOT_SEEN), PASS)
    result.assert_outcomes(failed=1)
    assert result.runs == 1


def test_an_unknown_that_was_expected_passes_at_once(suite):
    result = suite(UNKNOWN_LATE, expect={"verdict": "unknown"})
    result.assert_outcomes(passed=1)
    assert result.runs == 1


def test_a_slow_build_that_twice_had_no_time_is_skipped(suite, monkeypatch):
    monkeypatch.setenv("HUPPROOF_SLOW_BUILD", "1")
    result = suite(UNKNOWN_LATE)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*no time for it, twice: load_was_on_time*"])


def test_an_exit_status_that_is_not_the_verdict_fails(suite):
    result = suite(run("pass", FINE, status=23, stderr="leaked 8 bytes"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the verdict is pass, but the exit status 23", "leaked 8 bytes"])


def test_no_report_fails_with_what_hupproof_said(suite):
    result = suite({"status": 4, "stderr": "one.json:3: no such field"})
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["no report, exit status 4", "one.json:3: no such field"])


def test_a_report_of_an_earlier_run_is_not_taken_for_this_one(suite):
    suite(PASS, {"status": 3}).assert_outcomes(passed=1)
    suite(PASS, {"status": 3}).assert_outcomes(failed=1)


def test_a_history_that_is_judged_otherwise_fails(suite):
    result = suite(run("pass", FINE, again=report("pass", {**FINE, "why": "0 of 8 were lost"})))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['judged again, "findings" is another: *0 of 9*became*0 of 8*'])


@pytest.mark.parametrize("act, what", [
    ({**PASS, "report": {"verdict": "pass", "findings": [FINE]}, "history": [{"x": 1}]},
     "history.ndjson:1 breaks its schema at the top: 'request' is a required property"),
    ({**PASS, "log": "==7==ERROR: AddressSanitizer: heap-use-after-free"},
     "the server: ==7==ERROR: AddressSanitizer: heap-use-after-free"),
], ids=["history", "sanitizer"])
def test_what_else_a_run_must_not_leave(suite, act, what):
    result = suite(act)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([what])


@pytest.mark.parametrize("scenario, says", [
    ({"server": {"command": ["/usr/lib/none/nginx"]}},
     "/usr/lib/none/nginx is not installed: apt-get install nginx-light"),
    ({"steps": [{"run": ["no-such-program", "x"]}]}, "no-such-program is not installed"),
    ({"server": {"command": ["/bin/sh", "-c", "true && exec /usr/lib/none/haproxy -W"]}},
     "/usr/lib/none/haproxy is not installed: apt-get install haproxy"),
    ({"server": {"command": ["/bin/sh", "-c", "exec ${bin}/real/no-such -x"]}},
     "no-such is not built: ./dev servers builds it"),
], ids=["server", "step", "shell", "built"])
def test_a_program_that_is_missing_skips_and_is_named(suite, scenario, says):
    result = suite(PASS, **scenario)
    result.assert_outcomes(skipped=1)
    assert result.runs == 0
    result.stdout.fnmatch_lines([f"SKIPPED*{says}"])


def test_programs_are_looked_for_where_servers_stand(monkeypatch):
    """A user's PATH need not lead there; and of a copy the original is looked for."""
    monkeypatch.setenv("PATH", "/nowhere")
    argv = ["/bin/sh", "-c", "cp ${dir}/x ${work} && exec ${work}/nginx -c ${work}/nginx.conf"]
    assert list(programs.named_in(argv)) == ["/bin/sh", "nginx"]
    assert programs.is_there("ldconfig") and not programs.is_there("no-such-program")


def test_a_long_scenario_is_slow_and_a_short_one_is_not(suite):
    suite(PASS, **{"for": "9s"}, options=("-m", "not slow")).assert_outcomes(deselected=1)
    suite(PASS, **{"for": "900ms"}, options=("-m", "not slow")).assert_outcomes(passed=1)


def test_a_scenario_without_expectation_is_an_error(suite):
    result = suite(PASS, expect={})
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*one.json: it does not say what to expect*"])


def test_a_strategy_is_tried_at_other_addresses_too(suite, pytester, monkeypatch):
    server = {"command": ["${bin}/server", "--port", "${port}"], "url": "http://127.0.0.1:${port}"}
    result = suite(PASS, kind="strategies", name="s", server=server, limits={"lost": 7, "gap": 1})
    passed = 2 + (not no_ipv6())
    result.assert_outcomes(passed=passed, skipped=3 - passed)
    assert result.runs == passed
    runs = pytester.path / "reports/runs/strategies"
    unix = json.loads((runs / "one.unix.json").read_text())
    assert unix["name"] == "s-unix" and unix["limits"] == {"gap": 1}
    assert unix["server"] == {**server, "unix": "${work}/s",
                              "command": [*server["command"], "--unix", "${work}/s"]}
    if not no_ipv6():
        v6 = json.loads((runs / "one.v6.json").read_text())
        assert v6["name"] == "s-v6" and v6["limits"] == {"lost": 7, "gap": 1}
        assert v6["server"] == {"command": [*server["command"], "--host", "::1"],
                                "url": "http://[::1]:${port}"}


@pytest.mark.parametrize("strategy, verdict", [("fork-exec", "pass"), ("activation", "fail")])
def test_a_strategy_is_tried_with_a_bad_upgrade_too(suite, pytester, strategy, verdict):
    """The old processes go on, unless by design there are none any more."""
    run_of = {"pass": PASS, "fail": run("fail", {**LOST, "check": "failed_upgrade_kept_serving"})}
    result = suite(PASS, *[PASS] * (1 + (not no_ipv6())), run_of[verdict], kind="strategies", name="s",
                   limits={}, steps=[{"at": "2s", "signal": "HUP"}],
                   server={"command": ["${bin}/server", strategy], "url": "http://127.0.0.1:${port}"})
    assert result.ret == 0
    plan = json.loads((pytester.path / "reports/runs/strategies/one.bad.json").read_text())
    assert plan["expect"]["verdict"] == verdict
    assert plan["server"]["command"][-2:] == ["sh", strategy]
    bad, fails, good, works = plan["steps"]
    assert bad["replace"] == {"file": "${work}/app", "with": "/bin/false"}
    assert fails == {"signal": "HUP", "upgrade": "fails"} and works == {"signal": "HUP"}
    assert good["replace"] == {"file": "${work}/app", "with": "${bin}/server"}


def test_a_variant_that_is_not_as_expected_is_named(suite):
    result = suite(PASS, FAIL, kind="strategies", name="s", limits={},
                   server={"command": ["${bin}/server"], "url": "http://127.0.0.1:${port}"})
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*scenarios/strategies/one.json?unix?*", "*expected pass, got fail*"])


@pytest.mark.parametrize("path, chosen", [
    ("scenarios/good/one.json", True), ("scenarios/real/nginx/hup.json", True),
    ("scenarios/real/nginx/kill_master.json", False), ("scenarios/real/node/cluster.json", False),
])
def test_some_ways_to_upgrade_are_left_to_dev_servers(path, chosen):
    assert programs.is_everyday(path) == chosen


def test_those_that_are_chosen_are_there():
    for server, names in programs.EVERYDAY.items():
        there = {path.stem for path in (HERE.parent / "real" / server).glob("*.json")}
        assert names <= there, server

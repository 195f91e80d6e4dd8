"""Can a test build a scenario, and assert what it likes on what the run showed?"""

import json
import subprocess

import pytest

from foreign import BIN, Project
from pytest_hupproof import plans

pytest_plugins = ["pytester"]

URL = "http://127.0.0.1:${port}/?sleep=0"


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


def body(project, *lines, before=()):
    """A test of the fixture, with that body."""
    project.pytester.makepyfile(test_it="\n".join(
        ["import pytest", *before, "def test_it(hupproof):", *("    " + line for line in lines)]))


RUN = 'hupproof.run(["./app", 1], url="http://127.0.0.1:${port}/")'
PLAYED = "hupproof.scenario({'name': 'shop', 'play': %r})"


def test_what_is_not_said_is_as_try_has_it():
    command = ["./app", "--port", "${port}"]
    printed = subprocess.run(
        [BIN / "hupproof", "try", "--print", "--url", URL, "--slow", "/slow", "--work", "2s",
         "--", *command],
        check=True, capture_output=True, timeout=60)
    assert plans.plan("try", url=URL, command=command, slow="/slow", work="2s") == json.loads(printed.stdout)


def test_more_of_the_scenario_can_be_said():
    plan = plans.plan("mine", url="http://h:1", attach={"pid": 7}, lanes=[plans.lane("one", rate=5)],
                      steps=[plans.signal("USR2", after="1s", to="all"), plans.stop_start(within="3s")],
                      duration="9s", server={"who": {"header": "X-Pid"}}, limits={"gap": "1s"})
    assert plan == {
        "name": "mine", "for": "9s", "limits": {"gap": "1s"},
        "server": {"attach": {"pid": 7}, "url": "http://h:1", "ready": {"http": "/"},
                   "who": {"header": "X-Pid"}},
        "lanes": [{"name": "one", "connection": "new", "rate": 5, "path": "/"}],
        "steps": [{"after": "1s", "signal": "USR2", "to": "all"},
                  {"at": "2s", "stop_start": {"signal": "TERM", "within": "3s"}}]}


@pytest.mark.parametrize("said, told", [
    ({}, "a command or attach"),
    ({"command": ["a"], "attach": {"pid": 1}}, "a command or attach"),
    ({"command": "./app --port 1"}, "list of words"),
    ({"command": ["a"], "lanes": [], "rate": 3}, "usual lanes"),
    ({"command": ["a"], "work": "3s"}, "no slow="),
    ({"command": ["a"], "limit": {}}, "did you mean 'limits'?"),
])
def test_what_cannot_be_meant_is_told(said, told):
    with pytest.raises(TypeError) as e:
        plans.plan("mine", url="http://h:1", **said)
    assert told in str(e.value)


def test_a_result_says_what_the_run_showed(project):
    body(project, f"result = {PLAYED % {'verdict': 'fail', 'lost': 3}}",
         "assert (result.verdict, result.passed, result.name) == ('fail', False, 'shop')",
         "assert (result.requests, result.lost, result.upgrades) == (12, 3, 1)",
         "assert result.longest_gap_ms == 101.25 and result.lane('new')['longest_gap_ms'] == 7.5",
         "assert result.finding('no_request_lost').why == 'so it was played'",
         "assert result.report['lanes'][1]['name'] == 'slow'",
         "assert result.reasons == ['no_request_lost: so it was played']",
         "assert not result.as_expected",
         "assert str(result) == 'shop: FAIL  12 requests\\n  and more'",
         "with pytest.raises(LookupError, match='did you mean no_request_lost'):",
         "    result.finding('no_requests_lost')")
    project.test().assert_outcomes(passed=1)


def test_a_failed_assertion_shows_the_verdict_and_what_hupproof_printed(project):
    body(project, f"assert {PLAYED % {'verdict': 'fail'}}.passed")
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *False = <hupproof shop: FAIL by no_request_lost; 0 of 12 requests lost>.passed",
                                 "*hupproof: shop*", "shop: FAIL  12 requests", "  and more",
                                 "kept  *hupproof-runs/test_it.py/test_it/run-1/played: *",
                                 "timeline  *run-1/played/timeline.html"])


def test_whatever_fails_shows_what_hupproof_printed(project):
    body(project, f"assert {PLAYED % {'verdict': 'pass'}}.requests > 100")
    project.test().stdout.fnmatch_lines(["shop: PASS  12 requests", "  and more"])


def test_a_test_is_not_green_by_a_run_that_proves_nothing(project):
    """However little it asserts."""
    body(project, f"assert {PLAYED % {'verdict': 'unknown'}}.lost == 0")
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["shop: UNKNOWN by no_request_lost: so it was played"])
    project.test("--hupproof-unknown=skip").assert_outcomes(skipped=1)


def test_unknown_may_be_expected(project):
    body(project, "result = hupproof.scenario({'expect': {'verdict': 'unknown'}, "
         "'play': {'verdict': 'unknown'}})", "assert result.as_expected and not result.passed")
    project.test().assert_outcomes(passed=1)


def test_what_could_not_be_run_is_told_in_one_line(project):
    body(project, PLAYED % {"status": 3, "report": False, "stderr": "hupproof: no such program"})
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_it - hupproof: no such program"])
    result.stdout.no_fnmatch_line("*Error*")


def test_each_run_of_a_test_has_a_directory_that_earlier_ones_do_not_fill(project):
    body(project, *3 * [RUN])
    project.test().assert_outcomes(passed=1)
    assert project.runs() == [f"test_it.py/test_it/run-{i}/played" for i in (1, 2, 3)]
    body(project, RUN)
    project.test().assert_outcomes(passed=1)
    assert project.runs() == ["test_it.py/test_it/run-1/played"]


def test_the_scenario_is_kept_and_dir_is_where_the_test_is(project):
    (project.path / "below").mkdir()
    body(project, "hupproof.run(['${dir}/app', 1], url='http://127.0.0.1:${port}/')")
    (project.path / "test_it.py").rename(project.path / "below/test_it.py")
    project.test().assert_outcomes(passed=1)
    run = project.path / "hupproof-runs/below/test_it.py/test_it/run-1"
    plan = json.loads((run / "scenario.json").read_text())
    assert plan["name"] == "test_it"
    assert plan["server"]["command"] == [f"{project.path}/below/app", "1"]


def test_a_file_is_found_beside_the_test(project):
    project.settings("hupproof_files =")
    project.scenario("mine.json", name="mine", expect={"verdict": "fail"}, play={"verdict": "fail"})
    body(project, "result = hupproof.file('mine.json')", "assert result.as_expected")
    project.test().assert_outcomes(passed=1)


@pytest.mark.parametrize("marker, options, times", [
    ("", (), 1), ("(repeat=3)", (), 3), ("(repeat=3)", ("--hupproof-repeat=2",), 2),
    ("", ("-o", "hupproof_repeat=2"), 2), ("(repeat=3)", ("-o", "hupproof_repeat=2"), 3)])
def test_a_test_is_repeated(project, marker, options, times):
    body(project, RUN, before=[f"@pytest.mark.hupproof{marker}"])
    project.test("--strict-markers", *options).assert_outcomes(passed=times)
    assert len(project.runs()) == times


@pytest.mark.parametrize("marker, told", [
    ("5", "takes repeat and timeout, by name"), ("repeat=0", "at least 1"),
    ("repeats=2", "takes repeat and timeout, by name"), ("timeout='soon'", "must be a duration")])
def test_a_wrong_marker_is_told(project, marker, told):
    body(project, RUN, before=[f"@pytest.mark.hupproof({marker})"])
    result = project.test()
    result.assert_outcomes(**{"failed" if "timeout" in marker else "errors": 1})
    result.stdout.fnmatch_lines([f"*marker hupproof: *{told}*"])


def test_hupproof_itself_is_asked(project):
    project.real()
    body(project, "result = hupproof.run(",
         "    ['${bin}/reload_server', '--port', '${port}', '--strategy', 'fork-exec'],",
         f"    url={URL!r}, slow='/?sleep=0.3', rate=50, duration='1500ms',",
         "    steps=[hupproof.signal('HUP', at='500ms')])",
         "assert result.passed, result",
         "assert result.lost == 0 and result.upgrades == 1",
         "assert len(result.history) == result.requests")
    project.test("--hupproof-tries=4").assert_outcomes(passed=1)

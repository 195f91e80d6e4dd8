"""Is a *.hup.json a test that says what hupproof says: passed, failed, or could not be run?"""

import pytest

from foreign import HUP, REAL, RESTART, Project

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


def test_a_pass_passes(project):
    project.scenario()
    project.test().assert_outcomes(passed=1)


def test_a_failure_shows_what_hupproof_printed_and_no_traceback(project):
    project.scenario(play={"verdict": "fail", "stdout": "shop: FAIL  12 requests\n  lane  new"})
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["shop: FAIL  12 requests", "  lane  new",
                                 "kept *hupproof-runs/one.hup.json/one/run-1/played: report.json*",
                                 "FAILED one.hup.json::one - played: FAIL by no_request_lost; 0 of 12 requests *"])
    result.stdout.no_fnmatch_line("*.py*")


@pytest.mark.parametrize("expect, played, outcome", [
    ({"verdict": "pass"}, {"verdict": "pass"}, "passed"),
    ({"verdict": "fail"}, {"verdict": "fail"}, "passed"),
    ({"verdict": "fail"}, {"verdict": "pass"}, "failed"),
    ({"verdict": "fail"}, {"verdict": "unknown"}, "failed"),
    ({"verdict": "unknown"}, {"verdict": "unknown"}, "passed"),
    ({"verdict": "fail", "checks": ["no_request_lost"]}, {"verdict": "fail"}, "passed"),
    ({"verdict": "fail", "checks": ["old_exited"]}, {"verdict": "fail"}, "failed"),
    ({"behaviour": "loses", "lost": {"new": [1, 5]}}, {"verdict": "fail", "lost": 5}, "passed"),
    ({"behaviour": "loses", "lost": {"new": [1, 5]}}, {"verdict": "fail", "lost": 6}, "failed"),
])
def test_what_it_expects_is_what_passes(project, expect, played, outcome):
    project.scenario(expect=expect, play=played)
    project.test().assert_outcomes(**{outcome: 1})


def test_what_was_expected_instead_is_told(project):
    project.scenario(expect={"verdict": "fail", "checks": ["old_exited"]}, play={"verdict": "fail"})
    project.test().stdout.fnmatch_lines(
        ["old_exited should have failed; those that did: no_request_lost"])


def test_unknown_is_no_pass_and_says_why(project):
    project.scenario(play={"verdict": "unknown"})
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["played: UNKNOWN by no_request_lost: so it was played"])


def test_unknown_may_be_a_skip(project):
    project.settings("hupproof_unknown = skip")
    project.scenario(play={"verdict": "unknown"})
    project.scenario("two.hup.json", play={"verdict": "fail"})
    result = project.test()
    result.assert_outcomes(skipped=1, failed=1)
    result.stdout.fnmatch_lines(["SKIPPED*played: UNKNOWN by no_request_lost: so it was played"])


LATE = {"check": "load_was_on_time", "claim": "", "verdict": "unknown", "applies": True, "why": "late"}
STARVED = {**LATE, "check": "no_long_gap", "why": "but the machine starved us"}
NO_UPGRADE = {**LATE, "check": "upgrade_was_seen", "why": "none"}
LOST = {**LATE, "check": "no_request_lost", "verdict": "fail", "why": "7 were"}
FAIL, OTHER = {"verdict": "fail"}, {"verdict": "fail", "checks": ["old_exited"]}


@pytest.mark.parametrize("verdict, expect, finding, options, runs", [
    ("unknown", None, LATE, (), 2), ("unknown", None, STARVED, (), 2),
    ("unknown", None, NO_UPGRADE, (), 1), ("unknown", {"verdict": "unknown"}, LATE, (), 1),
    ("fail", None, LATE, (), 1), ("fail", FAIL, LATE, (), 1), ("fail", OTHER, STARVED, (), 2),
    ("unknown", None, LATE, ("--hupproof-tries=1",), 1),
    ("unknown", None, LATE, ("--hupproof-tries=3",), 3)])
def test_only_for_want_of_time_a_run_is_tried_again(project, verdict, expect, finding, options, runs):
    project.scenario(expect=expect, play={"verdict": verdict, "findings": [LOST, finding]})
    project.test("--junitxml=junit.xml", *options)
    assert len(project.runs()) == runs
    retried = f'name="retried" value="{finding["check"]}: {finding["why"]}"'
    assert (project.path / "junit.xml").read_text().count(retried) == runs - 1


def test_the_last_try_counts(project):
    play = {"verdict": "unknown", "findings": [LATE], "then": """
if out.name == "run-2":
    report["verdict"], report["findings"] = "pass", []
    (out / name / "report.json").write_text(json.dumps(report))
    sys.exit(0)
"""}
    project.scenario(play=play)
    project.test().assert_outcomes(passed=1)


@pytest.mark.parametrize("played, told", [
    ({"status": 3, "report": False, "stderr": "hupproof: server.command: no such file"},
     "hupproof: server.command: no such file"),
    ({"status": 4, "report": False, "stderr": "hupproof: one.hup.json:1: a: unknown key"},
     "hupproof: one.hup.json:1: a: unknown key"),
    ({"verdict": "pass", "status": 3, "stderr": "hupproof: no space left"}, "hupproof: no space left"),
    ({"verdict": "fail", "status": 0}, "hupproof: exit status 0, and no report that says so"),
    ({"report": False}, "hupproof: exit status 0, and no report that says so"),
    ({"then": "os.kill(os.getpid(), 11)"}, "hupproof: killed by signal 11*"),
])
def test_what_could_not_be_run_is_an_error_in_one_line(project, played, told):
    project.scenario(play=played)
    result = project.test()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told, "ERROR one.hup.json::one - hupproof: *"])
    result.stdout.no_fnmatch_line("*.py*")


def test_an_old_report_is_not_taken_for_a_new_one(project):
    project.scenario()
    project.test().assert_outcomes(passed=1)
    project.scenario(play={"report": False, "directory": "another"})
    project.test().assert_outcomes(errors=1)


@pytest.mark.parametrize("options, passed", [((), 1), (("-o", "hupproof_files="), 0),
                                             (("--hupproof-files=",), 0),
                                             (("--hupproof-files=*.plan *.hup.json",), 2)])
def test_which_files_are_tests_can_be_said(project, options, passed):
    project.scenario()
    project.scenario("two.plan")
    project.scenario("three.json")
    project.test(*options).assert_outcomes(passed=passed)


def test_each_repeated_run_is_a_test_of_its_own(project):
    project.scenario(play={"verdict": "fail"})
    project.test("--hupproof-repeat=2").assert_outcomes(failed=2)
    assert project.runs() == [f"one.hup.json/one[{i}of2]/run-1/played" for i in (1, 2)]


def test_junit_gets_figures(project):
    project.scenario(play={"lost": 3})
    project.test("--junitxml=junit.xml")
    text = (project.path / "junit.xml").read_text()
    for name, value in {"verdict": "pass", "requests": 12, "lost": 3, "longest_gap_ms": 101.25,
                        "upgrades": 1, "scenario": "played"}.items():
        assert f'<property name="{name}" value="{value}"' in text


@pytest.mark.parametrize("verdict, page, made", [
    ("fail", "failed", True), ("pass", "failed", False), ("pass", "always", True),
    ("fail", "never", False)])
def test_a_page_is_made_of_a_run_that_failed_or_of_all(project, verdict, page, made):
    project.settings(f"hupproof_page = {page}")
    project.scenario(play={"verdict": verdict})
    result = project.test()
    file = project.path / "hupproof-runs/one.hup.json/one/run-1/played/timeline.html"
    assert file.exists() == made
    if made and verdict == "fail":
        result.stdout.fnmatch_lines([f"timeline  {file}"])


def test_that_there_is_no_page_is_a_notice(project):
    project.scenario(play={"verdict": "fail"})
    (project.path / "bin/broken").touch()
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["no timeline: hupproof-report: it is broken"])
    (project.path / "bin/hupproof-report").unlink()
    result = project.test()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["no timeline: there is no hupproof-report beside *bin/hupproof"])


@pytest.mark.parametrize("expect, verdict, stays", [("fail", "fail", False), ("pass", "fail", True),
                                                    ("pass", "unknown", True)])
def test_a_work_directory_stays_only_if_something_was_unexpected(project, expect, verdict, stays):
    work = project.path / "hupproof-a1B2c3"
    work.mkdir()
    project.scenario(expect={"verdict": expect}, play={
        "verdict": verdict, "stderr": f"hupproof: kept for you to look at: {work}\n"})
    project.test("--hupproof-unknown=skip")
    assert work.exists() == stays


def test_a_run_starts_in_the_root_directory(project):
    (project.path / "below").mkdir()
    project.scenario("below/one.hup.json")
    project.monkeypatch.chdir(project.path / "below")
    project.test().assert_outcomes(passed=1)
    assert project.report("below/one.hup.json/one/run-1/played")["cwd"] == str(project.path)


@pytest.mark.parametrize("setting, told", [
    ("repeat=0", "--hupproof-repeat: '0': must be a whole number, at least 1"),
    ("unknown=maybe", "--hupproof-unknown: 'maybe': must be one of fail, skip"),
    ("timeout=soon", "--hupproof-timeout: 'soon': must be a duration such as *"),
])
def test_a_wrong_setting_is_told_at_once(project, setting, told):
    project.scenario()
    result = project.test(f"--hupproof-{setting}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {told}"])


def test_a_wrong_setting_in_the_ini_file_is_told_at_once(project):
    project.settings("hupproof_wait = long")
    result = project.test()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: hupproof_wait: 'long': must be a duration such as *"])


def test_hupproof_itself_is_asked(project):
    """A reload that nobody notices, a restart that is noticed, and one whose scenario is wrong."""
    project.real()
    project.scenario("good.hup.json", **REAL, steps=[HUP])
    project.scenario("broken.hup.json", **REAL, steps=[RESTART])
    project.scenario("wrong.hup.json", **REAL, step=[])
    (project.path / "nonsense.hup.json").write_text("{\n")
    result = project.test("--hupproof-tries=4")
    result.assert_outcomes(passed=1, failed=1, errors=2)
    text = result.stdout.str()
    assert "  FAIL    no_request_lost" in text and "\nbroken.hup: FAIL\n" in text
    assert "wrong.hup.json:1: step: unknown key" in text
    assert "nonsense.hup.json:2:1: not JSON: " in text
    [page] = project.path.glob("hupproof-runs/broken.hup.json/broken/run-*/broken.hup/timeline.html")
    assert f"timeline  {page}" in text

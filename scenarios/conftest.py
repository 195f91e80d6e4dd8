"""How is a scenario file a test?  It is run as a user would run it, and has to
end as its `expect` says.  What it leaves, reports/runs/..., is checked as well:
the schemas hold, and judging the history again gives the same findings.

A run that is unknown because the machine had no time for it is run once more,
and the summary says so.  A failure where none was expected is never tried again."""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess

import jsonschema
import pytest

from pytest_hupproof import expectations
from pytest_hupproof.durations import seconds
from programs import BUILT, built_in, how_to_get, is_everyday, is_there, named_in
from variants import variants_of

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / os.environ.get("HUPPROOF_BIN", "build/bin")
RUNS = ROOT / os.environ.get("HUPPROOF_RUNS", "reports/runs")
SLOW_BUILD = "HUPPROOF_SLOW_BUILD" in os.environ    # sanitizers: often too slow to be believed
STATUS = {"pass": 0, "fail": 1, "unknown": 2}
QUICK = 8.0                                         # seconds of load; longer is slow
TIME_FOR_THE_REST = 120.0                           # to start, to drain, to stop, to judge
SAMPLED_LINES = 200                                 # of a history, held against its schema


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".json":
        return ScenarioFile.from_parent(parent, path=file_path)


class ScenarioFile(pytest.File):
    def collect(self):
        try:
            plan = json.loads(self.path.read_text("utf-8"))
            expected = expectations.name(plan["expect"])
        except (ValueError, LookupError, TypeError) as e:
            raise self.CollectError(f"{self.path}: it does not say what to expect: {e!r}") from e
        item = Scenario.from_parent(self, name=f"expects_{expected}", plan=plan)
        if seconds(plan.get("for", 0)) > QUICK:
            item.add_marker("slow")
        if not is_everyday(self.path):
            item.add_marker("servers")
        yield item
        for variant, varied, cannot in variants_of(self.path, plan):
            expected = expectations.name(varied["expect"])
            yield Scenario.from_parent(self, name=f"expects_{expected}[{variant}]",
                                       plan=varied, variant=variant, cannot=cannot)


class Scenario(pytest.Item):
    """One run of a scenario file; a variant has a plan that no file has."""

    def __init__(self, *, plan, variant=None, cannot=None, **kwargs):
        super().__init__(**kwargs)
        self.plan, self.variant, self.cannot = plan, variant, cannot

    def runtest(self):
        if self.cannot:
            pytest.skip(self.cannot)
        lacking = missing_programs(self.plan, self.path.parent)
        if lacking:
            pytest.skip("; ".join(lacking))
        out = RUNS / self.path.relative_to(ROOT / "scenarios").with_suffix("")
        path = self.path
        if self.variant:
            out = out.with_name(f"{out.name}.{self.variant}")
            path = write_plan(out, self.plan)
        must_end_as_expected(path, self.plan, out, self.user_properties)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        where = str(self.path.relative_to(self.config.rootpath))
        return self.path, None, f"{where}[{self.variant}]" if self.variant else where


class NotAsExpected(Exception):
    pass


@pytest.fixture
def as_expected(request):
    """Runs a plan that a test made up, judges it as a scenario file is judged, and returns
    its report."""
    def as_expected(plan, *names):
        out = RUNS.joinpath(*names)
        path = write_plan(out, plan)
        try:
            return must_end_as_expected(path, plan, out, request.node.user_properties).report
        except NotAsExpected as e:
            said = str(e)
        pytest.fail(said, pytrace=False)

    return as_expected


def write_plan(out, plan):
    """Beside the directory of its runs."""
    path = out.with_name(out.name + ".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plan, indent=2))
    return path


def must_end_as_expected(path, plan, out, properties):
    run = Run(path, plan, out)
    reason = run.had_no_time()
    if reason:
        run.keep_as_first_try()
        properties.append(("retried", reason))
        run = Run(path, plan, out)
        if SLOW_BUILD and run.had_no_time():
            pytest.skip(f"no time for it, twice: {run.had_no_time()}")
    problems = run.problems()
    if problems:
        raise NotAsExpected(run.explain(problems))
    run.forget_work_directory()
    return run


def pytest_terminal_summary(terminalreporter):
    retried = [(report.nodeid, value)
               for reports in terminalreporter.stats.values() for report in reports
               if getattr(report, "when", None) == "call"
               for name, value in report.user_properties if name == "retried"]
    if retried:
        terminalreporter.section(f"{len(retried)} retried, for want of time")
        for nodeid, reason in retried:
            terminalreporter.line(f"{nodeid.split('::')[0]}: {reason}")


def missing_programs(plan, directory):
    """The programs of this machine that the scenario starts, and that are not there."""
    argvs = [plan.get("server", {}).get("command")]
    argvs += [step.get("run") for step in plan.get("steps", [])]
    lacking = []
    for program in sorted({program for argv in argvs if argv for program in named_in(argv)}):
        path = os.path.expandvars(program.replace("${dir}", str(directory)))
        if program.startswith(BUILT):
            path = program.replace("${bin}", str(BIN))
        if "${" in path or is_there(path):    # ${bin} and ${work} are hupproof's matter
            continue
        lacking.append(how_to_get(program))
    for program in built_in(json.dumps(plan)):
        if not shutil.which(program.replace("${bin}", str(BIN))):
            lacking.append(how_to_get(program))
    return list(dict.fromkeys(lacking))


class Run:
    """One run of a scenario, and what it left."""

    def __init__(self, path, plan, out):
        self.expected = plan["expect"]
        self.out = out
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        self.command = [BIN / "hupproof", "run", path, "--out", self.out]
        try:
            done = subprocess.run(self.command, cwd=ROOT, stdin=subprocess.DEVNULL,
                                  capture_output=True, encoding="utf-8", errors="replace",
                                  timeout=seconds(plan.get("for", 60)) + TIME_FOR_THE_REST)
            self.status, self.stderr = done.returncode, done.stderr
        except subprocess.TimeoutExpired as e:
            self.status, self.stderr = None, f"{e}\n{(e.stderr or b'').decode(errors='replace')}"
        self.report_file = next(self.out.glob("*/report.json"), self.out / "report.json")
        self.directory = self.report_file.parent
        self.report = None
        if self.report_file.exists():
            self.report = json.loads(self.report_file.read_text("utf-8"))

    def keep_as_first_try(self):
        first = self.out.with_name(self.out.name + ".first-try")
        shutil.rmtree(first, ignore_errors=True)
        self.out.rename(first)

    def forget_work_directory(self):
        """hupproof keeps it whenever a run fails; here that was expected."""
        kept = re.search(r"kept for you to look at: (/.*/hupproof-\w+)$", self.stderr, re.MULTILINE)
        if kept:
            shutil.rmtree(kept[1], ignore_errors=True)

    def findings(self, verdict):
        return [f for f in self.report["findings"] if f["verdict"] == verdict]

    def had_no_time(self):
        """Why it is to be tried again, or None."""
        return expectations.had_no_time(self.expected, self.report) if self.report else None

    def problems(self):
        """Sentences; none if all is as it should be."""
        if not self.report:
            return [f"no report, exit status {self.status}"]
        return [*self.wrong_verdict(), *self.programs_complain(), *self.schemas_broken(),
                *self.judged_otherwise_again()]

    def wrong_verdict(self):
        verdict = self.report["verdict"]
        if self.status != STATUS.get(verdict):
            yield f"the verdict is {verdict}, but the exit status {self.status}"
        allowed = expectations.verdicts(self.expected)
        if verdict not in allowed:
            yield f"expected {' or '.join(allowed)}, got {verdict}"
        yield from expectations.did_not_fail(self.expected, self.report)
        yield from expectations.unexpected(self.expected, self.report)

    def programs_complain(self):
        for where, text in (("hupproof", self.stderr), ("the server", self.server_log())):
            found = re.search(r"^.*(ERROR: \w+Sanitizer|runtime error:|Assertion `.*' failed).*$", text,
                              re.MULTILINE)
            if found:
                yield f"{where}: {found[0]}"

    def schemas_broken(self):
        yield from broken("report.json", self.report, "report")
        with open(self.directory / "history.ndjson", encoding="utf-8") as f:
            lines = f.read().splitlines()
        step = len(lines) // SAMPLED_LINES + 1
        for i in sorted({0, len(lines) - 1, *range(0, len(lines), step)}):
            yield from broken(f"history.ndjson:{i + 1}", json.loads(lines[i]), "history")

    def judged_otherwise_again(self):
        history = self.directory / "history.ndjson"
        done = subprocess.run([BIN / "hupproof", "check", history, "--json"], cwd=ROOT,
                              capture_output=True, encoding="utf-8", timeout=TIME_FOR_THE_REST)
        try:
            again = json.loads(done.stdout)
        except ValueError:
            yield f"hupproof check {history}: exit status {done.returncode}: {done.stderr.strip()}"
            return
        if done.returncode != STATUS[self.report["verdict"]]:
            yield f"hupproof check: exit status {done.returncode}, but {self.report['verdict']}"
        for key in sorted(self.report.keys() | again.keys()):
            if self.report.get(key) != again.get(key):
                yield (f"judged again, \"{key}\" is another: "
                       + difference(self.report.get(key), again.get(key)))

    def server_log(self):
        log = self.directory / "server.log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def explain(self, problems):
        text = [*problems, "", "command: " + " ".join(map(str, self.command)),
                f"kept:    {self.directory}"]
        if self.report:
            unusual = self.findings("fail") + self.findings("unknown")
            text += ["", "findings other than pass:" if unusual else "every finding is a pass"]
            text += [f"  {f['verdict'].upper():8} {f['check']}: {f['why']}" for f in unusual]
        if self.stderr.strip():
            text += ["", "hupproof's standard error:", self.stderr.rstrip()]
        if self.server_log():
            text += ["", "the end of server.log:", *self.server_log().splitlines()[-20:]]
        return "\n".join(text)


def difference(was, now):
    """The first item in which two lists differ, or both values, shortened."""
    if isinstance(was, list) and isinstance(now, list):
        for a, b in zip(was, now):
            if a != b:
                was, now = a, b
                break
    return f"{json.dumps(was)[:400]} became {json.dumps(now)[:400]}"


@functools.cache
def schema(name):
    """What checks a document against reports/schema/NAME.schema.json."""
    all_of_them = {}
    for file in (ROOT / "reports" / "schema").glob("*.schema.json"):
        document = json.loads(file.read_text("utf-8"))
        all_of_them[document["$id"]] = document
        if file.name == f"{name}.schema.json":
            wanted = document
    resolver = jsonschema.RefResolver.from_schema(wanted, store=all_of_them)
    return jsonschema.Draft202012Validator(wanted, resolver=resolver)


def broken(what, document, name):
    for error in schema(name).iter_errors(document):
        at = "".join(f"[{part!r}]" for part in error.absolute_path)
        yield f"{what} breaks its schema at {at or 'the top'}: {error.message[:400]}"

"""One run of hupproof, for a test: in a slot of its own, into a directory of its own; and what is
told of it when the test has ended."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import sys

import pytest
from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative

from . import child, expectations, locate, pages, slots
from .durations import seconds
from .results import Result, work_directory
from .settings import setting

RESULTS = pytest.StashKey[list]()   # of a test's runs
STATUS = {"pass": 0, "fail": 1, "unknown": 2}
TIME_FOR_THE_REST = 120             # seconds: to start, to drain, to stop, to judge


class Trouble(pytest.fail.Exception):
    """It could not be run, or was bad input: one line, or what hupproof said."""

    @property
    def headline(self):
        return str(self).partition("\n")[0]


class NotAsExpected(pytest.fail.Exception):
    """What hupproof printed, below sentences that say what is wrong with it, if it does not."""

    def __init__(self, result, *sentences):
        super().__init__("\n".join([*sentences, *([""] if sentences else []), str(result)]))
        self.headline = sentences[0] if sentences else result.headline


def directory_of(item):
    """Where what the test's runs leave is kept: readable, and no other test's."""
    out = pathlib.Path(item.config.rootpath, os.path.expanduser(setting(item.config, "out")))
    parts = []
    for part in re.split(r"::|/", item.nodeid):
        plain = re.sub(r"[^][\w.=+-]+", "_", part)[:100].lstrip(".") or "_"
        if plain != part:
            plain += "-" + hashlib.sha256(part.encode()).hexdigest()[:6]
        parts.append(plain)
    return out.joinpath(*parts)


def environment():
    """In a virtual environment its programs are found, whether it is activated or not."""
    if sys.prefix == sys.base_prefix:
        return None
    beside = os.path.dirname(os.path.abspath(sys.executable))
    return {**os.environ, "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])}


def program_of(config):
    asked = setting(config, "bin")
    program = locate.program(asked, config.invocation_params.dir)
    if not program:
        where = asked or os.environ.get("HUPPROOF_BIN")
        raise Trouble(f"hupproof: {where}: no such program" if where else
                      "hupproof is not there: neither beside this Python nor on PATH; "
                      "--hupproof-bin names it")
    return program


def make(item, plan, path=None):
    """Runs a plan, that of a scenario file or one that has no file yet, and again if the machine had
    no time for it, but never because it failed; returns its Result.  Raises Trouble."""
    for left in reversed(range(setting(item.config, "tries"))):
        result = make_once(item, plan, path)
        why = result.had_no_time
        if not (left and why):
            break
        item.user_properties.append(("retried", why))
    item.user_properties.extend(result.properties())
    return result


def make_once(item, plan, path):
    """Its Result is one of the test's, too."""
    config = item.config
    results = item.stash.setdefault(RESULTS, [])
    directory = directory_of(item)
    out = directory / f"run-{len(results) + 1}"
    path = path or out / "scenario.json"
    within = setting(config, "timeout", item) or load_of(plan) + TIME_FOR_THE_REST
    command = [program_of(config), "run", str(path), "--out", str(out)]
    try:
        with slots.slot(setting(config, "lock"), setting(config, "parallel"),
                        setting(config, "wait")):
            shutil.rmtree(out if results else directory, ignore_errors=True)
            if path.parent == out:
                out.mkdir(parents=True)
                path.write_text(json.dumps(plan, indent=2) + "\n", "utf-8")
            ended = child.run(command, within=within, cwd=config.rootpath, env=environment())
    except slots.Taken as e:
        raise Trouble(f"{path}: {e}") from None
    result = result_of(ended, out, plan, f"{path}: not done after {within:g} s, so it was stopped")
    results.append(result)
    return result


def load_of(plan):
    try:
        return seconds(plan.get("for", 0))
    except ValueError:
        return 0    # bad input: hupproof will say so


def result_of(ended, out, plan, too_late):
    said = ended.stderr.strip()
    if not ended.in_time:
        raise Trouble("\n".join(filter(None, (too_late, said))))
    file = next(out.glob("*/report.json"), None)
    report = json.loads(file.read_text("utf-8")) if file else {}
    if ended.status != STATUS.get(report.get("verdict")):
        how = f"killed by signal {-ended.status}" if ended.status < 0 else \
            f"exit status {ended.status}"
        raise Trouble(said or f"hupproof: {how}, and no report that says so")
    return Result(report, file.parent, ended.stdout, ended.stderr, plan.get("expect"))


def must_be_believed(item, result):
    """A run that proves nothing is no reason to go on, unless that was expected."""
    if result.verdict == "unknown" and "unknown" not in expectations.verdicts(result.expect):
        why = f"{result.name}: UNKNOWN by " + "; ".join(result.reasons)
        if setting(item.config, "unknown") == "skip":
            pytest.skip(why)
        raise NotAsExpected(result, why)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.excinfo and isinstance(call.excinfo.value, (Trouble, NotAsExpected)):
        report.longrepr = without_traceback(item, call.excinfo.value)
    if call.when == "call":
        tell(item, report)


def without_traceback(item, failure):
    """Its text, and its headline for the short summary and for JUnit."""
    where = ReprFileLocation(str(item.path), 0, failure.headline)
    return ReprExceptionInfo(ReprTracebackNative([f"{failure}\n"]), where)


def tell(item, report):
    """Makes the pages that are wanted, and adds to a failure what was seen, and where it is."""
    wanted = setting(item.config, "page")
    for result in item.stash.get(RESULTS, []):
        notice = None
        if wanted == "always" or wanted == "failed" and report.failed:
            notice = pages.make(result, program_of(item.config))
        if report.failed:
            text = [] if str(result) in report.longreprtext else [str(result)]
            text += [f"kept      {result.directory}: report.json, history.ndjson, server.log",
                     notice or result.page and f"timeline  {result.page}"]
            report.sections.append((f"hupproof: {result.name}", "\n".join(filter(None, text))))
        elif report.passed and work_directory(result.notices):
            shutil.rmtree(work_directory(result.notices), ignore_errors=True)

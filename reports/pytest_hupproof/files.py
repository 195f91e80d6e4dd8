"""How is a *.hup.json a test?  hupproof runs it, which is the test's setup: that it could not is
an error; that it did not end as its `expect` says, a failure."""

import fnmatch
import json

import pytest

from . import runs
from .settings import setting


def pytest_collect_file(file_path, parent):
    if any(fnmatch.fnmatch(file_path.name, name) for name in setting(parent.config, "files")):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    def collect(self):
        rounds = setting(self.config, "repeat")
        name = self.path.name.partition(".")[0]
        for i in range(rounds):
            yield Scenario.from_parent(
                self, name=name if rounds == 1 else f"{name}[{i + 1}of{rounds}]")


class Scenario(pytest.Item):
    """One run of a scenario file."""

    def setup(self):
        self.result = runs.make(self, plan_in(self.path), self.path)

    def runtest(self):
        runs.must_be_believed(self, self.result)
        problems = self.result.problems
        if problems:
            told = self.result.expect == {"verdict": "pass"}    # by the summary
            raise runs.NotAsExpected(self.result, *([] if told else problems))

    def reportinfo(self):
        return self.path, None, self.nodeid


def plan_in(path):
    """{}: it cannot be read, which is hupproof's to say, with line and field."""
    try:
        plan = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return plan if isinstance(plan, dict) else {}

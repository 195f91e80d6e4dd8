"""How does a test run a scenario that it builds?  By the fixture hupproof:

    def test_nobody_notices_a_reload(hupproof):
        result = hupproof.run(["./app", "--port", "${port}"], url="http://127.0.0.1:${port}/",
                              slow="/report", steps=[hupproof.signal("HUP", at="2s")])
        assert result.passed
"""

import pathlib

import pytest

from . import plans, runs
from .files import plan_in
from .settings import setting


def pytest_generate_tests(metafunc):
    """A test that is to be repeated is several tests."""
    if "hupproof" not in metafunc.fixturenames:
        return
    rounds = setting(metafunc.config, "repeat", metafunc.definition)
    if rounds > 1:
        metafunc.parametrize("hupproof_round", range(1, rounds + 1), indirect=True,
                             ids=[f"{i + 1}of{rounds}" for i in range(rounds)])


@pytest.fixture
def hupproof_round(request):
    """Which of the repeated runs of a test it is: 1, 2 ..."""
    return getattr(request, "param", 1)


@pytest.fixture
def hupproof(request, hupproof_round):
    """Upgrades a server under load, and tells whether anybody noticed."""
    return Hupproof(request.node)


class Hupproof:
    """What the fixture is.  Each run returns its Result (results); one that proves nothing fails the
    test there and then, unless that is what its scenario expects."""

    signal = staticmethod(plans.signal)
    stop_start = staticmethod(plans.stop_start)
    lane = staticmethod(plans.lane)

    def __init__(self, item):
        self.item = item

    def run(self, command=None, *, url, **more):
        """Of keyword arguments: plans.plan."""
        name = more.pop("name", self.item.name)
        return self.scenario(plans.plan(name, url=url, command=command, **more))

    def scenario(self, plan):
        """Of a scenario, as a dict.  ${dir} is the test's directory."""
        plan = plans.standing_in({"name": self.item.name, **plan}, self.item.path.parent)
        return self.make(plan)

    def file(self, path):
        """Of a scenario file, beside the test's own."""
        path = self.item.path.parent / pathlib.Path(path)
        return self.make(plan_in(path), path)

    def make(self, *plan):
        result = runs.make(self.item, *plan)
        runs.must_be_believed(self.item, result)
        return result

"""Does the plugin's page tell of every setting, and of nothing that is not there?"""

import inspect
import re

from foreign import ROOT
from pytest_hupproof import plans
from pytest_hupproof.results import Result
from pytest_hupproof.settings import SETTINGS

PAGE = (ROOT / "docs/pytest.md").read_text("utf-8")


def test_every_setting_is_told_with_its_default_and_meaning():
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\| (.*) \|$", PAGE.partition("## Settings")[2], re.M)
    assert [row[:2] for row in rows] == [(row.name, row.default) for row in SETTINGS]
    for row, (_, _, told) in zip(SETTINGS, rows):
        assert told.startswith(row.meaning)
        assert ("also by the marker" in told) == row.marked


def test_what_it_tells_of_a_result_is_there():
    told = set(re.findall(r"`result\.(\w+)|`\.(\w+)`(?=[^|]* \| how many)", PAGE))
    there = vars(Result).keys() | vars(Result({}, ".")).keys()
    assert {name or other for name, other in told} <= there


def test_every_argument_is_told():
    arguments = set(inspect.signature(plans.plan).parameters) - {"others"} | set(plans.OTHERS)
    for argument in arguments:
        assert re.search(rf"^\|[^|]*`{argument}\b", PAGE, re.M), argument

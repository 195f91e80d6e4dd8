"""Which pages do the tests look at, and what is known of the runs that they show?"""

import functools
import json

import pytest

import synthetic
from hupproof_report import cli, errors
from hupproof_report.history import read_history


def page_of(*runs, to, options=()):
    assert cli.main(["html", *map(str, runs), "-o", str(to), *options]) == errors.PASS
    return to


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def run(folder):
    """3000 requests, some of which were lost."""
    return synthetic.write_run(folder / "lossy", 3000)


@pytest.fixture(scope="module")
def page(run, folder):
    return page_of(run, to=folder / "lossy.html")


@functools.lru_cache
def history_of(run):
    return read_history(run / "history.ndjson")


def lost(run):
    history = history_of(run)
    return [i for i in range(len(history)) if history["outcome"][i] != "ok"]


def rewritten(run, change):
    """The history with each line, and the report, as `change` makes them of what they were."""
    for name in ("history.ndjson", "report.json"):
        file = run / name
        lines = [json.dumps(change(json.loads(line))) for line in file.read_text().splitlines()]
        file.write_text("".join(line + "\n" for line in lines))
    return run

"""Is every planted fault caught, and by the check that is there for it?"""

import json
import os
import pathlib

import pytest

from fault_plans import SHAPES, checks, faults, plan, shape_of, shown

EVERY_PAIR = "HUPPROOF_EVERY_PAIR" in os.environ
FAULTS = faults()
REAL = pathlib.Path(__file__).resolve().parents[1] / "real"


def pairs():
    """Every fault under every strategy that can have it; or, quickly, under one of them,
    each in turn."""
    for i, fault in enumerate(FAULTS):
        able = fault["strategies"].split()
        for strategy in able if EVERY_PAIR else [able[i % len(able)]]:
            yield pytest.param(fault, strategy, id=f"{fault['fault']}-{strategy}")


def test_every_fault_names_a_check():
    assert {fault["check"] for fault in FAULTS} <= set(checks())


def test_every_check_is_there_to_catch_some_fault():
    """Those about belief are not: they never accuse a server, a run that they do not
    believe is unknown.  What the reference server cannot do wrong, TLS, others can."""
    caught = {fault["check"] for fault in FAULTS}
    for path in REAL.glob("*/*.json"):
        expected = json.loads(path.read_text("utf-8"))["expect"]
        if expected.get("verdict") == "fail":
            caught |= set(expected["checks"])

    assert {name for name, about in checks().items() if about != "belief"} <= caught


def test_every_shape_is_there_to_show_some_fault():
    names = {fault["fault"] for fault in FAULTS}

    for shape in SHAPES.values():
        assert set(shown(shape)) <= names and (shown(shape) or shape == {})


@pytest.mark.slow
@pytest.mark.parametrize("fault, strategy", pairs())
def test_a_fault_is_caught(fault, strategy, as_expected):
    name = fault["fault"]
    as_expected(plan(shape_of(name), strategy, name, fault["check"]), "faults", strategy, name)


def healthy():
    return sorted({(shape_of(fault["fault"]), strategy) for pair in pairs()
                   for fault, strategy in [pair.values]})


@pytest.mark.slow
@pytest.mark.parametrize("shape, strategy", healthy())
def test_without_it_the_same_passes(shape, strategy, as_expected):
    name = "healthy-" + shape.replace(" ", "-").replace(",", "")
    as_expected(plan(shape, strategy), "faults", strategy, name)

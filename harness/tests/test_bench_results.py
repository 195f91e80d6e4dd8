"""Does the bench's table say what was measured, and leave out what was not?"""

import pytest

from costs import ratios
from noticing import Noticed
from results import Figures, spread


@pytest.mark.parametrize("noticed, text", [
    (Noticed(harmed=40, told=40, status=0), "40 of 40"),
    (Noticed(harmed=40, told=0, status=0), "nothing of 40"),
    (Noticed(harmed=8, told=728, status=0), "told 728 of 8"),
    (Noticed(harmed=8, told=-1, status=-6), "ended with -6, 8 harmed"),
    (Noticed(harmed=0, told=-1, status=4), "ended with 4, 0 harmed"),
    (Noticed(harmed=0, told=0, status=0), "nobody harmed"),
])
def test_what_a_tool_noticed_is_held_against_what_was_done(noticed, text):
    assert noticed.text() == text


def test_ratios_are_of_the_same_round():
    assert ratios({"a": [2, 9], "b": [1, 3]}, "a", "b") == [2, 3]


@pytest.mark.parametrize("costs", [{"a": [2, 9]}, {"a": [2, 9], "b": []}])
def test_there_is_no_ratio_to_what_was_not_measured(costs):
    assert ratios(costs, "a", "b") == []


def test_a_spread_is_the_median_between_the_lowest_and_the_highest():
    assert spread([3, 1, 10]) == "3.00 (1.00..10.00)"
    assert spread([3]) == "3.00"


def test_a_figure_above_its_bound_is_missed_and_one_without_values_is_left_out():
    figures = Figures()
    figures.add_spread("small", [1, 2, 3], 2)
    figures.add_spread("large", [1, 2.1, 3], 2)
    figures.add_spread("not measured", [], 2)
    assert [row[0] for row in figures.rows[1:]] == ["small", "large"]
    assert [row[3] for row in figures.rows[1:]] == ["yes", "NO"]
    assert figures.missed == 1

"""Are the chances right, for numbers that one can count by hand?"""

import itertools
import random

import pytest
from scipy import stats

from hupproof_report.chances import Chance, corrected, greater, more_often, repeats_needed


def by_hand(base, new):
    """In how many of all assignments is the sum of ranks at least as large?"""
    pooled = [*base, *new]
    rank = {v: sum(p < v for p in pooled) + (pooled.count(v) + 1) / 2 for v in pooled}
    sums = [sum(rank[v] for v in part) for part in itertools.combinations(pooled, len(new))]
    found = sum(rank[v] for v in new)
    return Chance(sum(s >= found for s in sums) / len(sums), sums.count(max(sums)) / len(sums))


@pytest.mark.parametrize("base, new, p", [
    ([1], [2], 1 / 2),
    ([1, 2], [3, 4], 1 / 6),
    ([1, 2, 3], [4, 5, 6], 1 / 20),
    ([4, 5, 6], [1, 2, 3], 1),
    ([1, 2, 3], [3, 4, 5], 2 / 20),     # either 3 may be whose it likes
    ([7, 7], [7, 7], 1),
])
def test_ranks_of_few(base, new, p):
    assert greater(base, new).p == pytest.approx(p)


@pytest.mark.parametrize("seed", range(20))
def test_ranks_with_ties_are_counted_exactly(seed):
    numbers = random.Random(seed)
    base = [numbers.randrange(5) for _ in range(numbers.randrange(1, 6))]
    new = [numbers.randrange(6) for _ in range(numbers.randrange(1, 6))]
    assert greater(base, new) == pytest.approx(by_hand(base, new))


@pytest.mark.parametrize("n", [3, 8, 25, 40])
def test_ranks_as_in_scipy(n):
    numbers = random.Random(n)
    base = [numbers.random() for _ in range(n)]
    new = [numbers.random() + 0.1 for _ in range(n)]
    expected = stats.mannwhitneyu(new, base, alternative="greater", method="exact").pvalue
    assert greater(base, new).p == pytest.approx(expected, abs=1e-3 if n == 40 else 1e-12)


def test_nothing_is_greater_than_nothing():
    assert greater([], [1]) == greater([1], []) == (1, 1)


@pytest.mark.parametrize("table", [(0, 5, 5, 5), (0, 1, 1, 1), (2, 10, 7, 9), (3, 3, 3, 3), (0, 4, 0, 6)])
def test_counts_as_in_scipy(table):
    base, of_base, new, of_new = table
    expected = stats.fisher_exact([[new, of_new - new], [base, of_base - base]], "greater").pvalue
    assert more_often(*table).p == pytest.approx(expected)


def test_counts_know_the_best_they_could_show():
    assert more_often(0, 1, 1, 1) == (1 / 2, 1 / 2)
    assert more_often(1, 3, 0, 3).least == pytest.approx(1 / 2)     # one loss can tell no more


def test_holm_multiplies_by_those_that_are_left():
    chances = [Chance(0.01, 0), Chance(0.04, 0), Chance(0.02, 0)]
    assert corrected(chances, 0.05) == pytest.approx([0.03, 0.04, 0.04])


def test_those_that_never_could_be_significant_do_not_count():
    assert corrected([Chance(0.03, 0.001)] + [Chance(1, 1)] * 50, 0.05)[0] == pytest.approx(0.03)
    assert corrected([Chance(0.05, 0.05)] * 2, 0.05) == [1, 1]      # neither could, of two


@pytest.mark.parametrize("tests, n", [(1, 3), (2, 4), (20, 6), (100, 7)])
def test_repeats_that_it_takes(tests, n):
    assert repeats_needed(tests, 0.05) == n

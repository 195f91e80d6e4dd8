"""How likely is such a difference by chance alone?  Exact tests, for numbers as small as repeats.

Each test asks: were the values of both sides alike, so that any of them could as well have been
the other side's, in how many of all such assignments would the new side look as bad as it does?
That needs no bell curve and no many runs.  Beside its p-value a test has the least one that any
assignment of the same values could have: with one run of each that is 1/2, whatever was measured.

Rank test: Mann and Whitney, Ann. Math. Statist. 18 (1947); exact with ties by counting
assignments, Streitberg and Roehmel, Statistical Software Newsletter 12 (1986).
Counts: Fisher's exact test (The Design of Experiments, 1935).
Many tests at once: Holm, Scand. J. Statist. 6 (1979), among those that could be significant at
all, Tarone, Biometrics 46 (1990)."""

import functools
import math
import statistics
from typing import NamedTuple

import numpy

MOST_EXACT = 60     # values of both sides; beyond, the normal approximation errs by less than 0.001


class Chance(NamedTuple):
    """p: one-sided; least: what p could be at best, given the values."""
    p: float
    least: float


def doubled_ranks(values):
    """2, 4, 6 ... from the least value on; values that are equal share the mean of theirs."""
    order = sorted(values)
    return [order.index(v) * 2 + order.count(v) + 1 for v in values]


@functools.lru_cache(maxsize=4096)
def tail_of_rank_sums(ranks, n):
    """(sums, chance of at least that) of n ranks drawn from these without replacement."""
    ways = numpy.zeros((n + 1, sum(ranks) + 1))
    ways[0, 0] = 1
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, :ways.shape[1] - rank]
    at_least = numpy.cumsum(ways[n, ::-1])[::-1]     # whole numbers: 1 of 20 is not above 0.05
    return at_least / at_least[0], int(numpy.flatnonzero(ways[n])[-1])


def greater(base, new):
    """Are values of `new` greater?  Mann and Whitney's test, one-sided."""
    ranks = doubled_ranks([*base, *new])
    n, all_of_them = len(new), len(base) + len(new)
    if not base or not new:
        return Chance(1.0, 1.0)
    found = sum(ranks[len(base):])
    if all_of_them <= MOST_EXACT:
        tail, largest = tail_of_rank_sums(tuple(sorted(ranks)), n)
        return Chance(min(1.0, float(tail[found])), min(1.0, float(tail[largest])))
    variance = statistics.pvariance(ranks) * n * len(base) / (all_of_them - 1)
    normal = statistics.NormalDist(n * (all_of_them + 1), math.sqrt(variance) or 1)
    return Chance(1 - normal.cdf(found - 1), 1 - normal.cdf(sum(sorted(ranks)[-n:]) - 1))


def more_often(base, of_base, new, of_new):
    """Did `new` of `of_new` happen more often than `base` of `of_base`?  Fisher's test, one-sided."""
    together, largest = base + new, min(base + new, of_new)
    ways = [math.comb(of_new, i) * math.comb(of_base, together - i)
            if 0 <= together - i <= of_base else 0 for i in range(largest + 1)]
    whole = sum(ways)
    return Chance(sum(ways[new:]) / whole, ways[largest] / whole)


def corrected(chances, alpha):
    """p-values for all at once: if no difference is real, any of them is at most alpha in at
    most a share alpha of all comparisons.  Those that no values could have made significant are
    1, and do not count.  (Which those are depends on what is held fixed, the values of both sides
    together, and not on whose they are; so leaving them out does not bias.)"""
    among = next((k for k in range(1, len(chances) + 1)
                  if sum(c.least * k <= alpha for c in chances) <= k), 1)
    able = [i for i, c in enumerate(chances) if c.least * among <= alpha]
    result, so_far = [1.0] * len(chances), 0.0
    for passed, i in enumerate(sorted(able, key=lambda i: chances[i].p)):
        so_far = max(so_far, min(1.0, chances[i].p * (len(able) - passed)))
        result[i] = so_far
    return result


def repeats_needed(tests, alpha):
    """Of each side, so that the clearest of differences is significant among so many tests."""
    return next(n for n in range(1, 1000) if tests <= alpha * math.comb(2 * n, n))

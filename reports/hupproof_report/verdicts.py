"""Is one side worse than the other?  From the figures of both to one verdict a row.  Pure.

What is exchangeable: runs, and the upgrades in them.  Requests are not: those of one handover
share its fate, so that 300 of 3000 lost may be one accident.  Times and numbers of a run are
therefore compared run by run, by ranks, and "upgrades that lose" upgrade by upgrade, by Fisher's
test (chances.py).  "Worse" means more than a margin worse: the base's values are first made worse
by that margin, so that neither a difference nobody feels nor a machine that was a little slower
that day counts.  All rows of a comparison are corrected for being many.

A claim is different.  That a run broke it is a fact, which needs no test.  One that the base
never broke and the new side breaks in every run is worse, with one run of each, too; between
that, in some runs, Fisher's test decides."""

from typing import NamedTuple

from .chances import corrected, greater, more_often, repeats_needed
from .figures import CLAIMS, FIGURES, broken_claims, collect, is_share

WORSE, BETTER, SAME, CANNOT_TELL = "worse", "better", "same", "cannot tell"


class Rules(NamedTuple):
    """alpha: chance, at most, that anything is called worse though nothing is.  ratio: how many
    times as much is worth telling.  least_ms: how many ms, instead of each figure's own."""
    alpha: float = 0.05
    ratio: float = 1.25
    least_ms: float = None


class Row(NamedTuple):
    """base, new: the values; of a claim and of a share [(k, n)].  p: of the verdict, corrected;
    None: it needs none, or there is none.  lacking: more runs, or such as show the figure, are
    needed to tell anything; else it cannot be told from these, as they are."""
    scenario: str
    figure: str
    where: str
    base: list
    new: list
    verdict: str
    p: float
    why: str
    lacking: bool = False


class Asked(NamedTuple):
    """A row before it is known how many there are."""
    key: tuple
    base: list
    new: list
    worse: object    # Chance
    better: object
    same: object     # a p-value
    sure: tuple      # (verdict, why) whatever chance says; None: it decides


def margin_of(figure, rules):
    row = FIGURES[figure]
    least = rules.least_ms if row.unit == "ms" and rules.least_ms is not None else row.least
    return lambda value: max(value * rules.ratio, value + least)


def ask_numbers(key, base, new, rules):
    margin = margin_of(key[0], rules)
    base_at_worst, new_at_worst = [margin(v) for v in base], [margin(v) for v in new]
    same = max(greater(new, base_at_worst).p, greater(base, new_at_worst).p)
    if max(new) > max(base_at_worst):
        same = 1.0      # ranks do not see by how much one run of many fell out
    return Asked(key, base, new, greater(base_at_worst, new), greater(new_at_worst, base), same, None)


def ask_share(key, base, new, sure=None):
    (k, n), (j, m) = ([sum(v[i] for v in side) for i in (0, 1)] for side in (base, new))
    same = 0.0 if k * m == j * n and n and m else 1.0
    return Asked(key, [(k, n)], [(j, m)], more_often(k, n, j, m), more_often(j, m, k, n), same, sure)


def surely(k, n, j, m):
    """Of a claim that k of n runs broke, and j of m: what needs no test."""
    if not n or not m:
        who = "either side" if not n and not m else "the base" if not n else "the new side"
        return CANNOT_TELL, f"no run of {who} could judge it"
    if k == 0 and j == m:
        return WORSE, "every new run broke it, and no run of the base"
    if k == n and j == 0:
        return BETTER, "every run of the base broke it, and no new one"
    if k == j == 0 or (k == n and j == m):
        return SAME, "broken in all that tell" if k else "kept in all that tell"
    return None


def ask_claims(base, new):
    of_base, of_new = broken_claims(base), broken_claims(new)
    for claim in [*of_base, *(c for c in of_new if c not in of_base)]:
        (k, n), (j, m) = of_base.get(claim, (0, 0)), of_new.get(claim, (0, 0))
        if claim == "verdict" or k or j:
            yield ask_share((CLAIMS, claim), [(k, n)], [(j, m)], surely(k, n, j, m))


def ask_all(base, new, figures, rules, no_times=None):
    """base, new: reports of one scenario.  no_times: why times say nothing; None: they do."""
    if CLAIMS in figures:
        yield from ask_claims(base, new)
    names = [f for f in figures if f in FIGURES]
    of_base, of_new = collect(base, names), collect(new, names)
    for key in [*of_base, *(k for k in of_new if k not in of_base)]:
        ours, theirs = of_base.get(key, []), of_new.get(key, [])
        if ours and theirs and not (no_times and FIGURES[key[0]].unit):
            share = is_share(ours[0])
            yield ask_share(key, ours, theirs) if share else ask_numbers(key, ours, theirs, rules)
        else:
            side = "the base" if not ours else "the new side"
            why = no_times if ours and theirs else f"not known of {side}"
            yield Asked(key, ours, theirs, None, None, 1.0, (CANNOT_TELL, why))


def decide(scenario, asked, worse, better, tests, alpha):
    """The row, now that all p-values are known: worse and better are this row's, corrected."""
    def row(verdict, p, why, lacking=False):
        return Row(scenario, *asked.key, asked.base, asked.new, verdict, p, why, lacking)

    if asked.sure:
        return row(asked.sure[0], None, asked.sure[1], asked.sure[0] == CANNOT_TELL)
    if worse <= alpha:
        return row(WORSE, worse, "")
    if better <= alpha:
        return row(BETTER, better, "")
    if asked.same <= alpha:
        return row(SAME, asked.same or None, "")
    n, m = ([v[0][1] for v in (asked.base, asked.new)] if is_share(asked.base[0])
            else [len(asked.base), len(asked.new)])
    needed = repeats_needed(tests, alpha)
    if min(n, m) < needed:
        what = "upgrades" if is_share(asked.base[0]) and asked.key[0] != CLAIMS else "runs"
        return row(CANNOT_TELL, None, f"it takes {needed} {what} of each, these are {n} and {m}",
                   True)
    return row(CANNOT_TELL, None, "may be chance, may be not")


def compare(pairs, figures, rules, no_times=None):
    """pairs: {scenario: (reports of the base, of the new side)}.  Rows, in their order."""
    asked = [(scenario, one) for scenario, (base, new) in pairs.items()
             for one in ask_all(base, new, figures, rules, no_times)]
    tested = [one for _, one in asked if one.worse and not one.sure]
    worse = iter(corrected([one.worse for one in tested], rules.alpha))
    better = iter(corrected([one.better for one in tested], rules.alpha))
    return [decide(scenario, one, *((next(worse), next(better)) if one.worse and not one.sure
                                    else (1.0, 1.0)), max(1, len(tested)), rules.alpha)
            for scenario, one in asked]


def verdict_of(rows):
    """Of a whole comparison.  The same: nothing that was worse or better could be seen, and
    there were runs enough to see it."""
    found = {row.verdict for row in rows if row.verdict != CANNOT_TELL or row.lacking}
    return next((v for v in (WORSE, BETTER, CANNOT_TELL) if v in found), SAME)

"""Is worse called worse, and is nothing called worse that is not?  No run is needed to know."""

import random

import pytest

from hupproof_report.figures import CLAIMS, FIGURES
from hupproof_report.verdicts import Rules, compare, verdict_of
from small_reports import lane, report

ALL = [CLAIMS, *FIGURES]
TIMES = [name for name, figure in FIGURES.items() if figure.unit == "ms"]


def judged(base, new, figures=ALL, rules=Rules(), **more):
    rows = compare({"s": (base, new)}, figures, rules, **more)
    return {(row.figure, row.where): row for row in rows}, verdict_of(rows)


def gaps(*values):
    return [report(lanes=[lane(gap=v)]) for v in values]


def test_a_claim_that_was_kept_and_now_is_broken_is_worse_with_one_run_each():
    rows, verdict = judged([report()], [report(failed=["no_request_lost"], lost=3)])
    assert verdict == "worse"
    assert rows[CLAIMS, "no_request_lost"].verdict == rows[CLAIMS, "verdict"].verdict == "worse"
    assert rows["lost", ""].verdict == "cannot tell"      # of a single run each


def test_and_mended_it_is_better():
    rows, verdict = judged([report(failed=["no_request_lost"])], [report()], [CLAIMS])
    assert verdict == "better" and rows[CLAIMS, "no_request_lost"].verdict == "better"


def test_a_claim_that_was_broken_before_is_no_worse():
    rows, verdict = judged([report(failed=["no_long_gap"])], [report(failed=["no_long_gap"])], [CLAIMS])
    assert verdict == "same" and rows[CLAIMS, "no_long_gap"].why == "broken in all that tell"


def test_one_broken_run_of_three_may_be_chance():
    rows, verdict = judged([report()] * 3, [report(), report(), report(failed=["no_long_gap"])], [CLAIMS])
    assert verdict == "cannot tell" and rows[CLAIMS, "no_long_gap"].lacking


def test_often_broken_is_worse_than_seldom():
    base = [report(failed=["no_long_gap"])] + [report()] * 19
    new = [report(failed=["no_long_gap"])] * 15 + [report()] * 5
    rows, _ = judged(base, new, [CLAIMS])
    assert rows[CLAIMS, "no_long_gap"].verdict == "worse" and rows[CLAIMS, "no_long_gap"].p < 0.001


def test_a_run_that_could_not_judge_says_nothing():
    rows, verdict = judged([report()], [report(unknown=["no_long_gap"])], [CLAIMS])
    assert verdict == "cannot tell"
    assert rows[CLAIMS, "verdict"].why == "no run of the new side could judge it"


def test_one_run_of_each_can_tell_no_time():
    rows, verdict = judged(gaps(10), gaps(500), ["gap"])
    assert verdict == "cannot tell"
    assert rows["gap", "new"].why == "it takes 3 runs of each, these are 1 and 1"


def test_as_many_as_it_takes_can():
    rows, verdict = judged(gaps(10, 11, 12), gaps(500, 510, 520), ["gap"])
    assert verdict == "worse" and rows["gap", "new"].p == pytest.approx(0.05)
    assert judged(gaps(500, 510, 520), gaps(10, 11, 12), ["gap"])[1] == "better"


def test_among_many_figures_it_takes_more():
    rows, _ = judged([report()] * 3, [report(lanes=[lane(gap=500)])] * 3)
    assert rows["gap", "new"].why == "it takes 5 runs of each, these are 3 and 3"
    rows, verdict = judged([report()] * 5, [report(lanes=[lane(gap=500)])] * 5)
    assert verdict == "worse" and rows["gap", "new"].p < 0.05


@pytest.mark.parametrize("new, rules, expected", [
    ((12, 12.1, 12.2), Rules(), "same"),                            # a fifth more: within the ratio
    ((14, 14.1, 14.2), Rules(), "same"),                            # within 5 ms
    ((16, 16.1, 16.2), Rules(), "worse"),
    ((14, 14.1, 14.2), Rules(least_ms=1), "worse"),
    ((16, 16.1, 16.2), Rules(ratio=2), "same"),
    ((10.01, 10.02, 10.03), Rules(ratio=1, least_ms=0), "worse"),   # sure, and nobody feels it
    ((3, 16, 400), Rules(), "cannot tell"),
])
def test_what_is_within_the_margin_is_the_same(new, rules, expected):
    rows, _ = judged(gaps(9.8, 9.9, 10), gaps(*new), ["gap"], rules)
    assert rows["gap", "new"].verdict == expected


def test_upgrades_that_lose_are_counted_and_not_their_requests():
    """3000 requests lost in one upgrade of six are one accident."""
    base, new = [report(lost=0)] * 6, [report(lost=0)] * 5 + [report(lost=90)]
    rows, verdict = judged(base, new, ["upgrades that lose", "lost"])
    assert rows["upgrades that lose", ""].verdict == rows["lost", ""].verdict == "cannot tell"
    rows, verdict = judged(base, [report(lost=90)] * 6, ["upgrades that lose"])
    assert verdict == "worse" and rows["upgrades that lose", ""].new == [(6, 6)]


def test_one_that_is_worse_outweighs_what_is_better():
    base = [report(lanes=[lane(gap=500, p99=1)])] * 6
    rows, verdict = judged(base, [report(lanes=[lane(gap=10, p99=50)])] * 6, TIMES)
    assert (rows["gap", "new"].verdict, rows["p99", "new"].verdict, verdict) == ("better", "worse", "worse")


def test_those_in_flight_that_were_not_kept_are_what_counts():
    rows, verdict = judged([report()] * 3, [report(figures={"kept": 4})] * 3, ["in flight, not kept"])
    assert verdict == "worse" and rows["in flight, not kept", ""].new == [6, 6, 6]


def test_a_claim_that_was_not_put_to_the_test_says_nothing():
    base, new = report(), report(failed=["no_long_gap"])
    base["findings"][1]["applies"] = False
    assert judged([base], [new], [CLAIMS])[0][CLAIMS, "no_long_gap"].verdict == "cannot tell"


def test_what_one_side_does_not_know_cannot_be_told():
    rows, _ = judged([report(figures={"drain_ms": None})], [report()], ["drain"])
    assert rows["drain", ""].why == "not known of the base"
    assert judged([report(figures={"drain_ms": None})], [report(figures={"drain_ms": None})], ["drain"])[0] == {}


def test_times_of_two_machines_are_not_judged():
    rows, _ = judged(gaps(1, 2, 3), gaps(100, 200, 300), ["gap", "lost"], no_times="two machines")
    assert rows["gap", "new"].why == "two machines" and rows["lost", ""].verdict == "same"


def noisy(numbers, lanes=("new", "reused", "slow")):
    """A run as a busy machine has it: now and then something stands still."""
    def time(usual):
        return usual * numbers.lognormvariate(0, 0.4) * (10 if numbers.random() < 0.1 else 1)

    return report(lanes=[lane(name, 0, time(0.3), time(1), time(5), time(10)) for name in lanes],
                  figures={"overlap_ms": time(900), "drain_ms": time(1000),
                           "kept": numbers.choice([8, 9, 10])},
                  lost=numbers.choice([0, 0, 0, 7]), descriptors=numbers.randrange(20, 40))


def alarms(rules, comparisons, repeats, figures):
    """Of so many comparisons of like with like: how many say that something is worse."""
    numbers = random.Random(1)
    return sum(judged([noisy(numbers) for _ in range(repeats)],
                      [noisy(numbers) for _ in range(repeats)], figures, rules)[1] == "worse"
               for _ in range(comparisons)) / comparisons


def test_like_with_like_is_seldom_called_worse():
    """Without any margin: what remains is chance, and it has to keep to its 5 %."""
    assert 0 < alarms(Rules(ratio=1, least_ms=0), 400, 8, TIMES) <= 0.05


def test_it_is_the_correction_that_keeps_it_so(monkeypatch):
    monkeypatch.setattr("hupproof_report.verdicts.corrected", lambda chances, alpha: [c.p for c in chances])
    assert alarms(Rules(ratio=1, least_ms=0), 100, 8, TIMES) > 0.2


def test_with_the_usual_margin_it_is_next_to_never():
    assert alarms(Rules(), 200, 6, ALL) <= 0.01


def test_what_is_twice_as_slow_is_found_on_the_same_machine():
    numbers = random.Random(2)
    found = 0
    for _ in range(50):
        base, new = ([noisy(numbers) for _ in range(8)] for _ in range(2))
        for one in new:
            one["figures"]["drain_ms"] *= 4
        found += judged(base, new)[0]["drain", ""].verdict == "worse"
    assert found >= 25

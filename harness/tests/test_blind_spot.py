"""Is "0 lost" never said without what it leaves open?"""

import itertools
import math
import re

import pytest

from running import scenario, FAIL, PASS, UNKNOWN

SAID = re.compile(r" 0 lost \(95 % confidence: at most ([\d.]+) % of requests in a handover and "
                  r"([\d.]+) % of upgrades; blind for ([\d.]+) ms to new connections, "
                  r"([\d.]+) ms on reused ones\); ")


def longest_without(spans, begin, end):
    """By a look at every begin and end, which takes any number of spans at once."""
    edges = sorted({begin, end, *(t for span in spans for t in span if begin < t < end)})
    covered = [any(a <= low and high <= b for a, b in spans)
               for low, high in itertools.pairwise(edges)]
    longest = now = 0
    for (low, high), seen in zip(itertools.pairwise(edges), covered):
        now = 0 if seen else now + high - low
        longest = max(longest, now)
    return longest


def is_new(s):
    return s.get("connected", -1) > s["sent"] or s["phase"] == "connect"


def look_again(bench, upgrade):
    """What the report should say of a handover, from the history."""
    begin, end = (round(upgrade["handover"][k] * 1e6) for k in ("from_ms", "until_ms"))
    # to the microsecond, as the report has it
    within = [s for s in bench.samples("s") if s["sent"] < end - 1000 and s["done"] > begin + 1000]
    new = [(s["sent"], s.get("connected", s["done"])) for s in within if is_new(s)]
    reused = [(s["sent"], s["done"]) for s in within if not is_new(s)]
    return (len(within), longest_without(new, begin, end) / 1e6,
            longest_without(reused, begin, end) / 1e6)


def test_none_lost_comes_with_its_bound_and_its_blind_spot(bench):
    run = bench.run_scenario(scenario(), "--quiet").must(PASS)
    said = [float(n) for n in SAID.search(run.out).groups()]
    found = bench.report("s")["summary"]["handovers"]
    bound = found["loss_rate_upper_bound"]
    assert said[0] == pytest.approx(100 * bound["per_request"], rel=0.1)
    assert said[1:] == [95, round(found["blind_ms"]["new"], 1), round(found["blind_ms"]["reused"], 1)]
    assert bound["confidence"] == 0.95
    assert bound["per_request"] == pytest.approx(1 - 0.05 ** (1 / found["requests"]))
    assert bound["per_upgrade"] == pytest.approx(0.95)
    bounds = re.search(r"\(95 %.*?\)", run.out).group()
    assert bounds in bench.run("check", bench.path("s", "history.ndjson")).said


def test_whatever_says_none_lost_says_it_all(bench):
    """The story and the finding, of whichever command; over the ends of lines."""
    plan = scenario()
    runs = [bench.run_scenario(plan).must(PASS),
            bench.run("check", "--verbose", bench.path("s", "history.ndjson")).must(PASS),
            bench.run("check", bench.path("s", "history.ndjson"), "--json").must(PASS)]
    texts = [run.said for run in runs]
    for text, times in zip(texts, (1, 2, 2)):
        said = re.findall(r"\b(?:0|0 of \d+ requests were|None of \S+ requests was) lost.{,24}", text)
        assert len(said) == times, text
        assert all(" lost (95 % confidence: at" in one for one in said), said
    assert len({bounds for text in texts for bounds in re.findall(r"\(95 %.*?\)", text)}) == 1


def test_a_blind_spot_is_what_the_history_shows(bench):
    bench.run_scenario(scenario(steps=[{"at": "200ms", "signal": "HUP", "repeat": 3, "every": "250ms"}],
                                duration="1500ms")).must(PASS)
    report = bench.report("s")
    all_, per = report["summary"]["handovers"], [u["handover"] for u in report["upgrades"]]
    assert len(per) == all_["upgrades"] == 3 and all_["upgrades_with_loss"] == 0
    for upgrade in report["upgrades"]:
        requests, new, reused = look_again(bench, upgrade)
        found = upgrade["handover"]
        assert abs(found["requests"] - requests) <= 1
        assert found["blind_ms"] == {"new": pytest.approx(new, abs=0.002),
                                     "reused": pytest.approx(reused, abs=0.002)}
        assert found["from_ms"] == upgrade["begun_ms"] < found["until_ms"] <= upgrade["ended_ms"]
    for kind in ("new", "reused"):
        assert all_["blind_ms"][kind] == max(h["blind_ms"][kind] for h in per) > 0
    assert max(h["requests"] for h in per) <= all_["requests"] <= sum(h["requests"] for h in per)
    assert all_["loss_rate_upper_bound"]["per_upgrade"] == pytest.approx(1 - 0.05 ** (1 / 3))


def test_a_handover_ends_with_the_last_old_process(bench):
    bench.run_scenario(scenario()).must(PASS)
    report = bench.report("s")
    (old,) = [p for p in report["processes"] if p["generation"] == 1 and p["requests"]]
    assert report["upgrades"][0]["handover"]["until_ms"] == old["exited_ms"]


@pytest.mark.parametrize("connection,other,said", [
    ("new", "reused", r"blind for [\d.]+ ms to new connections, no lane of reused ones\)"),
    ("reused", "new", r"no lane of new connections, blind for [\d.]+ ms on reused ones\)"),
])
def test_what_no_lane_does_is_not_said_to_be_seen(bench, connection, other, said):
    lane = {"name": "one", "connection": connection, "rate": 100, "path": "/?sleep=0.05"}
    run = bench.run_scenario(scenario(lanes=[lane])).must(PASS)
    assert re.search(said, run.said)
    blind = bench.report("s")["summary"]["handovers"]["blind_ms"]
    assert blind[other] is None and blind[connection] > 0


def test_without_an_upgrade_nothing_is_bounded(bench):
    run = bench.run_scenario(scenario(steps=[]), "--quiet").must(UNKNOWN)
    assert " 0 lost (there was no upgrade to lose any); 0 upgrades" in run.out
    assert bench.report("s")["summary"]["handovers"] == {
        "upgrades": 0, "upgrades_with_loss": 0, "requests": 0, "lost": 0,
        "loss_rate_upper_bound": {"confidence": 0.95, "per_request": None, "per_upgrade": None},
        "blind_ms": {"new": None, "reused": None}}


def test_what_was_lost_is_bounded_as_well(bench):
    run = bench.run_scenario(scenario(steps=[{"at": "300ms", "stop_start": {"signal": "KILL"}}]))
    run.must(FAIL)
    assert "confidence" not in run.out, "the outcomes say more"
    found = bench.report("s")["summary"]["handovers"]
    lost, n = found["lost"], found["requests"]
    assert 0 < lost <= n and found["upgrades_with_loss"] == 1
    bound = found["loss_rate_upper_bound"]
    assert bound["per_upgrade"] == 1
    tail = sum(math.comb(n, k) * bound["per_request"] ** k * (1 - bound["per_request"]) ** (n - k)
               for k in range(lost + 1))
    assert lost == n or tail == pytest.approx(0.05)

"""Does a lane concentrate its load around the upgrades, whenever these become known?"""

import pytest

from running import scenario, PASS

BURST = {"rate": 1000, "before": "50ms", "after": "100ms"}
MS = 1_000_000


def bursting(steps, rate=20, duration="1500ms", **lane):
    lanes = [{"name": "new", "rate": rate, "path": "/?sleep=0", "burst_at_upgrade": BURST, **lane},
             {"name": "slow", "rate": 20, "path": "/?sleep=0.2"}]
    return scenario(lanes=lanes, steps=steps, duration=duration)


def due(bench, lane="new"):
    """Since the load began."""
    (began,) = bench.events("s", "load_began")
    first = bench.samples("s", "slow")[0]["due"]  # which leaves as the load begins
    assert 0 <= first - began["at"] < 5 * MS
    return [s["due"] - first for s in bench.samples("s", lane)]


def within(times, begin, end):
    """In ms."""
    return len([t for t in times if begin * MS <= t < end * MS])


def must_be_whole(bench, times):
    """What was due is there, and nothing else."""
    (planned,) = [e["value"] for e in bench.events("s", "lane_planned") if e.get("index", 0) == 0]
    assert planned == len(times) == bench.report("s")["lanes"][0]["planned"]


def test_around_an_upgrade_whose_time_is_known_the_rate_is_the_bursts(bench):
    bench.run_scenario(bursting([{"at": "500ms", "signal": "HUP", "repeat": 2,
                                  "every": "500ms"}])).must(PASS)
    times = due(bench)
    assert [within(times, *span) for span in ((0, 450), (450, 600), (600, 950), (950, 1100),
                                              (1100, 1500))] == [9, 150, 7, 150, 8]
    assert len(times) == 324
    must_be_whole(bench, times)


def test_the_plan_is_the_same_each_time(bench):
    plan = bursting([{"at": "500ms", "signal": "HUP"}], shape="poisson", duration="1s")
    plans = []
    for seed in (7, 7, 8):
        bench.run_scenario(plan, "--seed", seed).must(PASS)
        plans.append(due(bench))
    # from the lane's first request on: when the load began is known to a few microseconds
    plans = [[t - times[0] for t in times] for times in plans]
    assert plans[0] == plans[1] != plans[2]


def planned_at(bench):
    """When each step was to begin, in ms since the lanes began."""
    first = bench.samples("s", "slow")[0]["due"]
    return [(e["value"] - first) / MS for e in bench.events("s", "step_began")]


def test_an_upgrade_after_something_else_is_known_when_that_has_ended(bench):
    bench.run_scenario(bursting([{"at": "200ms", "wait": "100ms"},
                                 {"after": "300ms", "signal": "HUP"},
                                 {"after": "20ms", "signal": "HUP"}])).must(PASS)
    times, (_, first, second) = due(bench), planned_at(bench)
    assert first >= 600 and second >= first + 20
    # the second one's begins before it is known, but within the first one's
    assert within(times, first - 50, second + 100) == pytest.approx(150 + second - first, abs=2)
    assert within(times, 0, first - 50) == pytest.approx((first - 50) / 50, abs=1)
    assert within(times, second + 100, 1500) == pytest.approx((1400 - second) / 50, abs=2)
    must_be_whole(bench, times)


def test_a_burst_begins_no_earlier_than_its_upgrade_is_known(bench):
    bench.run_scenario(bursting([{"at": "300ms", "wait": "100ms"},
                                 {"after": 0, "signal": "HUP"}], rate=1)).must(PASS)
    times, (_, upgrade) = due(bench), planned_at(bench)
    assert within(times, 0, upgrade) == 1
    assert within(times, upgrade, upgrade + 100) == pytest.approx(100, abs=2)
    late = [s["sent"] - s["due"] for s in bench.samples("s", "new")]
    assert max(late) < 400 * MS, "nor does it wait until the next request was due"
    must_be_whole(bench, times)


def test_an_upgrade_that_was_held_up_has_its_burst_when_it_comes(bench):
    bench.run_scenario(bursting([{"at": "200ms", "wait": "500ms"},
                                 {"at": "300ms", "signal": "HUP"}])).must(PASS)
    times, report = due(bench), bench.report("s")
    came = report["steps"][1]["at_ms"] - report["load_began_ms"]
    assert came > 700
    assert within(times, 250, 400) == 150, "as planned"
    again = [t / MS for t, later in zip(times, times[1:]) if later - t < 5 * MS and t > 450 * MS]
    assert 98 <= len(again) <= 101, "and as it came"
    assert came - 100 < again[0] < came + 10  # a request each ms, from when it was known
    must_be_whole(bench, times)

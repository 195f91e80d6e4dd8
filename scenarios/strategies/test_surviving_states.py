"""Which connections does each strategy lose by design, and does it lose no others?"""

import json
import pathlib

import pytest

HERE = pathlib.Path(__file__).resolve().parent

# By scenario.  Whatever has been begun ends with a program that does not wait; and where
# nobody listens between two programs, who was closed meanwhile is refused.
LOST_BY_DESIGN = {
    "exec_now": {"half_headers", "half_body", "working", "half_response", "pipelined"},
    "restart_term": {"accepted", "idle"},
}

# The next request is on its way when the program ends: who comes first is a matter of luck.
A_MATTER_OF_LUCK = {"exec_now": {"next_request"}}

# Longer than the second after which everything held is completed at the latest: an old
# program that finishes what it has is still at it when those it closed come again.
WORK = "/?sleep=1.4"


def with_states(plan, excused):
    limits = {**plan["limits"], **({"states": sorted(excused)} if excused else {})}
    lanes = [{**lane, "rate": min(lane["rate"], 50)} for lane in plan["lanes"]]  # this is not about them
    return {**plan, "name": plan["name"] + "-states", "lanes": lanes, "for": "4s", "limits": limits,
            "states": {"of": True, "work_path": WORK, "stream_path": "/?stream=0.5"}}


@pytest.mark.parametrize("name", sorted(file.stem for file in HERE.glob("*.json")))
def test_only_those_are_lost_that_the_strategy_gives_up(name, as_expected):
    by_design, by_luck = LOST_BY_DESIGN.get(name, set()), A_MATTER_OF_LUCK.get(name, set())
    plan = json.loads((HERE / name).with_suffix(".json").read_text("utf-8"))
    report = as_expected(with_states(plan, by_design | by_luck), "strategies", f"{name}.states")
    survived = next(f for f in report["findings"] if f["check"] == "every_state_survived")
    lost = {row["state"]: row["lost"] for row in report["states"] if row["lost"]}

    assert (survived["verdict"], survived["applies"]) == ("pass", True), survived["why"]
    assert {row["held"] for row in report["states"]} == {4}
    assert {state: n for state, n in lost.items() if state not in by_luck} == \
        dict.fromkeys(by_design, 4), survived["why"]

"""Is it seen when every reload leaves a little more behind?"""

import pathlib

import pytest

from running import python_server, scenario, COULD_NOT_RUN, FAIL, PASS

HERE = pathlib.Path(__file__).resolve().parent
RELOADS = 6
GROWTH = ("no_descriptor_growth", "no_memory_growth")
STEPS = [{"at": "900ms", "signal": "HUP", "repeat": RELOADS, "every": "900ms"}]


def growing(habit):
    return scenario(server={"command": ["/usr/bin/python3", str(HERE / "growing_server.py"),
                                        "${port}", habit],
                            "ready": {"http": "/", "within": "20s"}},
                    lanes=[{"name": "new", "rate": 30, "path": "/"}],
                    duration="6500ms", steps=STEPS)


def findings(bench):
    return {f["check"]: f for f in bench.report("s")["findings"]}


def test_a_server_that_lets_go_of_everything_passes(bench, way):
    argv, how = way
    bench.run_scenario(scenario(duration="6500ms", steps=STEPS), *argv, **how).must(PASS)
    for name in GROWTH:
        found = findings(bench)[name]
        assert found["verdict"] == "pass" and f"over {RELOADS} generations" in found["why"], found


@pytest.mark.parametrize("habit,broken", [("clean", None), ("leak", "no_descriptor_growth"),
                                          ("fat", "no_memory_growth")])
def test_what_every_heir_inherits_is_seen(bench, habit, broken):
    run = bench.run_scenario(growing(habit)).must(FAIL if broken else PASS)
    failed = [name for name, f in findings(bench).items() if f["verdict"] == "fail"]
    assert failed == ([broken] if broken else []), run.out


def test_what_was_looked_at_is_in_the_history(bench):
    bench.run_scenario(growing("leak")).must(FAIL)
    served = [p["pid"] for p in bench.report("s")["processes"] if p.get("requests")]
    assert len(served) == RELOADS + 1
    for kind, least in ("descriptors", 3), ("memory", 1 << 20):
        events, last = bench.events("s", kind), {}
        for e in events:
            assert e["value"] > 0, "nobody has none who is not about to be gone"
            assert last.get(e["pid"]) != e["value"], "only what has changed"
            last[e["pid"]] = e["value"]
        assert all(last[pid] >= least for pid in served), last


def test_a_server_is_given_nothing_of_ours(bench):
    code = ["import os", "print('open:', *sorted(os.readlink(f'/proc/self/fd/{n}')"
            " for n in os.listdir('/proc/self/fd') if int(n) > 2 and"
            " os.path.exists(f'/proc/self/fd/{n}')), flush=True)"]
    bench.run_scenario(scenario(server={"command": python_server(*code)})).must(COULD_NOT_RUN)
    assert "open:\n" in bench.server_log("s")

"""Does each step do what it says, and say when it could not?"""

import pytest

from running import scenario, COULD_NOT_RUN, FAIL, PASS, UNKNOWN
from small_runs import lanes, small


def steps_of(bench, name="s"):
    """[(what, when it was due, when it began, when it ended, whether it failed)], ms since the load"""
    began = bench.events(name, "load_began")[0]["at"]
    found = []
    for line in bench.history(name):
        if line.get("event") == "step_began":
            found.append([line.get("text"), (line["value"] - began) / 1e6,
                          (line["at"] - began) / 1e6, None, None])
        elif line.get("event") == "step_ended":
            found[-1][3:] = [(line["at"] - began) / 1e6, line.get("value", 0) != 0]
    return found


def test_each_action_is_carried_out_and_timed(bench):
    conf = bench.directory / "app.conf"
    conf.write_text("old")
    conf.chmod(0o640)
    new = bench.directory / "new.conf"
    new.write_text("new, and longer")
    new.chmod(0o600)
    before = conf.stat().st_ino
    none = {"upgrade": "none"}
    plan = scenario(duration="3s", lanes=lanes(slow=True), args=["--pidfile", "${work}/pid"], steps=[
        {"at": "100ms", "run": ["/bin/sh", "-c", "echo it ran; exit 3"], "expect_exit": 3, **none},
        {"after": "0s", "replace": {"file": str(conf), "with": str(new)}, **none},
        {"write": {"file": "${work}/note", "text": "hello"}, **none},
        {"wait": "150ms"},
        {"wait_for": {"file": "${work}/note"}},
        {"signal": "HUP"},
        {"wait_for": {"pidfile_changes": "${work}/pid"}, "within": "5s"},
        {"wait_for": {"new_pid": True}},
        {"wait_for": {"gone": "old"}},
        {"stop": {"signal": "TERM", "within": "5s"}},
        {"start": True},
        {"stop_start": {"signal": "TERM"}},
        {"signal": "URG", "to": "all", "repeat": 2, "every": "20ms", **none},
    ])
    plan["limits"]["lost"] = 1000
    run = bench.run_scenario(plan)
    assert run.status in (PASS, FAIL, UNKNOWN), run.err
    steps = steps_of(bench)
    assert len(steps) == 14, steps
    words = ["run /bin/sh", f"replace {conf} with", "write ", "wait 0.150", "wait for file",
             "HUP to ", "wait for pidfile_changes", "wait for new_pid", "wait for gone",
             "TERM to ", "start ", "TERM to ", "URG to all", "URG to all"]
    for (text, due, began, ended, failed), word in zip(steps, words):
        assert text.startswith(word) and not failed, (text, word)
        assert due <= began <= ended
    for (_, _, _, ended, _), (_, due, began, _, _) in zip(steps[:-2], steps[1:]):
        assert began >= ended and due >= ended - 1, "one after the other"
    assert steps[3][3] - steps[3][2] >= 150
    assert abs(steps[13][1] - steps[12][1] - 20) < 0.01, "due by its rhythm"
    assert conf.read_text() == "new, and longer" and conf.stat().st_ino != before
    assert conf.stat().st_mode & 0o777 == 0o600, "mode included"
    assert "it ran" in bench.server_log("s")
    assert not list(bench.directory.glob("*.hupproof-*"))
    report = bench.report("s")
    assert [s["action"] for s in report["steps"]] == [
        "run", "replace", "write", "wait", "wait_for", "signal", "wait_for", "wait_for",
        "wait_for", "stop", "start", "stop_start", "signal", "signal"]
    assert len(bench.events("s", "server_started")) == 3


@pytest.mark.parametrize("step,words", [
    ({"run": ["/bin/sh", "-c", "exit 3"]}, ["exited with 3, not 0"]),
    ({"run": ["/bin/sleep", "600"], "within": "100ms"}, ["/bin/sleep", "0.1 s"]),
    ({"run": ["/nowhere/at/all"]}, ["/nowhere/at/all", "No such file"]),
    ({"run": ["/bin/sh", "-c", "kill -9 $$"]}, ["SIGKILL"]),
    ({"replace": {"file": "${work}/x", "with": "/nowhere/at/all"}}, ["/nowhere/at/all"]),
    ({"write": {"file": "/nowhere/at/all", "text": ""}}, ["/nowhere/at/all"]),
    ({"wait_for": {"file": "/nowhere/at/all"}, "within": "100ms"}, ["in vain", "/nowhere/at/all"]),
    ({"signal": "HUP", "to": "/nowhere/pid"}, ["/nowhere/pid", "No such file"]),
    ({"signal": "HUP", "to": {"pid": 1}}, ["pid 1"]),
])
def test_a_step_that_fails_is_told_and_ends_the_load(bench, step, words):
    run = bench.run_scenario(scenario(duration="30s", lanes=lanes(), steps=[{"at": "100ms", **step}]))
    run.must(COULD_NOT_RUN)
    (line,) = [x for x in run.err.splitlines() if "kept for you" not in x]
    assert "steps[0]" in line
    for word in words:
        assert word in line, line
    (said,) = steps_of(bench)
    assert said[4] and said[3] < 10000
    assert not bench.events("s", "proc_left_over")
    assert bench.report("s")["verdict"] in ("unknown", "fail")


def test_a_server_that_ignores_the_stop_of_a_step(bench):
    run = bench.run_scenario(scenario(
        server=small("deaf") | {"stop": {"signal": "KILL"}}, lanes=lanes(), duration="5s",
        steps=[{"at": "200ms", "stop_start": {"signal": "TERM", "within": "200ms"}}]))
    assert run.status in (FAIL, COULD_NOT_RUN)
    (step,) = steps_of(bench)
    assert step[4] and 200 <= step[3] - step[2] < 3000
    assert "still alive" in run.out + run.err and "SIGTERM" in run.out + run.err


def test_a_server_that_does_not_come_back(bench):
    run = bench.run_scenario(scenario(
        server={"command": ["/bin/sh", "-c", "test -e once && exit 9; : >once; "
                            "exec ${bin}/reload_server --port ${port}"]},
        lanes=lanes(), duration="10s", steps=[{"at": "200ms", "stop_start": True}]))
    assert run.status in (FAIL, COULD_NOT_RUN), run.err
    (step,) = steps_of(bench)
    assert step[4] and "died at its start" in run.out + run.err


@pytest.mark.parametrize("before", ["rm -f ${work}/late", ":"], ids=["missing", "stale"])
def test_a_pidfile_that_is_late_after_a_restart_is_waited_for(bench, before):
    plan = scenario(lanes=lanes(), duration="3s", server={"pid": {"pidfile": "${work}/late"}},
                    steps=[{"at": "200ms", "stop_start": {"signal": "TERM"}}, {"signal": "HUP"}])
    start = f"{before}; ( (sleep 0.4; echo $$ >${{work}}/late) & ); exec "
    plan["server"]["command"] = ["/bin/sh", "-c", start + " ".join(plan["server"]["command"])]
    bench.run_scenario(plan).must(FAIL)
    assert [step[4] for step in steps_of(bench)] == [False, False]


def test_repeated_steps_keep_their_rhythm(bench):
    bench.run_scenario(scenario(duration="1500ms", lanes=lanes(slow=True), steps=[
        {"at": "200ms", "signal": "HUP", "repeat": 3, "every": "400ms"}]))
    due = [round(s[1]) for s in steps_of(bench)]
    assert due == [200, 600, 1000]
    used = {e["pid"] for e in bench.events("s", "step_began")}
    assert len(used) >= 2, "the leader moves"


def test_a_long_script_is_kept_whole_and_shown_in_a_line(bench):
    script = "true\n" + "# \u00e9 " * 400
    bench.run_scenario(scenario(steps=[{"at": "100ms", "run": ["/bin/sh", "-c", script],
                                        "upgrade": "none"}]))
    (step,) = bench.report("s")["steps"]
    assert step["detail"] == f"run /bin/sh -c {script}"
    (line,) = [line for line in bench.runs[0].out.splitlines() if "step  " in line]
    assert line.endswith("run /bin/sh -c true...")

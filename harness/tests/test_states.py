"""Do connections survive an upgrade, whatever state it finds them in?"""

import json

from running import scenario, FAIL, PASS
from small_runs import findings, lanes, run_in_time, small

STATES = ["accept_queue", "accepted", "half_headers", "half_body", "working", "half_response",
          "idle", "next_request", "pipelined"]


def plan(*options, step=None, states=None, **more):
    return scenario(
        server={"command": ["${bin}/reload_server", "--port", "${port}", *options]},
        lanes=[*lanes(), {"name": "slow", "rate": 5, "path": "/?sleep=0.8"}], duration="3s",
        steps=[{"at": "1s", **(step or {"signal": "HUP"})}],
        states=states or {"of": True, "stream_path": "/?stream=0.8"}, **more)


def rows(bench):
    return {row["state"]: row for row in bench.report("s")["states"]}


def lost(bench):
    return {name for name, row in rows(bench).items() if row["lost"]}


def test_all_survive_a_handover(bench):
    run = run_in_time(bench, plan("--strategy", "fork-exec"), PASS)
    assert list(rows(bench)) == STATES
    for name, row in rows(bench).items():
        assert (row["held"], row["outcomes"], row["why"]) == (4, {"ok": 4}, None), name
        assert row["served_by_old"] + row["served_by_new"] == 4, name
        assert f"  {name} " in run.out
    assert rows(bench)["working"]["served_by_old"] == 4
    assert findings(bench)["every_state_survived"]["verdict"] == "pass"


def test_those_that_an_exec_cuts_are_named(bench):
    run = bench.run_scenario(plan("--strategy", "exec", "--exec-when", "now")).must(FAIL)
    finding = findings(bench)["every_state_survived"]
    assert finding["verdict"] == "fail"
    assert lost(bench) >= {"half_headers", "half_body", "working", "half_response", "pipelined"}
    assert not lost(bench) & {"accepted", "idle"}, "closed before a request, opened again"
    assert rows(bench)["idle"]["reopened"] == rows(bench)["idle"]["served_by_new"] == 4
    assert all(name in finding["why"] for name in lost(bench))
    assert "4 truncated" in run.out and "4 opened again" in run.out


def test_a_kill_loses_what_was_begun(bench):
    bench.run_scenario(plan(step={"stop_start": {"signal": "KILL"}})).must(FAIL)
    assert lost(bench) >= {"half_headers", "half_body", "working", "half_response", "pipelined"}
    assert rows(bench)["half_response"]["outcomes"] == {"truncated": 4}


def test_a_check_of_the_history_says_the_same(bench):
    bench.run_scenario(plan("--strategy", "exec", "--exec-when", "now")).must(FAIL)
    run = bench.run("check", bench.path("s", "history.ndjson"), "--json").must(FAIL)
    assert json.loads(run.out) == bench.report("s")


def test_those_that_hang_are_lost(bench):
    """A stopped process holds its connections, and answers nobody."""
    bench.run_scenario(scenario(
        server={"stop": {"within": "200ms"}}, lanes=[{**lane, "timeout": "1s"} for lane in lanes()],
        steps=[{"at": "300ms", "signal": "STOP", "upgrade": "begins"}],
        states={"of": ["half_headers", "idle", "next_request"], "timeout": "1500ms"})).must(FAIL)
    assert {name: row["outcomes"] for name, row in rows(bench).items()} == {
        name: {"timeout": 4} for name in ("half_headers", "idle", "next_request")}


def test_states_that_are_lost_by_design_may_be_excused(bench):
    bench.run_scenario(plan("--strategy", "exec", "--exec-when", "now",
                            limits={"states": STATES})).must(FAIL)
    finding = findings(bench)["every_state_survived"]
    assert finding["verdict"] == "pass" and "excused" in finding["why"]


def test_each_of_several_upgrades_finds_them(bench):
    run_in_time(bench, plan(step={"signal": "HUP", "repeat": 3, "every": "300ms"},
                            states={"of": ["idle", "working"], "connections": 2}), PASS)
    assert list(rows(bench)) == ["working", "idle"]
    assert {row["held"] for row in rows(bench).values()} == {6}
    assert {e["index"] for e in bench.events("s", "state_ended") if "index" in e} == {1, 2}


def test_a_server_that_closes_idle_connections_has_them_opened_again(bench):
    run_in_time(bench, plan("--idle-grace", "1ms", states=["accepted", "idle"]), PASS)
    for row in rows(bench).values():
        assert (row["reopened"], row["served_by_new"]) == (4, 4)


def test_a_server_without_such_answers_is_not_asked_for_them(bench):
    run = run_in_time(bench, plan(states=True), PASS)
    assert rows(bench)["half_response"]["why"] == 'there is no "stream_path"'
    assert "half_response" in findings(bench)["every_state_survived"]["why"]
    assert 'not held: there is no "stream_path"' in run.said


def test_connections_that_do_not_come_to_stand_prove_nothing(bench):
    """HTTP/1.0: each answer ends its connection, so none is ever idle."""
    bench.run_scenario(scenario(server=small("brief"), lanes=lanes()[:1], duration="2s",
                                steps=[{"at": "1s", "stop_start": {}}], states=["idle"]))
    finding = findings(bench)["every_state_survived"]
    assert finding["verdict"] == "unknown" and finding["why"].endswith(": idle")
    assert rows(bench)["idle"]["why"] == "4 of 4 did not stand as they should when it struck"


def test_an_upgrade_that_waits_for_them_is_not_late(bench):
    """Each is idle once it has been answered, which takes the server so long."""
    bench.run_scenario(plan(states={"of": ["idle"], "path": "/?sleep=0.5"},
                            limits={"late": "200ms"}))
    (began,) = bench.events("s", "step_began")
    assert began["at"] - bench.events("s", "load_began")[0]["at"] > 1.35e9, "it waited"
    assert "step 0 began" not in findings(bench)["load_was_on_time"]["why"]


def test_unknown_states_are_refused(bench):
    def says(**wrong):
        return bench.run_scenario(scenario(lanes=lanes(), **wrong)).must(4).err

    assert 'states[1]: must be "accept_queue",' in says(states=["idle", "idel"])
    assert 'did you mean "idle"?' in says(states=["idle", "idel"])
    assert "states[1]: given twice" in says(states=["idle", "idle"])
    assert "states: must be true, a list of states or an object, got 1" in says(states=1)
    assert "states: must be true or a list of states, got []" in says(states=[])
    assert 'states[0]: needs a path that takes the server time' in says(states=["working"])
    assert 'states.of[0]: needs a path that is answered in parts' in says(
        states={"of": ["half_response"]})
    assert "states.work_path: must begin with" in says(states={"work_path": "x"})
    assert "limits.states: must be a list of states, got true" in says(limits={"states": True})


def test_the_states_are_listed(bench):
    listed = bench.run("list", "states").must(PASS).out
    assert [line.split()[0] for line in listed.splitlines()] == STATES

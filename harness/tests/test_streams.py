"""What is said where: exit statuses, the two streams, terminals?"""

import os
import pty
import select

from running import scenario, BAD_INPUT, COULD_NOT_RUN, FAIL, PASS, UNKNOWN
from waiting import DEADLINE


def failing(name="failing"):
    """The server forgets requests: it is killed and started again.  It has a file to keep."""
    return scenario(name=name, duration="1s", server={"files": {"kept": ""}}, steps=[
        {"at": "300ms", "stop_start": {"signal": "KILL"}}])


def unknown(name="unknown"):
    return scenario(name=name, duration="300ms", steps=[])


def impossible(name="impossible"):
    return scenario(name=name, server={"command": ["/nowhere"]})


def wrong(name="wrong"):
    return {"name": name}


def test_the_worst_exit_status_wins(bench):
    order = [("ok", scenario("ok"), PASS), ("unknown", unknown(), UNKNOWN),
             ("failing", failing(), FAIL), ("impossible", impossible(), COULD_NOT_RUN),
             ("wrong", wrong(), BAD_INPUT)]
    files = {name: bench.write(plan, name) for name, plan, _ in order}
    for i in range(len(order) - 1):
        better, worse = order[i], order[i + 1]
        bench.run("run", files[worse[0]], files[better[0]], "--out", "out").must(worse[2])
    run = bench.run("run", *[files[name] for name, _, _ in order], "--out", "out", "--quiet")
    run.must(BAD_INPUT)
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["ok", "unknown", "failing"]
    assert len(run.err.splitlines()) == 2


def test_verdicts_go_to_standard_output_and_the_rest_to_standard_error(bench):
    run = bench.run_scenario(scenario())
    run.must(PASS)
    assert run.err == "" and "PASS" in run.out and "no_request_lost" in run.out
    assert "\033" not in run.out and "\r" not in run.out
    run = bench.run_scenario(failing())
    run.must(FAIL)
    assert "FAIL" in run.out and "\033" not in run.out + run.err
    assert run.err.startswith("hupproof: kept for you to look at: ")


def on_terminal(bench, plan, which, env=None):
    """(what the terminal got, the run)"""
    mine, theirs = pty.openpty()
    try:
        run = bench.start("run", bench.write(plan), "--out", "out",
                          env={"TERM": "xterm", **(env or {})}, **{which: theirs})
        os.close(theirs)
        got = b""
        while select.select([mine], [], [], DEADLINE)[0]:
            try:
                data = os.read(mine, 65536)
            except OSError:
                break
            if not data:
                break
            got += data
        return got.decode(), run.wait()
    finally:
        os.close(mine)


def test_colour_is_for_terminals_that_want_it(bench):
    text, run = on_terminal(bench, scenario(), "stdout")
    run.must(PASS)
    assert "\033[32mPASS\033[0m" in text and run.err == ""
    text, run = on_terminal(bench, scenario(), "stdout", env={"NO_COLOR": "1"})
    run.must(PASS)
    assert "PASS" in text and "\033" not in text

"""What does one read of a scenario or a history that is wrong?  One line: what, where,
what to do; and exit status 4."""

import pytest

from privileges import becomes_nobody, is_root
from running import one_line, scenario, BAD_INPUT


def test_no_such_file(bench):
    one_line(bench.run("run", "nowhere.json"), "nowhere.json", "No such file", status=BAD_INPUT)


def test_a_directory_is_no_scenario(bench):
    one_line(bench.run("run", bench.tmp), str(bench.tmp), "directory", status=BAD_INPUT)


def test_an_unreadable_file(open_bench):
    if not is_root:
        pytest.skip("needs root, to become somebody else")
    path = open_bench.write(scenario())
    path.chmod(0)
    one_line(open_bench.run("run", path, preexec_fn=becomes_nobody), "s.json", "Permission denied",
             status=BAD_INPUT)


@pytest.mark.parametrize("text,words", [
    ("", ["empty"]),
    ('{"name": "x",}', [":1:"]),
    ('{\n  "name": "x"\n  "for": "1s"\n}', [":3:3"]),
    ('{\n  // no\n  "name": "x"}', [":2:3", "comment"]),
    ('{"name": "x"', [":1:"]),
    ("[1, 2]", ["must be an object"]),
    ("\x7fELF\x02\x01", [":1:1"]),
])
def test_no_json(bench, text, words):
    path = bench.write(text, name="bad")
    one_line(bench.run("run", path), "bad.json", *words, status=BAD_INPUT)


def changed(path, value):
    plan = scenario()
    *way, last = path
    where = plan
    for step in way:
        where = where[step]
    where[last] = value
    return plan


@pytest.mark.parametrize("path,value,words", [
    (["nmae"], "x", ["nmae", '"name"']),
    (["lane"], [], ['"lanes"']),
    (["server", "comand"], ["x"], ["server", "comand", '"command"']),
    (["lanes", 1, "rat"], 3, ["lanes[1]", '"rate"']),
    (["lanes", 1, "rate"], -3, ["lanes[1].rate", "-3"]),
    (["lanes", 1, "rate"], "fast", ["lanes[1].rate", "fast"]),
    (["lanes", 0, "connection"], "old", ["lanes[0].connection", "old", "new", "reused"]),
    (["for"], "1 fortnight", ["for", "1 fortnight"]),
    (["for"], 0, ["for"]),
    (["steps", 0, "at"], "2s", ["steps[0].at"]),
    (["steps", 0, "signal"], "HOP", ["steps[0].signal", "HOP", "HUP"]),
    (["limits", "lost"], {"knew": 1}, ["limits.lost", "knew", '"new"']),
    (["server", "url"], "gopher://x", ["server.url"]),
    (["server", "command"], ["${NOT_SET_ANYWHERE}"], ["NOT_SET_ANYWHERE"]),
    (["server", "who"], {"body": "(("}, ["server.who.body"]),
])
def test_a_wrong_field_is_named_with_its_place(bench, path, value, words):
    run = bench.run_scenario(changed(path, value))
    line = one_line(run, *words, status=BAD_INPUT)
    assert "s.json:" in line and line.split("s.json:")[1].split(":")[0].isdigit(), line


def test_nothing_is_left_behind_by_bad_input(bench):
    bench.run_scenario(changed(["for"], 0)).must(BAD_INPUT)
    assert bench.kept() == []

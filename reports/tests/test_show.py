"""Is a report told on a terminal as `hupproof run` told it, in 80 columns?"""

import json
import os
import subprocess
import sys

import pytest

from running import scenario, BIN, COULD_NOT_RUN, FAIL, PASS, ROOT, UNKNOWN

KILL = [{"at": "300ms", "stop": {"signal": "KILL"}}, {"after": "200ms", "start": True}]


def show(*args):
    return subprocess.run([BIN / "hupproof-report", "show", *args], capture_output=True, text=True)


@pytest.mark.parametrize("plan, status", [(scenario(steps=KILL), FAIL), (scenario(), PASS),
                                          (scenario(steps=[]), UNKNOWN)], ids=["fail", "pass", "unknown"])
@pytest.mark.parametrize("args", [[], ["--verbose"]], ids=["short", "verbose"])
def test_it_says_what_the_report_says(bench, plan, status, args):
    bench.run_scenario(plan).must(status)
    report, directory = bench.report("s"), bench.path("s", ".")
    shown = show(directory, *args)
    assert (shown.returncode, shown.stderr) == (status, "")
    lines = shown.stdout.splitlines()
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines) and "\033" not in shown.stdout
    said = " ".join(shown.stdout.split())
    assert all(sentence in said for sentence in report["story"])
    for finding in report["findings"]:
        assert finding["check"] in said
        told = args or (finding["applies"] and finding["verdict"] != "pass")
        assert (f"{finding['check']} {finding['why']}" in said) == bool(told)
        assert (finding["look_at"] or "") in said and (finding["likely_cause"] or "") in said


def test_answers_move_from_one_process_to_the_next(bench):
    bench.run_scenario(scenario(steps=KILL)).must(FAIL)
    old, new = (p["pid"] for p in bench.report("s")["processes"] if p["requests"])
    lines = {line.split()[0]: line for line in show(bench.path("s", ".")).stdout.splitlines() if line.split()}
    starts = {pid: min(i for i, c in enumerate(lines[str(pid)]) if c in "▁▂▃▄▅▆▇█")
              for pid in (old, new)}
    assert starts[old] < starts[new]


def test_without_its_history_it_is_told_all_the_same(bench):
    bench.run_scenario(scenario()).must(PASS)
    bench.path("s", "history.ndjson").unlink()
    assert "claims hold" in show(bench.path("s", "report.json")).stdout


@pytest.mark.parametrize("damage, told", [
    (lambda r: "{", "not written by hupproof"),
    (lambda r: json.dumps({**r, "schema": "x/1"}), "schema 'x/1'"),
    (lambda r: json.dumps({**r, "lanes": None}), "lanes is missing"),
])
def test_what_is_no_report_is_told_in_a_line(bench, damage, told):
    bench.run_scenario(scenario()).must(PASS)
    file = bench.path("s", "report.json")
    file.write_text(damage(json.loads(file.read_text())))
    shown = show(file)
    assert shown.returncode == 4 and shown.stdout == ""
    assert len(shown.stderr.splitlines()) == 1 and str(file) in shown.stderr and told in shown.stderr


def test_the_directory_of_several_runs_names_one(bench):
    bench.run_scenario(scenario()).must(PASS)
    shown = show(bench.directory / "out")
    assert shown.returncode == 4 and f"did you mean {bench.directory / 'out' / 's'}?" in shown.stderr


@pytest.mark.parametrize("args", [["--help"], ["show", "--help"], ["--version"]])
def test_what_nobody_can_read_was_not_told(args):
    with open("/dev/full", "w") as full:
        told = subprocess.run([BIN / "hupproof-report", *args], stdout=full, stderr=subprocess.PIPE,
                              text=True)
    assert (told.returncode, told.stderr) == (
        COULD_NOT_RUN, "hupproof-report: standard output: No space left on device\n")


def test_a_history_that_was_cut_off_is_told(bench):
    bench.run_scenario(scenario()).must(PASS)
    file = bench.path("s", "history.ndjson")
    file.write_text("".join(file.read_text().splitlines(True)[:50]))
    shown = show(bench.path("s", "."))
    assert shown.returncode == PASS and f"{file}: cut off: it has " in shown.stderr


def test_a_page_goes_where_a_link_leads_and_through_a_pipe(bench, tmp_path):
    """What is no file is written to, never replaced by one."""
    bench.run_scenario(scenario()).must(PASS)
    (tmp_path / "link").symlink_to(tmp_path / "page")
    os.mkfifo(tmp_path / "pipe")
    command = [BIN / "hupproof-report", "html", bench.path("s", "."), "-o"]
    subprocess.run([*command, tmp_path / "link"], check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "link").is_symlink()
    with subprocess.Popen([*command, tmp_path / "pipe"]) as process:
        text = (tmp_path / "pipe").read_text()
    assert process.returncode == PASS and (tmp_path / "pipe").is_fifo()
    assert text == (tmp_path / "page").read_text() and text.startswith("<!DOCTYPE html>")


def test_a_library_that_is_missing_is_named(tmp_path):
    """As it is on a machine that has none of it."""
    script = ("import sys; sys.modules['rich'] = None; from hupproof_report.cli import main; "
              "sys.exit(main(['show', 'x']))")
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                           env={"PYTHONPATH": str(ROOT / "reports")})
    assert shown.returncode == COULD_NOT_RUN and len(shown.stderr.splitlines()) == 1
    assert "apt-get install python3-rich" in shown.stderr

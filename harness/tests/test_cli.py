"""What can one ask of hupproof, and does it answer as it says?"""

import json
import re
import subprocess

import pytest

from running import one_line, scenario, BAD_INPUT, BIN, FAIL, PASS, UNKNOWN

COMMANDS = ["run", "try", "check", "matrix", "list"]


@pytest.mark.parametrize("argv", [["--help"], ["-h"], ["help"]])
def test_help(bench, argv):
    run = bench.run(*argv).must(PASS)
    assert run.err == ""
    for command in COMMANDS:
        assert f"hupproof {command}" in run.out
    assert "exit status" in run.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_after_any_command(bench, command):
    for argv in ([command, "--help"], [command, "-h"], [command, "x", "--help"]):
        run = bench.run(*argv).must(PASS)
        assert run.err == "" and run.out.startswith(f"usage: hupproof {command}")
        assert all(len(line) <= 100 for line in run.out.splitlines())


def test_version(bench):
    run = bench.run("--version").must(PASS)
    name, number = run.out.split()
    assert name == "hupproof" and len(number.split(".")) == 3


@pytest.mark.parametrize("argv,word", [
    (["fly"], "fly: no such command"),
    (["run"], "which scenario"),
    (["run", "--fly", "x"], "--fly: no such option"),
    (["run", "-f", "x"], "-f: no such option"),
    (["run", "x", "--repeat"], "--repeat: N is missing"),
    (["run", "x", "--repeat", "0"], "--repeat"),
    (["run", "x", "--repeat", "many"], "many"),
    (["run", "x", "--repeat=-1"], "-1"),
    (["run", "x", "--seed", "1.5"], "--seed"),
    (["run", "x", "--seed", "99999999999999999999"], "--seed"),
    (["run", "x", "--watch", "tv"], "tv"),
    (["run", "x", "--quiet=yes"], "--quiet takes no value"),
    (["matrix"], "which scenarios"),
    (["matrix", "x", "--repeat", "0"], "--repeat"),
    (["matrix", "x", "--seed", "1"], "--seed: no such option"),
    (["check"], "history"),
    (["check", "a", "b"], "one history"),
    (["list", "birds"], "birds"),
    (["list", "actions", "--yaml"], "--yaml"),
    (["try"], "--url"),
    (["try", "--url", "http://127.0.0.1:1/"], "which server"),
    (["try", "--url", "http://127.0.0.1:1/", "--pid", "x"], "--pid"),
    (["try", "--url", "http://127.0.0.1:1/", "--pid", "0"], "--pid"),
    (["try", "--url", "http://127.0.0.1:1/", "--pid", "1", "--", "x"], "not both"),
    (["try", "--url", "http://127.0.0.1:1/", "./app"], "behind --"),
    (["try", "--url", "http://127.0.0.1:1/", "--rate", "0", "--", "x"], "--rate"),
    (["try", "--url", "http://127.0.0.1:1/", "--rate", "3x", "--", "x"], "--rate"),
])
def test_wrong_usage_is_one_line_that_leads_to_help(bench, argv, word):
    run = bench.run(*argv).must(BAD_INPUT)
    assert run.out == "" and len(run.err.splitlines()) == 1
    assert word in run.err and "--help" in run.err and run.err.startswith("hupproof")


def test_nothing_at_all_shows_the_help(bench):
    run = bench.run().must(BAD_INPUT)
    assert run.out == "" and "usage:" in run.err


LISTS = {"checks": "no_request_lost", "strategies": "fork-exec", "actions": "stop_start",
         "faults": "never_exit",
         "shapes": "poisson", "outcomes": "resent", "fields": "lanes[].rate",
         "verdicts": "unknown", "behaviours": "stalls", "states": "idle", "commands": "try"}


@pytest.mark.parametrize("what", LISTS)
def test_list(bench, what):
    run = bench.run("list", what).must(PASS)
    assert run.err == ""
    names = [line.split()[0] for line in run.out.splitlines()]
    assert LISTS[what] in names and len(names) == len(set(names)) and len(names) > 1
    assert all(len(line.split()) > 1 for line in run.out.splitlines()), "each has a meaning"
    assert what in bench.run("list").must(PASS).out


@pytest.mark.parametrize("what", LISTS)
def test_a_list_as_json_has_what_its_text_has(bench, what):
    run = bench.run("list", what, "--json").must(PASS)
    rows = json.loads(run.out)
    names = [line.split()[0] for line in bench.run("list", what).out.splitlines()
             if not line.startswith(("strategy ", "fault\t"))]
    assert run.err == "" and [row["name"] for row in rows] == names
    assert all(row.get("meaning") or row.get("claim") for row in rows)


def test_there_is_no_other_list(bench):
    topics = json.loads(bench.run("list", "--json").must(PASS).out)
    assert sorted(row["name"] for row in topics) == sorted(LISTS)


def test_commands_as_json_are_those_of_the_help(bench):
    for command in json.loads(bench.run("list", "commands", "--json").must(PASS).out):
        text = bench.run(command["name"], "--help").must(PASS).out
        assert re.match(rf"usage: hupproof(-report)? {re.escape(command['name'])} "
                        rf"{re.escape(command['arguments'])}\s", text)
        for option in command["options"]:
            assert f"--{option['name']} {option.get('value', '')}" in text
            assert option["meaning"] in text


def test_list_fields_as_json(bench):
    fields = json.loads(bench.run("list", "fields", "--json").must(PASS).out)
    assert "lanes[].rate" in json.dumps(fields)


def test_list_checks_as_json_says_what_each_is_about(bench):
    checks = json.loads(bench.run("list", "checks", "--json").must(PASS).out)
    about = {c["name"]: c["about"] for c in checks}
    assert [c["name"] for c in checks] == [line.split()[0] for line in
                                           bench.run("list", "checks").out.splitlines()]
    assert about["no_request_lost"] == "clients" and about["old_exited"] == "processes"
    assert about["load_was_on_time"] == "belief" and all(c["claim"] for c in checks)


# run


def test_each_round_has_a_directory(bench):
    plan = bench.write(scenario())
    bench.run("run", plan, "--out", "deep/er/out", "--repeat", 2, "--quiet").must(PASS)
    out = bench.directory / "deep/er/out"
    assert sorted(p.name for p in out.iterdir()) == ["s-1", "s-2"]
    for directory in out.iterdir():
        assert sorted(p.name for p in directory.iterdir()) == ["history.ndjson", "report.json",
                                                               "server.log"]


def test_without_out_there_is_a_default(bench):
    plan = bench.write(scenario())
    bench.run("run", plan, "--quiet").must(PASS)
    assert (bench.directory / "hupproof-runs/s/report.json").exists()


def test_quiet_is_one_line(bench):
    run = bench.run_scenario(scenario(), "--quiet").must(PASS)
    assert len(run.out.splitlines()) == 1 and run.err == ""
    assert run.out.startswith("s: PASS  100 requests, 100 ok, 0 lost (95 % confidence: at most ")
    run = bench.run_scenario(scenario(duration="300ms", steps=[]), "--quiet").must(UNKNOWN)
    assert len(run.out.splitlines()) == 1 and run.err == ""


def test_json_is_the_report(bench):
    run = bench.run_scenario(scenario(), "--json").must(PASS)
    assert json.loads(run.out) == bench.report("s")
    assert run.err == ""


def test_a_report_says_what_the_contract_promises(bench):
    bench.run_scenario(scenario()).must(PASS)
    report = bench.report("s")
    assert report["schema"] == "hupproof.report/1" and report["scenario"] == "s"
    assert report["verdict"] == "pass" and report["started"].endswith("Z")
    promised = {"requests": 100, "ok": 100, "lost": 0, "upgrades": 1}
    assert promised.items() <= report["summary"].items()
    assert report["summary"]["by_outcome"]["ok"] == 100
    for lane in report["lanes"]:
        assert {"name", "requests", "ok", "lost", "by_outcome", "latency_ms", "longest_gap_ms",
                "longest_gap_at_ms"} <= set(lane)
    for finding in report["findings"]:
        assert finding["check"] and finding["claim"] and finding["why"]
    assert report["failures"] == []


def test_the_same_seed_gives_the_same_schedule(bench):
    plan = scenario(duration="500ms", limits={"requests": 1}, steps=[], lanes=[
        {"name": "p", "rate": 60, "shape": "poisson", "path": "/?sleep=0"}])

    def schedule(seed):
        bench.run_scenario(plan, "--seed", seed)
        due = [s["due"] for s in bench.samples("s")]
        began = bench.events("s", "load_began")[0]["at"]
        return [round((d - due[0]) / 1000) for d in due], began

    one, again, other = schedule(7)[0], schedule(7)[0], schedule(8)[0]
    assert one == again != other


def test_check_finds_what_run_found(bench):
    def found(text):
        report = json.loads(text)
        return report["verdict"], report["findings"], report["summary"], report["lanes"]

    for plan, status in [(scenario(), PASS),
                         (scenario(steps=[{"at": "300ms", "stop_start": {"signal": "KILL"}}]), FAIL),
                         (scenario(duration="300ms", steps=[]), UNKNOWN)]:
        run = bench.run_scenario(plan, "--json").must(status)
        history = bench.path("s", "history.ndjson")
        check = bench.run("check", "--json", history).must(status)
        assert found(check.out) == found(run.out)
        assert json.loads(check.out) == json.loads(run.out)
        quiet = bench.run("check", "--quiet", history).must(status)
        assert len(quiet.out.splitlines()) == 1
        table = bench.run("check", history).must(status)
        assert table.out.splitlines()[0] == " ".join(quiet.out.split()[:2])


# try


SMALL = ["--rate", "40", "--for", "1s", "--at", "300ms", "--out", "out"]


def test_try_starts_a_server(bench):
    run = bench.run("try", "--url", "http://127.0.0.1:${port}/?sleep=0", *SMALL, "--",
                    "${bin}/reload_server", "--port", "${port}")
    assert run.status in (PASS, UNKNOWN), run.out + run.err
    report = bench.report("try")
    assert {lane["name"] for lane in report["lanes"]} == {"new", "reused", "slow"}
    assert report["summary"]["lost"] == 0 and report["summary"]["upgrades"] == 1


def test_try_attaches(bench):
    pidfile = bench.directory / "pid"
    with subprocess.Popen([str(BIN / "reload_server"), "--port", "0", "--strategy", "restart",
                           "--pidfile", str(pidfile)], cwd=bench.directory, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            port = int(server.stdout.readline().split()[1])
            for attach in (["--pidfile", pidfile], ["--pid", server.pid]):
                run = bench.run("try", "--url", f"http://127.0.0.1:{port}/?sleep=0", *SMALL,
                                "--signal", "WINCH", *attach)
                assert run.status in (FAIL, UNKNOWN), run.err
                assert bench.report("try")["summary"]["requests"] > 0
                assert server.poll() is None
        finally:
            server.terminate()


def test_what_try_prints_runs(bench):
    printed = bench.run("try", "--print", "--url", "http://127.0.0.1:${port}/?sleep=0", *SMALL,
                        "--", "${bin}/reload_server", "--port", "${port}").must(PASS)
    plan = json.loads(printed.out)
    assert plan["server"]["command"] == ["${bin}/reload_server", "--port", "${port}"]
    assert plan["steps"] == [{"at": "300ms", "signal": "HUP"}]
    assert not (bench.directory / "out").exists()
    run = bench.run("run", bench.write(printed.out, "kept"), "--out", "out")
    assert run.status in (PASS, UNKNOWN), run.err
    assert bench.report("try")["summary"]["lost"] == 0


def test_try_can_be_told_how_long_a_request_takes(bench):
    printed = bench.run("try", "--print", "--slow", "/big", "--work", "3s", "--url",
                        "http://127.0.0.1:1/", "--pid", "1").must(PASS)
    (slow,) = [lane for lane in json.loads(printed.out)["lanes"] if lane["name"] == "slow"]
    assert (slow["path"], slow["work"]) == ("/big", "3s")


def test_try_can_stop_and_start(bench):
    printed = bench.run("try", "--print", "--stop-start", "--signal", "INT", "--url",
                        "http://127.0.0.1:${port}", "--", "app").must(PASS)
    assert json.loads(printed.out)["steps"] == [{"at": "2s", "stop_start": {"signal": "INT"}}]


def test_try_can_be_told_whom_to_trust(bench):
    printed = bench.run("try", "--print", "--ca", "ca.crt", "--url", "https://127.0.0.1:${port}",
                        "--", "app").must(PASS)
    assert json.loads(printed.out)["server"]["tls"] == {"ca": "ca.crt"}
    run = bench.run("try", "--ca", "ca.crt", "--url", "http://127.0.0.1:${port}", "--", "app")
    one_line(run, "server.tls", "https", status=BAD_INPUT)


def test_what_try_is_told_wrongly_is_named(bench):
    run = bench.run("try", "--url", "http://127.0.0.1:${port}/", "--signal", "HOP", "--", "app")
    run.must(BAD_INPUT)
    assert "HOP" in run.err and len(run.err.splitlines()) == 1

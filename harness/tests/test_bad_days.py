"""What does one read when it is not the server's fault?  Each bad day gets one
clear line -- what, where, what to do -- and its exit status."""

import json
import os
import pty
import resource
import select
import signal
import socket
import subprocess

import pytest

from running import (BAD_INPUT, BIN, COULD_NOT_RUN, DEADLINE, FAIL, PASS, UNKNOWN, python_server,
                     scenario, wait_for)

NOBODY = 65534
is_root = os.geteuid() == 0
needs_root = pytest.mark.skipif(not is_root, reason="needs root, to become somebody else")


def one_line(run, *words, status):
    """Said once, on standard error, nothing on standard output."""
    run.must(status)
    lines = [line for line in run.err.splitlines() if not line.startswith("hupproof: kept for you")]
    assert len(lines) == 1, run.err
    for word in words:
        assert word in lines[0], (word, run.err)
    assert run.out == ""
    assert "(null)" not in run.err
    return lines[0]


def first_line(run, *words, status):
    """The same where output of the server's own follows."""
    run.must(status)
    line = run.err.splitlines()[0]
    for word in words:
        assert word in line, (word, run.err)
    assert run.out == ""
    return line


def becomes_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


@pytest.fixture
def open_bench(bench):
    """One that an ordinary user may write in."""
    directory = bench.directory
    for path in (directory, bench.tmp):
        os.chmod(path, 0o777)
    while str(directory) != "/tmp":
        directory = directory.parent
        os.chmod(directory, directory.stat().st_mode | 0o711)
    return bench


# Bad input


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


# Could not run


def test_a_program_that_is_not_there(bench):
    run = bench.run_scenario(scenario(server={"command": ["/nowhere/at/all"]}))
    one_line(run, "s.json", "server.command", "/nowhere/at/all", "No such file",
             status=COULD_NOT_RUN)
    run = bench.run_scenario(scenario(server={"command": ["no-such-program-here"]}))
    one_line(run, "no-such-program-here", "No such file", status=COULD_NOT_RUN)
    assert bench.kept() == []


def test_a_program_that_may_not_be_run(bench):
    path = bench.directory / "plain"
    path.write_text("no program")
    run = bench.run_scenario(scenario(server={"command": [str(path)]}))
    one_line(run, str(path), "Permission denied", status=COULD_NOT_RUN)


def test_a_port_in_use(bench):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        run = bench.run_scenario(scenario(server={
            "command": ["${bin}/reload_server", "--port", str(port)],
            "url": f"http://127.0.0.1:{port}"}))
        one_line(run, f"127.0.0.1:{port}", "in use", "${port}", status=COULD_NOT_RUN)


def test_a_server_that_never_gets_ready(bench):
    code = ["import time", "print('loading', 'the world', flush=True)", "time.sleep(600)"]
    run = bench.run_scenario(scenario(server={
        "command": python_server(*code), "ready": {"within": "700ms"}}))
    first_line(run, "s.json", "not ready", "0.7 s", "/", status=COULD_NOT_RUN)
    assert "loading the world" in run.err


def test_a_server_that_answers_badly_is_not_ready(bench):
    run = bench.run_scenario(scenario(server={"ready": {"http": "/?sleep=nonsense", "within": "700ms"}}))
    first_line(run, "not ready", "/?sleep=nonsense", status=COULD_NOT_RUN)


def test_a_server_that_dies_at_its_start(bench):
    code = ["import sys", "print('no such config: app.conf', file=sys.stderr)", "sys.exit(7)"]
    run = bench.run_scenario(scenario(server={"command": python_server(*code)}))
    first_line(run, "died", "exit status 7", status=COULD_NOT_RUN)
    assert "no such config: app.conf" in run.err


def test_a_server_that_is_killed_at_its_start(bench):
    code = ["import os", "os.kill(os.getpid(), 9)"]
    run = bench.run_scenario(scenario(server={"command": python_server(*code)}))
    first_line(run, "died", "SIGKILL", status=COULD_NOT_RUN)
    assert "(none)" in run.err


def test_the_end_of_a_long_output_is_shown(bench):
    code = ["import sys", "[print('line', i) for i in range(5000)]", "print('the last words')",
            "sys.exit(1)"]
    run = bench.run_scenario(scenario(server={"command": python_server(*code)}))
    first_line(run, "died", status=COULD_NOT_RUN)
    assert "the last words" in run.err
    assert len(run.err) < 4000


def attached(bench, attach, **more):
    return scenario(server={"command": None, "attach": attach, "url": "http://127.0.0.1:9", **more})


def without_command(plan):
    del plan["server"]["command"]
    return plan


def test_attach_to_a_pidfile_that_is_missing_or_stale(bench):
    pidfile = bench.directory / "pid"
    plan = without_command(attached(bench, {"pidfile": str(pidfile)}))
    one_line(bench.run_scenario(plan), str(pidfile), "No such file", status=COULD_NOT_RUN)
    pidfile.write_text("")
    one_line(bench.run_scenario(plan), str(pidfile), "no pid", status=COULD_NOT_RUN)
    with subprocess.Popen(["true"]) as over:
        over.wait()
    pidfile.write_text(f"{over.pid}\n")
    one_line(bench.run_scenario(plan), str(pidfile), "stale", str(over.pid), status=COULD_NOT_RUN)


def test_attach_to_a_pid_that_is_gone(bench):
    with subprocess.Popen(["true"]) as over:
        over.wait()
    plan = without_command(attached(bench, {"pid": over.pid}))
    one_line(bench.run_scenario(plan), str(over.pid), "no such process", status=COULD_NOT_RUN)


def test_a_server_pidfile_that_is_missing_or_stale(bench):
    plan = scenario(server={"pid": {"pidfile": "${work}/never-written"}})
    one_line(bench.run_scenario(plan), "steps[0]", "never-written", "No such file",
             status=COULD_NOT_RUN)
    plan = scenario(server={"pid": {"pidfile": "${work}/stale"}, "files": {"stale": ["1"]}})
    one_line(bench.run_scenario(plan), "steps[0]", "stale", "pid 1", status=COULD_NOT_RUN)


@needs_root
def test_a_signal_that_is_not_permitted(open_bench):
    """Known before the load: nobody wants to learn it after eight seconds."""
    bench = open_bench
    with subprocess.Popen([str(BIN / "reload_server"), "--port", "0"], cwd=bench.directory,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            port = int(server.stdout.readline().split()[1])
            plan = without_command(scenario(server={"attach": {"pid": server.pid},
                                                    "url": f"http://127.0.0.1:{port}"}))
            run = bench.run_scenario(plan, preexec_fn=becomes_nobody)
            one_line(run, "steps[0]", f"pid {server.pid}", "not permitted", "HUP",
                     status=COULD_NOT_RUN)
            assert server.poll() is None
        finally:
            server.terminate()


def test_a_report_directory_that_is_a_file(bench):
    path = bench.write(scenario())
    (bench.directory / "taken").write_text("")
    one_line(bench.run("run", path, "--out", "taken"), "taken", "directory", status=COULD_NOT_RUN)
    (bench.directory / "taken2").mkdir()
    (bench.directory / "taken2" / "s").write_text("")
    one_line(bench.run("run", path, "--out", "taken2"), "taken2/s", "directory",
             status=COULD_NOT_RUN)


@needs_root
def test_a_report_directory_that_may_not_be_written(open_bench):
    path = open_bench.write(scenario())
    (open_bench.directory / "mine").mkdir(mode=0o755)
    (open_bench.directory / "mine" / "s").mkdir(mode=0o755)
    one_line(open_bench.run("run", path, "--out", "mine", preexec_fn=becomes_nobody), "mine/s",
             "not writable", "Permission denied", status=COULD_NOT_RUN)


def test_a_work_directory_that_cannot_be_made(bench):
    path = bench.write(scenario())
    one_line(bench.run("run", path, env={"TMPDIR": "/nowhere"}), "/nowhere", status=COULD_NOT_RUN)


def no_temporary_files(bench, name="s"):
    assert sorted(p.name for p in (bench.directory / "out" / name).iterdir()) in (
        [], ["server.log"], ["history.ndjson", "server.log"])


def test_a_file_that_grows_too_large_leaves_no_half_report(bench):
    """A full disk by another name: writing fails in the middle."""
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    run = bench.run_scenario(scenario(), preexec_fn=limited)
    run.must(COULD_NOT_RUN)
    lines = run.err.splitlines()
    assert len(lines) == 2 and "history.ndjson" in lines[0] and "File too large" in lines[0]
    assert "s: PASS" in run.out, "what was found out is told all the same"
    assert "report.json" not in run.out
    no_temporary_files(bench)


@needs_root
def test_a_full_disk_leaves_no_half_report(bench):
    full = bench.directory / "out"
    full.mkdir()
    left = bench.directory / "left"
    bench.write(scenario())
    with subprocess.Popen(
            ["unshare", "-m", "sh", "-c",
             f"mount -t tmpfs -o size=16k none {full} || exit 77\n"
             f"'{BIN}/hupproof' run s.json --out out; status=$?; find {full} -type f >{left}; "
             "exit $status"],
            cwd=bench.directory, env=bench.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True) as shell:
        out, err = shell.communicate(timeout=DEADLINE)
    if shell.returncode == 77:
        pytest.skip(f"no file system may be mounted here: {err}")
    assert shell.returncode == COULD_NOT_RUN, (out, err)
    assert "history.ndjson" in err and "No space left" in err
    assert {os.path.basename(p) for p in left.read_text().split()} <= {"server.log"}


def test_standard_output_that_takes_nothing(bench):
    with open("/dev/full", "w") as full:
        run = bench.run_scenario(scenario(), stdout=full)
        one_line(run, "standard output", "No space left", status=COULD_NOT_RUN)
        run = bench.run("list", "fields", stdout=full)
        one_line(run, "standard output", "No space left", status=COULD_NOT_RUN)
    assert bench.report("s")["verdict"] == "pass"


def test_too_few_file_descriptors(bench):
    def limited():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    plan = scenario(lanes=[{"name": "many", "rate": 2000, "path": "/?sleep=1"}])
    line = one_line(bench.run_scenario(plan, preexec_fn=limited), "file descriptors", "64",
                    "ulimit", status=COULD_NOT_RUN)
    needed = int(line.split("needs about ")[1].split()[0])
    assert 4000 < needed < 30000
    assert "server_started" not in line and bench.kept() == []


def test_a_low_soft_limit_is_no_obstacle(bench):
    def limited():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))

    code = ["import os, resource, sys",
            "print('limit', *resource.getrlimit(resource.RLIMIT_NOFILE), flush=True)",
            "os.execv(sys.argv[1], sys.argv[1:])"]
    plan = scenario(server={"command": python_server(
        *code, args=["${bin}/reload_server", "--port", "${port}"])})
    bench.run_scenario(plan, preexec_fn=limited).must(PASS)
    assert "limit 64 4096" in bench.server_log("s"), "the server gets the limits we were given"


# Histories


@pytest.fixture
def recorded(bench):
    bench.run_scenario(scenario()).must(PASS)
    return bench.path("s", "history.ndjson")


def test_histories_that_are_none(bench, recorded):
    text = recorded.read_text()
    lines = text.splitlines(keepends=True)
    bad = bench.directory / "bad.ndjson"
    for content, words in [
            ("", ["empty"]),
            ("".join(lines[:-1]), []),
            ("".join(lines[:len(lines) // 2]), []),
            (text[:len(text) // 2], []),
            (text[:100], []),
            ("".join(lines[1:]), ["1"]),
            ("hello\n", ["1"]),
            (json.dumps({"schema": "hupproof.report/1"}) + "\n", ["schema"]),
            ("".join(lines[:5] + ["{\"what\": 1}\n"] + lines[5:]), [":6"]),
            ("".join(lines[:5] + lines[6:]), []),
            ("\0" * 1000, []),
    ]:
        bad.write_text(content)
        one_line(bench.run("check", bad), "bad.ndjson", *words, status=BAD_INPUT)
    one_line(bench.run("check", bench.path("s", "report.json")), "report.json", status=BAD_INPUT)
    one_line(bench.run("check", "nowhere"), "nowhere", "No such file", status=BAD_INPUT)
    one_line(bench.run("check", bench.tmp), "directory", status=BAD_INPUT)
    bench.run("check", recorded).must(PASS)


# Interrupted


def wait_for_load(bench, name="s"):
    """The server's own log says when the load is there."""
    return wait_for(lambda: bench.directory.joinpath("came").exists(), "the load")


def noticing(plan, after=0.3):
    """A step tells that the load is under way."""
    plan["steps"].insert(0, {"at": f"{after}s", "write": {"file": "came", "text": "x"},
                             "upgrade": "none"})
    return plan


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_still_judges(bench, number):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}],
                             lanes=[{"name": "new", "rate": 40, "path": "/?sleep=0"},
                                    {"name": "slow", "rate": 20, "path": "/?sleep=0.5"}]))
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(number)
    run.wait().must(UNKNOWN)
    name = signal.Signals(number).name
    report = bench.report("s")
    assert report["verdict"] == "unknown"
    assert any(name in f["why"] and "interrupted" in f["why"] for f in report["findings"])
    assert "interrupted" in run.out and name in run.out
    samples = bench.samples("s")
    assert {s["outcome"] for s in samples} == {"ok"}, "those under way were drained"
    assert any(s["lane"] == "slow" for s in samples)
    assert all(p["exit"]["code"] == 0 for p in report["processes"]), "the server was stopped"
    bench.run("check", bench.path("s", "history.ndjson")).must(UNKNOWN)


def test_interrupted_after_the_upgrade_it_is_unknown_all_the_same(bench):
    plan = scenario(duration="60s")
    plan["steps"].append({"after": "300ms", "write": {"file": "came", "text": "x"},
                          "upgrade": "none"})
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait().must(UNKNOWN)
    assert any("SIGINT" in f["why"] for f in bench.report("s")["findings"])


def test_interrupted_twice_it_ends_at_once(bench):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}],
                             lanes=[{"name": "slow", "rate": 20, "path": "/?sleep=50"}]))
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        run.process.wait(0.3)
    run.signal(signal.SIGINT)
    run.wait(within=15)
    assert run.status == UNKNOWN, (run.status, run.err)
    assert "open" in {s["outcome"] for s in bench.samples("s")}


def test_interrupted_before_the_server_is_ready(bench):
    code = ["import time", "open('came', 'w').close()", "time.sleep(600)"]
    run = bench.start_scenario(scenario(server={"command": python_server(*code),
                                                "ready": {"within": "60s"}}))
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    one_line(run.wait(), "interrupted", status=COULD_NOT_RUN)


def test_interrupted_it_begins_no_further_run(bench):
    plan = noticing(scenario(duration="60s", steps=[{"at": "50s", "signal": "HUP"}]))
    other = bench.write(scenario(name="other"))
    run = bench.start("run", bench.write(plan), other, "--repeat", 3, "--out", "out")
    wait_for_load(bench)
    run.signal(signal.SIGINT)
    run.wait(within=20).must(UNKNOWN)
    assert [p.name for p in (bench.directory / "out").iterdir()] == ["s-1"]


# Which exit status wins, and what goes where


def failing(name="failing"):
    """The server forgets requests: it is killed and started again."""
    return scenario(name=name, duration="1s", steps=[
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


def test_the_progress_line_is_for_terminals(bench):
    text, run = on_terminal(bench, scenario(), "stderr")
    run.must(PASS)
    assert "\r" in text and "in flight" in text and "load" in text
    assert text.endswith("\r\033[K"), "it leaves no trace"
    assert "\033" not in run.out
    text, run = on_terminal(bench, scenario(), "stderr", env={"TERM": "dumb"})
    assert text == ""


def test_colour_is_for_terminals_that_want_it(bench):
    text, run = on_terminal(bench, scenario(), "stdout")
    run.must(PASS)
    assert "\033[32mPASS\033[0m" in text and run.err == ""
    text, run = on_terminal(bench, scenario(), "stdout", env={"NO_COLOR": "1"})
    run.must(PASS)
    assert "PASS" in text and "\033" not in text

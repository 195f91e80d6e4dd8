"""What does one read when the machine does not play along?  One line: what, where, what
to do; and exit status 3."""

import os
import resource
import socket
import subprocess
import threading

import pytest

from privileges import becomes_nobody, is_root, must_unshare
from running import one_line, python_server, scenario, BIN, COULD_NOT_RUN, PASS
from waiting import DEADLINE, wait_for


needs_root = pytest.mark.skipif(not is_root, reason="needs root, to become somebody else")


def first_line(run, *words, status):
    """The same where output of the server's own follows."""
    run.must(status)
    line = run.err.splitlines()[0]
    for word in words:
        assert word in line, (word, run.err)
    assert run.out == ""
    return line


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
    plan = without_command(attached(bench, {"pidfile": str(pidfile)}, ready={"within": "500ms"}))
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


def test_attach_to_a_thread(bench):
    go, name = threading.Event(), []
    thread = threading.Thread(target=lambda: (name.append(threading.get_native_id()), go.wait(60)))
    thread.start()
    try:
        wait_for(lambda: name, "the thread")
        plan = without_command(attached(bench, {"pid": name[0]}))
        one_line(bench.run_scenario(plan), f"{name[0]} is a thread of process {os.getpid()}",
                 status=COULD_NOT_RUN)
    finally:
        go.set()
        thread.join(60)


def test_a_server_pidfile_that_is_missing_or_stale(bench):
    soon = {"ready": {"within": "2s"}}
    plan = scenario(server={"pid": {"pidfile": "${work}/never-written"}, **soon})
    one_line(bench.run_scenario(plan), "steps[0]", "never-written", "No such file",
             status=COULD_NOT_RUN)
    plan = scenario(server={"pid": {"pidfile": "${work}/stale"}, "files": {"stale": ["1"]}, **soon})
    one_line(bench.run_scenario(plan), "steps[0]", "stale", "pid 1", status=COULD_NOT_RUN)


def test_a_server_pidfile_that_is_written_after_the_first_answer(bench):
    """As that of nginx may be.  The shell has become the server by then."""
    plan = scenario(server={"pid": {"pidfile": "${work}/late"}}, args=("--strategy", "prefork"))
    start = "( (sleep 0.7; echo $$ >${work}/late) & ) ; exec " + " ".join(plan["server"]["command"])
    plan["server"]["command"] = ["/bin/sh", "-c", start]
    bench.run_scenario(plan).must(PASS)


def test_a_link_where_something_stands_already(bench):
    plan = scenario(server={"files": {"v1/app": "", "v1": {"link": "v2"}}})
    one_line(bench.run_scenario(plan), "server.files", "v1", "File exists", status=COULD_NOT_RUN)


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
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    run = bench.run_scenario(scenario(), preexec_fn=limited)
    run.must(COULD_NOT_RUN)
    lines = run.err.splitlines()
    assert len(lines) == 1 and "history.ndjson" in lines[0] and "File too large" in lines[0]
    assert bench.kept() == [], "a work directory with nothing in it shows nothing"
    assert "s: PASS" in run.out, "what was found out is told all the same"
    assert "report.json" not in run.out
    no_temporary_files(bench)


@needs_root
def test_a_full_disk_leaves_no_half_report(bench):
    full = bench.directory / "out"
    full.mkdir()
    left = bench.directory / "left"
    bench.write(scenario())
    must_unshare("-m")
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

    burst = {"rate": 2000, "before": 0, "after": "500ms"}  # half a second of it at once
    plan["lanes"][0].update(rate=1, burst_at_upgrade=burst)
    line = one_line(bench.run_scenario(plan, preexec_fn=limited), "file descriptors",
                    status=COULD_NOT_RUN)
    assert 1000 < int(line.split("needs about ")[1].split()[0]) < needed / 3


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

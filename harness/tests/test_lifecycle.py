"""What becomes of the processes?  Nothing that a run started survives it, what
it did not start is left alone, and every one is noted truly."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

from running import (BIN, COULD_NOT_RUN, DEADLINE, FAIL, PASS, UNKNOWN, lives, name_of, scenario,
                     wait_for, works_in)

NOBODY = 65534
HERE = pathlib.Path(__file__).resolve().parent
is_root = os.geteuid() == 0


def small(*habits):
    return {"command": ["/usr/bin/python3", str(HERE / "small_server.py"), "${port}", *habits],
            "ready": {"http": "/", "within": "20s"}}


def lanes(slow=False):
    few = [{"name": "new", "rate": 30, "path": "/?sleep=0"},
           {"name": "reused", "connection": "reused", "rate": 30, "path": "/?sleep=0", "pool": 4}]
    return few + ([{"name": "slow", "rate": 20, "path": "/?sleep=0.2"}] if slow else [])


def marked(bench):
    """A plan whose step tells us, by a file, that the load is under way."""
    return {"at": "200ms", "write": {"file": str(bench.directory / "came"), "text": "x"},
            "upgrade": "none"}


def wait_for_load(bench):
    wait_for(lambda: (bench.directory / "came").exists(), "the load")


def servers_of(bench, run):
    """The living processes that work where the run does, but for hupproof and its keeper."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or not works_in(int(entry), bench.directory):
            continue
        process = name_of(int(entry))
        try:
            exe = os.readlink(f"/proc/{entry}/exe")
        except OSError:
            continue
        if process and os.path.basename(exe) != "hupproof":
            found.append(process)
    return found


def from_file(bench, name):
    """The process that a file names."""
    def read():
        try:
            return name_of(int((bench.directory / name).read_text()))
        except (FileNotFoundError, ValueError):
            return None

    return wait_for(read, f"a process in {name}")


def wait_gone(processes):
    assert processes
    wait_for(lambda: not any(map(lives, processes)), f"the end of {processes}", within=20)


@pytest.fixture(params=["events", "polling", "nobody"])
def way(request, bench):
    """How processes are watched: options of run, and of starting it."""
    if request.param == "events":
        return [], {}
    if request.param == "polling":
        return ["--watch", "polling"], {}
    if not is_root:
        pytest.skip("runs as an ordinary user anyway")
    directory = bench.directory
    for path in (directory, bench.tmp):
        os.chmod(path, 0o777)
    while str(directory) != "/tmp":
        directory = directory.parent
        os.chmod(directory, directory.stat().st_mode | 0o711)

    def becomes_nobody():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    if subprocess.run([str(BIN / "hupproof"), "--version"], preexec_fn=becomes_nobody,
                      stdout=subprocess.DEVNULL, check=False).returncode:
        pytest.skip(f"an ordinary user may not run {BIN}/hupproof")
    return [], {"preexec_fn": becomes_nobody}


# Nothing survives


def test_kill_9_in_the_middle_of_a_handover(bench, way):
    argv, how = way
    plan = scenario(args=["--startup-delay", "1s"], duration="60s",
                    steps=[{"at": "100ms", "signal": "HUP"}])
    run = bench.start_scenario(plan, *argv, **how)
    servers = wait_for(lambda: len(servers_of(bench, run)) >= 2 and servers_of(bench, run),
                       "the handover")
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone(servers)


@pytest.mark.parametrize("habit,file", [("daemon", "pid"), ("offspring", "offspring")])
def test_kill_9_reaches_who_has_gone_his_own_ways(bench, way, habit, file):
    argv, how = way
    run = bench.start_scenario(scenario(server=small(habit), lanes=lanes(), duration="60s",
                                        steps=[marked(bench)]), *argv, **how)
    wait_for_load(bench)
    process = from_file(bench, file)
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone([process])


def test_kill_9_before_it_is_ready(bench):
    code = ["import os, time", "os.setsid() if os.fork() == 0 else 0",
            "open(f'came{os.getpid()}', 'w').close()", "time.sleep(600)"]
    run = bench.start_scenario(scenario(server={
        "command": ["/usr/bin/python3", "-c", "\n".join(code)], "ready": {"within": "60s"}}))
    wait_for(lambda: len(list(bench.directory.glob("came*"))) == 2, "both")
    servers = servers_of(bench, run)
    assert len(servers) == 2
    run.signal(signal.SIGKILL)
    run.wait()
    wait_gone(servers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("habit,file", [("daemon", "pid"), ("offspring", "offspring")])
def test_interrupted_nothing_survives(bench, habit, file, number):
    run = bench.start_scenario(scenario(server=small(habit) | {"stop": {"within": "300ms"}},
                                        lanes=lanes(), duration="60s", steps=[marked(bench)]))
    wait_for_load(bench)
    process = from_file(bench, file)
    run.signal(number)
    run.wait()
    assert not lives(process)


def test_what_could_not_run_leaves_nothing(bench):
    code = ["import os, time", "os.setsid() if os.fork() == 0 else 0", "os.chdir('/')",
            f"open(f'{bench.directory}/pid{{os.getpid()}}', 'w').close()", "time.sleep(600)"]
    bench.run_scenario(scenario(server={
        "command": ["/usr/bin/python3", "-c", "\n".join(code)], "ready": {"within": "700ms"}}
    )).must(COULD_NOT_RUN)
    noted = [int(p.name[3:]) for p in bench.directory.glob("pid*")]
    assert len(noted) == 2 and not any(map(name_of, noted))


def test_who_ignores_the_stop_is_killed_and_told(bench):
    run = bench.run_scenario(scenario(server=small("offspring") | {"stop": {"within": "300ms"}},
                                      lanes=lanes(), steps=[]))
    run.must(FAIL)
    pid = int((bench.directory / "offspring").read_text())
    assert name_of(pid) is None
    assert bench.events("s", "proc_left_over")[0]["pid"] == pid
    assert f"pid {pid}" in run.out and "none_left_over" in run.out


# Work directories


def test_the_work_directory_goes_on_pass_and_stays_otherwise(bench):
    files = {"files": {"deep/er/app.conf": ["one", "two"]}}
    run = bench.run_scenario(scenario(server=files))
    run.must(PASS)
    assert bench.kept() == [] and run.err == ""
    run = bench.run_scenario(scenario(server=files, duration="300ms", steps=[]))
    run.must(UNKNOWN)
    (kept,) = bench.kept()
    assert str(kept) in run.err
    assert (kept / "deep/er/app.conf").read_text() == "one\ntwo\n"


# What was not started is left alone


@pytest.fixture
def running(bench):
    """A reference server that a test started, and its heirs; stopped by the test."""
    processes = []

    def start(*args):
        process = subprocess.Popen([str(BIN / "reload_server"), "--port", "0", "--pidfile",
                                    str(bench.directory / "pid"), *args], cwd=bench.directory,
                                   stdout=subprocess.PIPE,
                                   stderr=open(bench.directory / "log", "ab"), text=True)
        processes.append(process)
        return process, int(process.stdout.readline().split()[1])

    yield start
    pidfile = bench.directory / "pid"
    last = int(pidfile.read_text()) if pidfile.exists() else 0
    if name_of(last):
        os.kill(last, signal.SIGTERM)
        wait_for(lambda: name_of(last) is None, "the heir's end")
    for process in processes:
        process.terminate()
        process.wait(DEADLINE)


def attach(plan, port, **to):
    plan["server"].pop("command")
    plan["server"]["attach"] = to
    plan["server"]["url"] = f"http://127.0.0.1:{port}"
    return plan


@pytest.mark.parametrize("by", ["pid", "pidfile"])
def test_an_attached_server_is_left_running(bench, running, by):
    server, port = running()
    to = {"pid": server.pid} if by == "pid" else {"pidfile": str(bench.directory / "pid")}
    run = bench.run_scenario(attach(scenario(), port, **to))
    run.must(PASS)
    heir = from_file(bench, "pid")
    assert heir[0] != server.pid and lives(heir)
    assert "SIGTERM" not in (bench.directory / "log").read_text()
    assert bench.events("s", "stop_began") == []
    report = bench.report("s")
    old, new = [p for p in report["processes"] if p["requests"]]
    assert (old["generation"], new["generation"]) == (1, 2)
    assert new["exit"] is None and new["exited_ms"] is None


def test_an_attached_server_survives_even_our_death(bench, running):
    server, port = running()
    plan = attach(scenario(duration="60s", steps=[marked(bench)]), port, pid=server.pid)
    run = bench.start_scenario(plan)
    wait_for_load(bench)
    run.signal(signal.SIGKILL)
    run.wait()
    wait_for(lambda: not [p for p in os.listdir("/proc") if p.isdigit() and is_keeper(p, bench)],
             "the keeper's end")
    assert server.poll() is None


def is_keeper(pid, bench):
    try:
        name = pathlib.Path(f"/proc/{pid}/comm").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return name.startswith("hupproof-keeper") and works_in(pid, bench.directory)


def test_who_only_looked_on_is_untouched(bench):
    """A process beside the run, in its directory, with its parent's environment."""
    with subprocess.Popen(["sleep", "600"], cwd=bench.directory, env=bench.env) as other:
        try:
            run = bench.start_scenario(scenario(server=small("daemon"), lanes=lanes(),
                                                duration="60s", steps=[marked(bench)]))
            wait_for_load(bench)
            process = from_file(bench, "pid")
            run.signal(signal.SIGKILL)
            run.wait()
            wait_gone([process])
            assert other.poll() is None
        finally:
            other.kill()


def test_two_runs_at_a_time_do_not_disturb_each_other(bench):
    files = [bench.write(scenario(name=name)) for name in ("one", "two", "three")]
    runs = [bench.start("run", f, "--out", "out") for f in files]
    for run in runs:
        run.wait()
    ports = set()
    for name, run in zip(("one", "two", "three"), runs):
        run.must(PASS)
        command = bench.history(name)[0]["scenario"]["server"]["command"]
        ports.add(command[command.index("--port") + 1])
        pids = {s["pid"] for s in bench.samples(name)}
        assert {p["pid"] for p in bench.report(name)["processes"] if p["requests"]} == pids
        assert len(pids) == 2
    assert len(ports) == 3


def port_of(run):
    return int(re.search(r"^port ([0-9]+)$", run.err, re.M).group(1))


def says_its_port():
    return scenario(server={"command": ["/bin/sh", "-c", "echo port ${port}; exit 1"]})


def test_a_picked_port_is_never_one_that_clients_use(bench):
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    plan = bench.write(says_its_port())
    for _ in range(20):
        run = bench.run("run", plan)
        run.must(COULD_NOT_RUN)
        assert not low <= port_of(run) <= high


def in_a_net_of_its_own(bench, shell, *argv):
    """Runs hupproof where the network is its own; needs root."""
    run = subprocess.run(["unshare", "-n", "sh", "-c",
                          f'ip link set lo up && {shell} || exit 77; exec "$0" "$@"',
                          str(BIN / "hupproof"), *map(str, argv)],
                         cwd=bench.directory, env=bench.env, timeout=DEADLINE, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode == 77 or not is_root:
        pytest.skip(f"no network of its own to be had here: {run.stderr}")
    return run


def test_nor_is_it_where_clients_use_other_ports(bench):
    plan = bench.write(says_its_port())
    for _ in range(5):
        run = in_a_net_of_its_own(
            bench, "echo 10100 60999 >/proc/sys/net/ipv4/ip_local_port_range", "run", plan)
        port = int(re.search(r"^port ([0-9]+)$", run.stderr, re.M).group(1))
        assert not 10100 <= port <= 60999


def test_where_the_kernel_tells_nothing_it_looks_for_itself(bench):
    plan = bench.write(scenario())
    run = in_a_net_of_its_own(bench, "true", "run", plan, "--out", "out")
    assert run.returncode == PASS, (run.stdout, run.stderr)
    assert bench.events("s", "watch")[0]["text"] == "polling"


# What is noted of each


def test_processes_are_noted_truly(bench, way):
    argv, how = way
    bench.run_scenario(scenario(lanes=lanes(slow=True)), *argv, **how).must(PASS)
    report = bench.report("s")
    old, new = [p for p in report["processes"] if p.get("requests")]
    assert (old["generation"], new["generation"]) == (1, 2)
    for p in (old, new):
        assert p["exe"] == str((BIN / "reload_server").resolve())
        assert p["exit"] == {"code": 0}
        assert p["born_ms"] <= p["first_answer_ms"] <= p["last_answer_ms"]
        assert p["first_answer_ms"] <= p["exited_ms"]
    assert old["exited_ms"] < new["exited_ms"]
    assert sum(p.get("requests", 0) for p in report["processes"]) == report["summary"]["requests"]
    (step,) = report["steps"]
    assert step["action"] == "signal" and step["detail"] == f"HUP to {old['pid']}"
    assert 300 <= step["at_ms"] - bench.events("s", "load_began")[0]["at"] / 1e6 < 5000
    born = {e["pid"]: e for e in bench.events("s", "proc_born")}
    assert born[new["pid"]]["value"] == old["pid"], "its parent"


def test_a_daemon_that_forks_twice_is_adopted(bench, way):
    argv, how = way
    run = bench.run_scenario(scenario(server=small("daemon"), lanes=lanes(), steps=[]), *argv, **how)
    run.must(UNKNOWN)
    pid = int((bench.directory / "pid").read_text())
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert served["pid"] == pid and served["exit"] == {"code": 0}
    assert name_of(pid) is None
    assert not bench.events("s", "proc_left_over")
    assert bench.events("s", "stop_began")[0]["pid"] == pid


def test_a_helper_that_lives_shortly_is_noted_with_its_exit_status(bench):
    bench.run_scenario(scenario(server=small("helper"), lanes=lanes(),
                                steps=[{"at": "300ms", "signal": "HUP", "upgrade": "none"}]))
    helpers = [p for p in bench.report("s")["processes"] if p.get("exit") == {"code": 3}]
    (helper,) = helpers
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    born = {e["pid"]: e for e in bench.events("s", "proc_born")}
    assert born[helper["pid"]]["value"] == served["pid"]
    assert served["born_ms"] < helper["born_ms"] <= helper["exited_ms"]
    assert served["exit"] == {"code": 0}


def test_who_was_killed_is_noted_with_the_signal(bench):
    bench.run_scenario(scenario(lanes=lanes(), steps=[{"at": "300ms", "stop_start":
                                                       {"signal": "KILL"}}])).must(FAIL)
    old, new = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert old["exit"] == {"signal": "KILL"} or old["exit"] == {"signal": 9}
    assert new["exit"] == {"code": 0}


def test_zombies_are_found(bench, way):
    argv, how = way
    run = bench.run_scenario(scenario(server=small("zombie"), lanes=lanes(), steps=[]), *argv, **how)
    run.must(FAIL)
    (zombie,) = bench.events("s", "proc_zombie")
    (served,) = [p for p in bench.report("s")["processes"] if p.get("requests")]
    assert zombie["value"] == served["pid"]
    assert "1 zombie" in run.out and str(zombie["pid"]) in run.out


def test_the_leader_that_moved_gets_the_second_signal(bench, way):
    argv, how = way
    plan = scenario(duration="1500ms", lanes=lanes(slow=True),
                    steps=[{"at": "300ms", "signal": "HUP"},
                           {"wait_for": {"new_pid": True}},
                           {"after": "50ms", "signal": "HUP"}])
    bench.run_scenario(plan, *argv, **how).must(PASS)
    report = bench.report("s")
    first, second, third = [p for p in report["processes"] if p.get("requests")]
    details = [s["detail"] for s in report["steps"] if s["action"] == "signal"]
    assert details == [f"HUP to {first['pid']}", f"HUP to {second['pid']}"]
    assert (first["generation"], second["generation"], third["generation"]) == (1, 2, 3)


def test_the_leader_that_left_gets_no_signal_any_more(bench):
    """The parent is gone, its child serves on: the child is told the next time."""
    plan = scenario(server=small("heir"), lanes=[{"name": "new", "rate": 30, "timeout": "1s"}],
                    duration="1500ms",
                    steps=[{"at": "300ms", "signal": "HUP"}, {"wait_for": {"new_pid": True}},
                           {"wait_for": {"gone": "old"}}, {"signal": "HUP"}])
    bench.run_scenario(plan)
    details = [s["detail"] for s in bench.report("s")["steps"] if s["action"] == "signal"]
    assert len(set(details)) == 2
    assert all(e.get("value", 0) == 0 for e in bench.events("s", "step_ended"))


# Steps


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


def test_repeated_steps_keep_their_rhythm(bench):
    bench.run_scenario(scenario(duration="1500ms", lanes=lanes(slow=True), steps=[
        {"at": "200ms", "signal": "HUP", "repeat": 3, "every": "400ms"}]))
    due = [round(s[1]) for s in steps_of(bench)]
    assert due == [200, 600, 1000]
    used = {e["pid"] for e in bench.events("s", "step_began")}
    assert len(used) >= 2, "the leader moves"

"""Is it known who holds the port, and is it seen when somebody does who should not?"""

import errno
import signal
import subprocess

import pytest

from privileges import becomes_nobody, is_root, open_to_all, refusing
from running import scenario, FAIL, PASS, UNKNOWN
from small_runs import lanes, small
from waiting import wait_for

CLAIM = "listener_not_leaked"


def finding(bench, name=CLAIM):
    (found,) = [f for f in bench.report("s")["findings"] if f["check"] == name]
    return found


def failed(bench):
    return {f["check"] for f in bench.report("s")["findings"] if f["verdict"] == "fail"}


def with_helper(*habits, **server):
    return scenario(server={**small("nurse", *habits), **server}, lanes=lanes(), steps=[])


def test_a_helper_that_holds_the_port_is_found(bench, way):
    argv, how = way
    bench.run_scenario(with_helper("leak"), *argv, **how).must(FAIL)
    assert failed(bench) == {CLAIM}
    (helper,) = [p for p in bench.report("s")["processes"] if p["exe"].endswith("/sleep")]
    assert f"pid {helper['pid']} (sleep)" in finding(bench)["why"]
    assert helper["listener"]["held_from_ms"] >= helper["born_ms"] and helper["requests"] == 0


def test_a_helper_that_does_not_hold_it_is_all_right(bench, way):
    argv, how = way
    bench.run_scenario(with_helper(), *argv, **how).must(UNKNOWN)
    assert finding(bench)["verdict"] == "pass" and finding(bench)["applies"], finding(bench)
    assert failed(bench) == set()


def test_a_helper_that_keeps_the_port_after_the_stop_is_found(bench, way):
    argv, how = way
    plan = with_helper("leak", "keep", stop={"within": "500ms"})
    bench.run_scenario(plan, *argv, **how).must(FAIL)
    assert failed(bench) == {CLAIM, "none_left_over"}
    assert "after the stop" in finding(bench)["why"]


@pytest.mark.parametrize("strategy", ["fork-exec", "exec", "fdpass", "reuseport"])
def test_who_accepts_is_known(bench, strategy):
    args = ["--strategy", strategy]
    if strategy == "fdpass":
        args += ["--handover", "${work}/door"]
    bench.run_scenario(scenario(args=args, duration="1500ms", limits={"lost": 3})).must(PASS)
    assert finding(bench)["applies"]
    old, new = [p for p in bench.report("s")["processes"] if p["requests"]]
    for p in (old, new):
        held = p["listener"]
        assert held["polled"] is True and held["sockets"] == 1
        assert held["held_from_ms"] <= held["polled_from_ms"]
        assert held["held_from_ms"] < p["last_answer_ms"]
        assert p["exe_on_disk"] == "same" and p["exe_inode"] > 0
        assert p["descriptors"] and p["memory"]
        assert all(look["value"] > 0 for look in p["memory"])
    if strategy != "exec":
        end = old["listener"]["held_until_ms"]
        assert bench.report("s")["upgrades"][0]["begun_ms"] < end <= old["exited_ms"]


def test_a_unix_socket_has_holders_too(bench):
    plan = scenario(server={"command": ["${bin}/reload_server", "--unix", "${work}/s"],
                            "url": "http://localhost", "unix": "${work}/s"})
    bench.run_scenario(plan).must(PASS)
    served = [p for p in bench.report("s")["processes"] if p["requests"]]
    assert len(served) == 2 and all(p["listener"]["polled"] for p in served)


def test_a_program_that_was_replaced_is_told(bench):
    plan = scenario(
        steps=[{"at": "300ms", "replace": {"file": "${work}/app", "with": "${bin}/reload_server"},
                "upgrade": "deploys"}, {"signal": "HUP"}])
    plan["server"]["command"] = ["/bin/sh", "-c",
                                 "cp ${bin}/reload_server ${work}/app; "
                                 "exec ${work}/app --port ${port}"]
    bench.run_scenario(plan).must(PASS)
    old, new = [p for p in bench.report("s")["processes"] if p["requests"]]
    assert (old["exe_on_disk"], new["exe_on_disk"]) == ("replaced", "same")


@pytest.mark.parametrize("where", ["127.0.0.1", "::1", "socket"])
def test_where_the_kernel_may_not_be_asked_its_tables_are_read(bench, where):
    refuses = refusing("socket", errno.EPERM, a0=16, a2=4)  # AF_NETLINK, NETLINK_SOCK_DIAG
    plan = scenario()
    if where == "::1":
        plan["server"]["command"] += ["--host", where]
        plan["server"]["url"] = "http://[::1]:${port}"
    elif where == "socket":
        plan["server"].update(command=["${bin}/reload_server", "--unix", "${work}/s"],
                              url="http://localhost", unix="${work}/s")
    bench.run_scenario(plan, preexec_fn=refuses).must(PASS)
    assert finding(bench)["applies"]
    served = [p for p in bench.report("s")["processes"] if p["requests"]]
    assert len(served) == 2 and all(p["listener"]["polled"] for p in served)


def test_what_is_not_ours_to_see_is_unknown(bench):
    """Somebody else's server, whose helper may hold anything."""
    if not is_root:
        pytest.skip("needs root, to become somebody else")
    open_to_all(bench)
    argv = small("nurse")["command"]
    port = 0
    with subprocess.Popen([part.replace("${port}", "0") for part in argv], cwd=bench.directory,
                          stdout=subprocess.PIPE) as server:
        try:
            port = wait_for(lambda: port_of(server.pid), "its port")
            plan = scenario(server={"attach": {"pid": server.pid},
                                    "url": f"http://127.0.0.1:{port}"}, lanes=lanes(), steps=[])
            del plan["server"]["command"]
            bench.run_scenario(plan, preexec_fn=becomes_nobody).must(UNKNOWN)
            assert finding(bench)["verdict"] == "unknown"
            assert "not ours to see" in finding(bench)["why"]
        finally:
            server.send_signal(signal.SIGTERM)


def port_of(pid):
    """Where a process of ours listens."""
    lines = subprocess.run(["/bin/sh", "-c", f"ls -l /proc/{pid}/fd; cat /proc/net/tcp"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    inodes = {line.split("socket:[")[1].rstrip("]") for line in lines if "socket:[" in line}
    for line in lines:
        words = line.split()
        if len(words) > 9 and words[3] == "0A" and words[9] in inodes:
            return int(words[1].split(":")[1], 16)
    return None

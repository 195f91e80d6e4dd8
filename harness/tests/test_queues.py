"""Does the report say what the kernel knows of lost connections?"""

import errno
import pathlib

from privileges import refusing
from running import scenario, FAIL, PASS

HERE = pathlib.Path(__file__).resolve().parent


def finding(bench, name):
    (found,) = [f for f in bench.report("s")["findings"] if f["check"] == name]
    return found


def beside():
    return scenario(server={"command": ["/usr/bin/python3", str(HERE / "beside_server.py"), "${port}"],
                            "ready": {"http": "/", "within": "20s"}},
                    lanes=[{"name": "new", "rate": 200, "path": "/"}],
                    steps=[{"at": "300ms", "signal": "HUP"}], duration="1500ms")


def closings(bench):
    (upgrade,) = bench.report("s")["upgrades"]
    return [q for q in upgrade["kernel"]["listeners"] if q["closed_ms"] is not None]


def test_what_waited_in_the_queue_of_a_closed_listener_is_told(bench):
    run = bench.run_scenario(beside()).must(FAIL)
    report = bench.report("s")
    lost = report["summary"]["by_outcome"].get("reset", 0)
    (upgrade,) = report["upgrades"]
    (closed,) = closings(bench)
    assert 0 < closed["queue_at_close"] <= lost == report["summary"]["lost"]
    assert closed["queue_at_close"] <= closed["queue_most"] <= closed["queue_limit"]
    assert upgrade["begun_ms"] < closed["last_seen_ms"] < closed["closed_ms"]
    assert len(upgrade["kernel"]["listeners"]) == 2
    assert upgrade["kernel"]["counters"]["OutRsts"] >= closed["queue_at_close"]
    old = next(p for p in report["processes"] if p["generation"] == 1 and p["requests"])
    why = finding(bench, "no_request_lost")["why"]
    assert f"reset by the close of the listener of pid {old['pid']}" in why, why
    assert f"{closed['queue_at_close']} waited in its queue" in why
    assert f"had {closed['queue_at_close']} connections in its queue" in run.out
    assert "OutRsts +" in run.out


def test_queues_are_looked_at_often_around_an_upgrade_only(bench):
    """With a load that waits now and then, so that there is something to be seen."""
    plan = scenario(duration="3s", steps=[{"at": "1500ms", "signal": "HUP"}],
                    lanes=[{"name": "new", "rate": 300, "shape": "burst", "burst": 30,
                            "path": "/?sleep=0"},
                           {"name": "slow", "rate": 20, "path": "/?sleep=0.2"}])
    bench.run_scenario(plan).must(PASS)
    (upgrade,) = bench.report("s")["upgrades"]
    assert "kernel  " not in bench.runs[-1].out, "nothing was lost"
    assert len(upgrade["kernel"]["listeners"]) == 1
    assert upgrade["kernel"]["listeners"][0]["closed_ms"] is None
    assert all(n is not None for n in upgrade["kernel"]["counters"].values())
    looks = [e["at"] / 1e6 for e in bench.events("s", "listen_queue")]
    before = [at for at in looks if at < upgrade["begun_ms"]]
    assert len(before) <= 4 * upgrade["begun_ms"] / 250 + 4


def test_where_the_kernel_may_not_be_asked_its_tables_tell_of_queues(bench):
    refuses = refusing("socket", errno.EPERM, a0=16, a2=4)  # AF_NETLINK, NETLINK_SOCK_DIAG
    bench.run_scenario(beside(), preexec_fn=refuses).must(FAIL)
    (closed,) = closings(bench)
    assert closed["queue_at_close"] > 0 and closed["queue_limit"] == 0

"""What does each planted fault need in order to show?  A shape of load and upgrade; a
healthy server of any strategy passes the same one."""

import json
import subprocess

from running import BIN

SERVER = BIN / "reload_server"

# What a strategy needs besides its name, and what it costs by design.
STRATEGIES = {
    "fdpass": {"args": ["--handover", "${work}/door"]},
    # Whoever comes waits until everybody else is answered, and the next one has loaded.
    "exec": {"limits": {"gap": "1500ms", "latency": "1500ms"}},
    "activation": {"limits": {"gap": "1500ms", "latency": "1500ms"}},
    # What arrives as the old one closes its queue may be reset.
    "reuseport": {"limits": {"lost": 5}},
    # Nobody listens in between.
    "restart": {"limits": {"lost": 1000}},
}

RELOAD = {"at": "600ms", "signal": "HUP"}
AGAIN = {"at": "1500ms", "signal": "HUP"}
RESTART = {"at": "600ms", "stop_start": {"signal": "TERM"}}

# Between what is healthy and what is not lies a second, or many requests.
LIMITS = {"lost": 0, "gap": "1s", "latency": "1s", "overlap": "600ms", "drain": "1500ms"}


def version(text, at):
    """Another configuration; "" is one that no server of ours takes."""
    return {"at": at, "write": {"file": "${work}/version", "text": text}}


SHAPES = {
    "one reload": {},
    "a reload, and more load": {"for": "4s"},
    "a reload that takes time": {"args": ["--startup-delay", "400ms"]},
    "a reload that takes long": {"args": ["--startup-delay", "2s"], "for": "4s",
                                 "limits": {"drain": "4s"}},
    "impatient clients": {"args": ["--drain-timeout", "1s"], "timeout": "1500ms", "for": "3s"},
    "a new program": {"replaces": True},
    "a unix socket": {"unix": True},
    "a unix socket, loading": {"unix": True, "args": ["--startup-delay", "400ms"]},
    "a restart": {"steps": [RESTART], "limits": {"lost": 1000}},
    "a restart, and more load": {"steps": [RESTART], "for": "4s", "limits": {"lost": 1000}},
    "two reloads": {"steps": [{**RELOAD, "repeat": 2, "every": "300ms"}], "sleep": 1, "for": "3500ms",
                    "limits": {"drain": "3s"}},
    "two reloads at once": {"steps": [{**RELOAD, "repeat": 2, "every": "150ms"}],
                            "args": ["--startup-delay", "400ms"], "for": "3s"},
    "a new version": {"versions": True, "for": "3s",
                      "steps": [version("two", "300ms"), {**RELOAD, "version": "two"}]},
    "a bad version": {"versions": True, "for": "2500ms",
                      "steps": [version("", "300ms"), {**RELOAD, "upgrade": "fails"}]},
    "a bad version, then a good one": {
        "versions": True, "for": "3s",
        "steps": [version("", "300ms"), {**RELOAD, "upgrade": "fails"},
                  version("two", "1200ms"), {**AGAIN, "version": "two"}]},
    "a pidfile": {"pidfile": True, "for": "3s"},
    "a ledger": {"ledger": True},
    "many reloads": {"steps": [{**RELOAD, "repeat": 6, "every": "800ms"}], "for": "5500ms"},
}

SHAPE_OF = {
    "serve_old_version": "a new version",
    "mix_versions": "a new version",
    "accept_bad_version": "a bad version",
    "ignore_second_hup": "two reloads at once",
    "kill_middle_generation": "two reloads at once",
    "refuse_after_failure": "a bad version, then a good one",
    "quit_anyway": "a bad version",
    "do_twice": "a ledger",
    "respawn_old": "a reload, and more load",
    "unlink_new_pidfile": "a pidfile",
    "write_pidfile_early": "a pidfile",
    "keep_old_pidfile": "a pidfile",
    "respawn_forever": "a reload that takes time",
    "crash_after_ready": "a reload, and more load",
    "ready_too_early": "a reload that takes long",
    "stall_at_handover": "a reload, and more load",
    "exec_old_file": "a new program",
    "close_listener_early": "a reload that takes time",
    "recreate_socket": "a unix socket, loading",
    "drop_accept_queue": "a reload that takes time",
    "close_queue": "a reload that takes time",
    "come_back": "a reload, and more load",
    "hold_port_at_end": "a restart, and more load",
    "cut_at_term": "a restart",
    "answer_nothing": "impatient clients",
    "answer_late": "a reload, and more load",
    "refuse_while_draining": "two reloads",
    "child_for_each_hup": "two reloads at once",
    "unlink_new_socket": "a unix socket",
    "leak_descriptors": "many reloads",
    "leak_memory": "many reloads",
}


def shape_of(fault):
    return SHAPE_OF.get(fault, "one reload")


def plan(shape, strategy, fault=None, check=None):
    s, t = SHAPES[shape], STRATEGIES.get(strategy, {})
    where = ["--unix", "${work}/s.sock"] if s.get("unix") else ["--port", "${port}"]
    argv = [*where, "--strategy", strategy, *t.get("args", []), *s.get("args", [])]
    server = {"url": "http://127.0.0.1:${port}", "version": {"header": "X-Version"},
              "stop": {"within": "5s"}}
    if s.get("unix"):
        server["unix"] = "${work}/s.sock"
    if s.get("versions"):
        argv += ["--version-file", "${work}/version"]
        server["files"] = {"version": "one"}
    if s.get("pidfile"):
        argv += ["--pidfile", "${work}/pid"]
        server["pid"] = {"pidfile": "${work}/pid"}
    if s.get("ledger"):
        argv += ["--ledger", "${work}/ledger"]
        server["ledger"] = "${work}/ledger"
    if fault:
        argv += ["--fault", fault]
    steps = [dict(step) for step in s.get("steps", [RELOAD])]
    if strategy == "restart":
        for step in steps:
            if step.pop("signal", None):
                step["stop_start"] = {"signal": "TERM"}
    if s.get("replaces"):
        steps.insert(0, {"at": "300ms", "replace": {"file": "${work}/app",
                                                    "with": "${bin}/reload_server"}})
        command = ["/bin/sh", "-c", 'cp "$0" "${work}/app" && exec "${work}/app" "$@"',
                   "${bin}/reload_server", *argv]
    else:
        command = ["${bin}/reload_server", *argv]
    lanes = [
        {"name": "new", "rate": 60, "path": "/?sleep=0"},
        {"name": "reused", "connection": "reused", "rate": 60, "path": "/?sleep=0", "pool": 10},
        {"name": "slow", "rate": 20, "path": f"/?sleep={s.get('sleep', 0.3)}"},
    ]
    for lane in lanes:
        if "timeout" in s:
            lane["timeout"] = s["timeout"]
    expect = {"verdict": "fail", "checks": [check]} if fault else {"verdict": "pass"}
    return {
        "name": f"{fault or 'healthy'}-{strategy}",
        "why": f"{shape}, {'with a planted fault' if fault else 'healthy'}",
        "server": {"command": command, **server},
        "lanes": lanes,
        "for": s.get("for", "2s"),
        "steps": steps,
        "limits": {**LIMITS, **t.get("limits", {}), **s.get("limits", {})},
        "expect": expect,
    }


def faults():
    """The server's own table, a dict a row."""
    lines = listed(SERVER, "--list-faults")
    return [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]


def strategies():
    return [line.split()[0] for line in listed(SERVER, "--list")[1:]]


def checks():
    """hupproof's: name -> what it is about."""
    rows = json.loads("\n".join(listed(BIN / "hupproof", "list", "checks", "--json")))
    return {row["name"]: row["about"] for row in rows}


def listed(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout.splitlines()

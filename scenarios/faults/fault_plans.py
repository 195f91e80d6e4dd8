"""What does each planted fault need in order to show?  A shape of load and upgrade; a
healthy server of the same strategy passes the same one."""

import json
import subprocess

from running import BIN

SERVER = BIN / "reload_server"

# Nobody listens between a stop and a start, however long that takes on a busy machine: who
# is refused then is refused, and no want of time explains it away.
DOWN = {"lost": 1000, "gap": "3s"}

# What a strategy needs besides its name, and what it costs by design.
STRATEGIES = {
    "fdpass": {"args": ["--handover", "${work}/door"]},
    # Whoever comes waits until everybody else is answered, and the next one has loaded.
    "exec": {"limits": {"gap": "1500ms", "latency": "1500ms"}},
    "activation": {"limits": {"gap": "1500ms", "latency": "1500ms"}},
    # What arrives as the old one closes its queue may be reset.
    "reuseport": {"limits": {"lost": 5}},
    "restart": {"limits": {**DOWN, "states": ["accepted", "idle"]}},
}

# Between what is healthy and what is not lies a second, or many requests: so much that a
# load that is some tenths late may be believed.
LIMITS = {"lost": 0, "gap": "1s", "latency": "1s", "overlap": "600ms", "drain": "1500ms",
          "late": "400ms"}

RELOAD = {"at": "600ms", "signal": "HUP"}
RESTART = {"at": "600ms", "stop_start": {"signal": "TERM"}}


def reloads(n, every):
    return [{**RELOAD, "repeat": n, "every": every}]


def version(at, text):
    """Another configuration; "" is one that no server of ours takes."""
    return {"at": at, "write": {"file": "${work}/version", "text": text}}


NEW_PROGRAM = {"at": "300ms", "replace": {"file": "${work}/app", "with": "${bin}/reload_server"}}
VERSION = {"args": ["--version-file", "${work}/version"], "server": {"files": {"version": "one"}}}
UNIX = {"address": ["--unix", "${work}/s.sock"], "server": {"unix": "${work}/s.sock"}}
LOADS = ["--startup-delay", "400ms"]

# What is other than in one reload, and the faults that need it.
SHAPES = {
    "one reload": {},
    "a reload and more load": {
        "for": "4s",
        "shows": "crash_at_start hang_at_start crash_after_ready stall_at_handover keep_accepting "
                 "come_back answer_late claim_old_pid ignore_hup respawn_old"},
    "a reload that takes time": {
        "args": LOADS, "for": "3s",
        "shows": "respawn_forever close_listener_early drop_accept_queue close_queue"},
    "a reload that takes long": {
        "args": ["--startup-delay", "3s"], "for": "5s", "limits": {"drain": "5s"},
        "shows": "ready_too_early"},
    "impatient clients": {
        "args": ["--drain-timeout", "1s"], "timeout": "1500ms", "for": "3s",
        "shows": "answer_nothing"},
    "a new program": {
        "starter": 'cp "$0" "${work}/app" && exec "${work}/app" "$@"',
        "steps": [NEW_PROGRAM, RELOAD],
        "shows": "exec_old_file"},
    "a unix socket": {**UNIX, "shows": "unlink_new_socket"},
    "a unix socket that takes time": {**UNIX, "args": LOADS, "shows": "recreate_socket"},
    "a restart": {"steps": [RESTART], "limits": DOWN, "shows": "cut_at_term"},
    "a restart and more load": {
        "steps": [RESTART], "limits": DOWN, "for": "8s",
        "shows": "hold_port_at_end"},
    "two reloads in one drain": {
        "steps": reloads(2, "300ms"), "sleep": 1, "for": "3500ms", "limits": {"drain": "3s"},
        "shows": "refuse_while_draining"},
    "two reloads at once": {
        "steps": reloads(2, "150ms"), "args": LOADS, "for": "3s",
        "shows": "ignore_second_hup kill_middle_generation child_for_each_hup"},
    "many reloads": {
        "steps": reloads(6, "800ms"), "for": "5500ms",
        "shows": "leak_descriptors leak_memory"},
    "a new version": {
        **VERSION, "steps": [version("300ms", "two"), {**RELOAD, "version": "two"}], "for": "3s",
        "shows": "serve_old_version mix_versions"},
    "a bad version": {
        **VERSION, "steps": [version("300ms", ""), {**RELOAD, "upgrade": "fails"}],
        "for": "2500ms",
        "shows": "accept_bad_version quit_anyway"},
    "a bad version, then a good one": {
        **VERSION, "for": "3s",
        "steps": [version("300ms", ""), {**RELOAD, "upgrade": "fails"},
                  version("1200ms", "two"), {**RELOAD, "at": "1500ms", "version": "two"}],
        "shows": "refuse_after_failure"},
    "a pidfile": {
        "args": ["--pidfile", "${work}/pid"], "server": {"pid": {"pidfile": "${work}/pid"}},
        "for": "3s",
        "shows": "unlink_new_pidfile write_pidfile_early keep_old_pidfile"},
    "connections in every state": {
        # Work takes long enough to be under way when the drain begins, and half a request is
        # completed after a second if nobody new can answer before.
        "states": {"of": True, "stream_path": "/?stream=1"}, "sleep": 1, "for": "4s",
        "limits": {"gap": "3s", "latency": "3s", "drain": "4s"},
        "shows": "drop_half_sent cut_streams drop_pipelined"},
    "a ledger": {
        "args": ["--ledger", "${work}/ledger"], "server": {"ledger": "${work}/ledger"},
        "shows": "do_twice"},
}


def shape_of(fault):
    return next((name for name, shape in SHAPES.items() if fault in shown(shape)), "one reload")


def shown(shape):
    return shape.get("shows", "").split()


def plan(shape, strategy, fault=None, check=None):
    s, t = SHAPES[shape], STRATEGIES.get(strategy, {})
    argv = ["${bin}/reload_server", *s.get("address", ["--port", "${port}"]),
            "--strategy", strategy, *t.get("args", []), *s.get("args", [])]
    if fault:
        argv += ["--fault", fault]
    if "starter" in s:
        argv = ["/bin/sh", "-c", s["starter"], *argv]
    lanes = [
        {"name": "new", "rate": 60, "path": "/?sleep=0"},
        {"name": "reused", "connection": "reused", "rate": 60, "path": "/?sleep=0", "pool": 10},
        {"name": "slow", "rate": 20, "path": f"/?sleep={s.get('sleep', 0.3)}"},
    ]
    if "timeout" in s:
        lanes = [{**lane, "timeout": s["timeout"]} for lane in lanes]
    states = {"states": s["states"]} if "states" in s else {}
    return {
        "name": f"{fault or 'healthy'}-{strategy}",
        "why": f"{shape}, {'with a planted fault' if fault else 'healthy'}",
        "server": {"command": argv, "url": "http://127.0.0.1:${port}", "stop": {"within": "5s"},
                   "version": {"header": "X-Version"}, **s.get("server", {})},
        "lanes": lanes,
        "for": s.get("for", "2s"),
        **states,
        "steps": [as_strategy_does(strategy, step) for step in s.get("steps", [RELOAD])],
        "limits": {**LIMITS, **t.get("limits", {}), **s.get("limits", {})},
        "expect": {"verdict": "fail", "checks": [check]} if fault else {"verdict": "pass"},
    }


def as_strategy_does(strategy, step):
    if strategy == "restart" and "signal" in step:
        step = {**step, "stop_start": {"signal": "TERM"}}
        del step["signal"]
    return step


def faults():
    """The server's own table, a dict a row."""
    lines = listed(SERVER, "--list-faults")
    return [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]


def checks():
    """hupproof's: name -> what it is about."""
    rows = json.loads("\n".join(listed(BIN / "hupproof", "list", "checks", "--json")))
    return {row["name"]: row["about"] for row in rows}


def listed(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout.splitlines()

"""Servers that write down who did which request: is what hupproof was told by the kernel the same?

Each keeps a ledger, a line ID PID for each request, written by whoever does it; hupproof is told
to ask the kernel (`"who": "socket"`)."""

import os
import shutil

from running import scenario

SLOW_BUILD = "HUPPROOF_SLOW_BUILD" in os.environ    # there is little time to look in
NEARLY_ALL = 0.5 if SLOW_BUILD else 0.98
MOST = 0.5 if SLOW_BUILD else 0.95     # libcurl cannot wait until it is known who has accepted

STRATEGIES = {
    "fork-exec": ["--strategy", "fork-exec"],
    "exec": ["--strategy", "exec"],
    "fdpass": ["--strategy", "fdpass", "--handover", "${work}/h"],
    "reuseport": ["--strategy", "reuseport"],
    "prefork": ["--strategy", "prefork", "--workers", "3"],
    "activation": ["--strategy", "activation"],
}

NGINX = """
worker_processes 2;
pid ${work}/nginx.pid;
error_log ${work}/error.log notice;
events { worker_connections 1024; }
http {
    log_format ledger '$http_x_request_id $pid';
    map $http_x_request_id $asked { default 1; '' 0; }
    access_log %s ledger if=$asked;
    client_body_temp_path ${work}/body;
    proxy_temp_path ${work}/proxy;
    fastcgi_temp_path ${work}/fastcgi;
    uwsgi_temp_path ${work}/uwsgi;
    scgi_temp_path ${work}/scgi;
    server { listen 127.0.0.1:${port}; location / { return 200 "hello"; } }
}
"""

HUPS = {"at": "500ms", "signal": "HUP", "repeat": 3, "every": "700ms"}


def load(new, reused):
    return [{"name": "new", "rate": new, "path": "/?sleep=0"},
            {"name": "reused", "connection": "reused", "rate": reused, "path": "/?sleep=0",
             "pool": 16},
            {"name": "slow", "rate": 20, "path": "/?sleep=0.2"}]


def told(bench):
    """pid by request, as hupproof has it; of the answers."""
    return {s["request"]: s.get("pid", 0) for s in bench.samples("s") if s["outcome"] == "ok"}


def written(ledger):
    """pid by request, as the processes themselves have it."""
    return {int(name.rpartition("-")[2]): int(pid)
            for name, pid in map(str.split, ledger.read_text().splitlines())}


def must_agree(bench, ledger, share=NEARLY_ALL):
    ours, theirs = told(bench), written(ledger)
    wrong = {r: (pid, theirs[r]) for r, pid in ours.items() if pid and pid != theirs[r]}
    assert not wrong, f"{len(wrong)} of {len(ours)}, (told, true): {list(wrong.items())[:10]}"
    known = sum(pid != 0 for pid in ours.values())
    attribution = bench.report("s")["summary"]["attribution"]
    assert (attribution["answers"], attribution["known"]) == (len(ours), known)
    assert known >= share * len(ours), attribution
    return len(ours), len(set(theirs.values()))


def reference(bench, args, **more):
    ledger = bench.directory / "ledger"
    return scenario(args=[*args, "--ledger", str(ledger)],
                    server={"who": "socket", "ledger": str(ledger)}, **more), ledger


def nginx(bench, **more):
    ledger = bench.directory / "ledger"
    plan = scenario(server={
        "command": [shutil.which("nginx"), "-c", "${work}/nginx.conf"],
        "pid": {"pidfile": "${work}/nginx.pid"}, "stop": {"signal": "QUIT"},
        "files": {"nginx.conf": ("user root;" if os.getuid() == 0 else "") + NGINX % ledger},
        "who": "socket", "ledger": str(ledger)}, **more)
    return plan, ledger

"""Reports and runs that are made up for a test."""

import json

MACHINE = {"cpus": 2, "cpu": "Some CPU", "kernel": "Linux 6.1.0-9", "memory": 8 << 30}
LANES = {"new": {"name": "new", "rate": 300}, "slow": {"name": "slow", "rate": 10, "timeout": "10s"}}


def lane(name="new", lost=0, p50=0.3, p99=1.0, most=5.0, gap=10.0):
    return {"name": name, "planned": 100, "requests": 100, "ok": 100 - lost, "lost": lost,
            "by_outcome": {"ok": 100 - lost, **({"refused": lost} if lost else {})},
            "latency_ms": {"p50": p50, "p90": p50, "p99": p99, "max": most},
            "longest_gap_ms": gap, "longest_gap_at_ms": 2000.0}


def finding(check, verdict="pass", why="it did", applies=True, **more):
    return {"check": check, "claim": f"{check}, always.", "about": "clients", "verdict": verdict,
            "applies": applies, "why": why, "request": None, **more}


def report(scenario="s", verdict=None, lost=0, lanes=None, failed=(), unknown=(), upgrades=1,
           figures=None, descriptors=20, **more):
    lanes = lanes or [lane(lost=lost)]
    findings = [finding(check, "fail" if check in failed else "unknown" if check in unknown else "pass")
                for check in ("no_request_lost", "no_long_gap", *more.pop("checks", ()))]
    verdict = verdict or ("fail" if failed else "unknown" if unknown else "pass")
    requests = sum(one["requests"] for one in lanes)
    return {
        "schema": "hupproof.report/1", "hupproof": "0.1.0", "scenario": scenario, "why": "to show it",
        "verdict": verdict, "started": "2026-01-02T03:04:05.678Z", "seed": 1, "machine": MACHINE,
        "plan": {"url": "http://127.0.0.1:10228", "for": "5s", "lanes": list(LANES.values()),
                 "steps": [{"at": "2s", "signal": "HUP"}], "limits": {"lost": 0}},
        "load_began_ms": 20.0, "load_ended_ms": 5020.0,
        "watch": {"complete": True, "how": "kernel events"},
        "summary": {"requests": requests, "ok": requests - lost, "lost": lost,
                    "by_outcome": {"ok": requests - lost, **({"refused": lost} if lost else {})},
                    "upgrades": upgrades, "upgrades_planned": upgrades,
                    "handovers": {"upgrades": upgrades, "requests": 50, "lost": lost,
                                  "upgrades_with_loss": upgrades if lost else 0}},
        "figures": {"in_flight": 10, "kept": 10, "overlap_ms": 900.0, "drain_ms": 1000.0,
                    **(figures or {})},
        "findings": findings, "lanes": lanes,
        "upgrades": [], "steps": [], "pidfile": None, "failures": [],
        "processes": [{"pid": 10, "generation": 1,
                       "descriptors": [{"at_ms": 1.0, "value": descriptors}], "memory": []}],
        **more}


def write(directory, value, name="report.json"):
    """Into a directory that is made; the file's path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(json.dumps(value))
    return path

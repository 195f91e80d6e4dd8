"""What would a run with so many requests have left?  Without a run: a history that is regular
where a real one is, and as noisy as one, and the report that belongs to it.

Two generations of a server; in between, after half the time, nobody listens for a while, and the
requests in flight are cut."""

import json
import random

REFUSED, CUT = 111, 104
OLD, NEW = 4711, 4822
LANES = (("new", "new", 0.5), ("reused", "reused", 0.4995), ("slow", "new", 0.0005))


def ms(ns):
    return round(ns / 1e6, 3)


def request(chance, i, lane, sent, struck, back, end):
    """(its line but for what all have, its outcome, its pid)."""
    due = sent - chance.randrange(20_000, 160_000)
    took = chance.randrange(90_000, 600_000)
    if lane == "slow":
        took += int(end * 0.05)
    head = f'{{"request":{i},"lane":"{lane}","due":{due},"sent":{sent},'
    if struck <= sent < back:
        done = sent + took // 20
        return f'{head}"done":{done},"error":{REFUSED},"outcome":"refused","phase":"connect"}}\n', "refused", 0
    connected = "" if lane == "reused" else f'"connected":{sent + took // 9 if lane != "slow" else sent + 40_000},'
    port = chance.randrange(32768, 61000)
    if sent < struck <= sent + took:
        return (f'{head}{connected}"done":{struck + chance.randrange(90_000)},"port":{port},"error":{CUT},'
                '"outcome":"reset","phase":"wait"}\n'), "reset", 0
    done = sent + took
    pid = OLD if sent < struck else NEW
    return (f'{head}{connected}"first_byte":{done - 3_000 * (i % 2)},"done":{done},"pid":{pid},"status":200,'
            f'"bytes":{140 + i % 9},"port":{port},"outcome":"ok","phase":"done"}}\n'), "ok", pid


def finding(check, claim, verdict="pass", why=None, **more):
    return {"check": check, "claim": claim, "about": "clients", "verdict": verdict, "applies": True,
            "why": why, "request": None, **more}


def write_run(directory, requests, seconds=10, outage=0.02, scenario="synthetic", whole=True):
    """outage: the part of the time in which nobody listens; 0: nothing is lost but what is in
    flight.  Returns the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    chance, end = random.Random(1), int(seconds * 1e9)
    begin, struck = int(0.2e9), int(0.2e9 + end / 2)
    back = struck + int(end * outage)
    lanes = {name: {"name": name, "planned": 0, "requests": 0, "ok": 0, "lost": 0, "by_outcome": {},
                    "latency_ms": {"p50": 0.3, "p90": 0.5, "p99": 0.6, "max": 0.7},
                    "longest_gap_ms": ms(back - struck), "longest_gap_at_ms": ms(struck)}
             for name, _, _ in LANES}
    names, shares = [l[0] for l in LANES], [l[2] for l in LANES]
    answers, first_lost = {OLD: 0, NEW: 0}, None
    events = iter(events_of(begin, struck, back, begin + end))
    event, n_events = next(events), 1
    plan = {"name": scenario, "lanes": [{"name": name, "connection": connection, "rate": max(1, int(requests * share / seconds))}
                                        for name, connection, share in LANES],
            "server": {"url": "http://127.0.0.1:1"}, "for": f"{seconds}s"}
    with open(directory / "history.ndjson", "w") as file:
        file.write(json.dumps({"schema": "hupproof.history/1", "hupproof": "0.1.0", "seed": 1,
                               "started": "2026-01-02T03:04:05.678Z", "scenario": plan}) + "\n")
        for i, lane in enumerate(chance.choices(names, shares, k=requests)):
            sent = begin + int(end * i / requests) + chance.randrange(1, 1 + end // requests)
            while event and event["at"] <= sent:
                file.write(json.dumps(event) + "\n")
                event, n_events = next(events, None), n_events + 1
            line, outcome, pid = request(chance, i, lane, sent, struck, back, end)
            file.write(line)
            mine = lanes[lane]
            for key in ("planned", "requests", "ok" if outcome == "ok" else "lost"):
                mine[key] += 1
            mine["by_outcome"][outcome] = mine["by_outcome"].get(outcome, 0) + 1
            if pid:
                answers[pid] += 1
            elif first_lost is None:
                first_lost = i
        while event:
            file.write(json.dumps(event) + "\n")
            event, n_events = next(events, None), n_events + 1
        if whole:
            file.write(json.dumps({"end": {"requests": requests, "events": n_events - 1}}) + "\n")
    report = report_of(scenario, lanes, answers, first_lost, begin, struck, back, begin + end)
    (directory / "report.json").write_text(json.dumps(report))
    return directory


def events_of(begin, struck, back, end):
    yield {"event": "proc_born", "at": -2_000_000, "pid": OLD, "start": 1, "value": 1}
    yield {"event": "server_ready", "at": begin - 1_000_000}
    yield {"event": "listening", "at": begin - 900_000, "value": 1, "ino": 7}
    yield {"event": "listen_queue", "at": begin - 900_000, "index": 4096, "ino": 7}
    yield {"event": "load_began", "at": begin}
    yield {"event": "listen_queue", "at": struck - 50_000_000, "index": 4096, "value": 9, "ino": 7}
    yield {"event": "step_began", "at": struck, "value": struck, "pid": OLD, "text": "KILL to 4711"}
    yield {"event": "proc_exited", "at": struck, "pid": OLD, "start": 1, "value": 9}
    yield {"event": "listening", "at": struck, "ino": 7}
    yield {"event": "proc_born", "at": struck + 1_000_000, "pid": NEW, "start": 2, "value": 1}
    yield {"event": "listening", "at": back, "value": 1, "ino": 8}
    yield {"event": "listen_queue", "at": back, "index": 4096, "value": 3, "ino": 8}
    yield {"event": "step_ended", "at": back}
    yield {"event": "load_ended", "at": end}
    yield {"event": "proc_exited", "at": end + 60_000_000, "pid": NEW, "start": 2}


def report_of(scenario, lanes, answers, first_lost, begin, struck, back, end):
    by_outcome = {}
    for lane in lanes.values():
        for outcome, n in lane["by_outcome"].items():
            by_outcome[outcome] = by_outcome.get(outcome, 0) + n
    total, ok = sum(by_outcome.values()), by_outcome.get("ok", 0)
    lost, blind = total - ok, {"new": 0.1, "reused": ms(back - struck)}
    handover = {"from_ms": ms(struck), "until_ms": ms(back), "requests": lost, "lost": lost, "blind_ms": blind}
    process = {"parent": 1, "exe": "/bin/server", "execd_away_ms": None, "left_over": False, "zombie": False}
    told = f"{lost} of {total} requests were lost" + (f"; the first was request {first_lost}" if lost else "")
    return {
        "schema": "hupproof.report/1", "hupproof": "0.1.0", "scenario": scenario, "why": "made up",
        "verdict": "fail" if lost else "pass", "started": "2026-01-02T03:04:05.678Z", "seed": 1,
        "load_began_ms": ms(begin), "load_ended_ms": ms(end), "watch": {"complete": True, "how": "kernel events"},
        "summary": {"requests": total, "ok": ok, "lost": lost, "by_outcome": by_outcome, "upgrades": 1,
                    "upgrades_planned": 1, "streams_refused": 0,
                    "attribution": {"answers": ok, "known": ok, "known_percent": 100, "kernel": None},
                    "handovers": {"upgrades": 1, "upgrades_with_loss": int(lost > 0), "requests": lost, "lost": lost,
                                  "loss_rate_upper_bound": {"confidence": 0.95, "per_request": None, "per_upgrade": 1},
                                  "blind_ms": blind}},
        "findings": [finding("no_wrong_answer", "Every answer is whole and what was asked for."),
                     finding("no_request_lost", "Every request gets an answer.", "fail" if lost else "pass", told,
                             request=first_lost),
                     finding("ran_alone", "The port was nobody else's.", applies=False)],
        "lanes": list(lanes.values()),
        "upgrades": [{"step": 0, "generation": 2, "meant_to_fail": False, "begun_ms": ms(struck), "took_over_ms": ms(back),
                      "settled_ms": ms(back), "ended_ms": ms(end), "new_pid": NEW, "handover": handover, "kernel": None}],
        "steps": [{"step": 0, "at_ms": ms(struck), "action": "stop_start", "detail": "KILL to 4711", "ended_ms": ms(back),
                   "failed": False, "why": None}],
        "processes": [
            {**process, "pid": OLD, "generation": 1, "born_ms": 0.0, "first_answer_ms": ms(begin), "last_answer_ms": ms(struck),
             "exited_ms": ms(struck), "exit": {"signal": "KILL"}, "requests": answers[OLD]},
            {**process, "pid": NEW, "generation": 2, "born_ms": ms(struck) + 1, "first_answer_ms": ms(back),
             "last_answer_ms": ms(end), "exited_ms": ms(end) + 60, "exit": {"code": 0}, "requests": answers[NEW]}],
        "failures": [],
    }

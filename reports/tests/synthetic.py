"""What would a run with so many requests have left?  Without a run: a history that is regular
where a real one is, and as noisy as one, and the report that belongs to it.

Two generations of a server; in between, after half the time, nobody listens for a while, and the
requests in flight are cut."""

import json
import random

from synthetic_report import NEW, OLD, ms, report_of

REFUSED, CUT = 111, 104
LANES = (("new", "new", 0.5), ("reused", "reused", 0.4995), ("slow", "new", 0.0005))


def request(chance, i, lane, sent, struck, back, end):
    """(its line, its outcome, who answered).  Formatted by hand: json.dumps takes thrice as long."""
    due = sent - chance.randrange(20_000, 160_000)
    took = chance.randrange(90_000, 600_000) + (int(end * 0.05) if lane == "slow" else 0)
    done, port = sent + took, chance.randrange(32768, 61000)
    opened = "" if lane == "reused" else f'"connected":{sent + 40_000 + done % 20_000},'
    head = f'{{"request":{i},"lane":"{lane}","due":{due},"sent":{sent},'
    if struck <= sent < back:
        how = f'"done":{sent + took % 30_000},"error":{REFUSED},"outcome":"refused","phase":"connect"'
        return f"{head}{how}}}\n", "refused", 0
    if sent < struck <= done:
        done = struck + chance.randrange(90_000)
        how = f'"done":{done},"port":{port},"error":{CUT},"outcome":"reset","phase":"wait"'
        return f"{head}{opened}{how}}}\n", "reset", 0
    pid = OLD if sent < struck else NEW
    how = (
        f'"first_byte":{done - 3_000 * (i % 2)},"done":{done},"pid":{pid},"status":200,'
        f'"bytes":{140 + i % 9},"port":{port},"outcome":"ok","phase":"done"'
    )
    return f"{head}{opened}{how}}}\n", "ok", pid


def write_run(directory, requests, seconds=10, outage=0.02, scenario="synthetic", whole=True):
    """outage: the part of the time in which nobody listens; 0: nothing is lost but what is in
    flight.  Returns the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    chance, end = random.Random(1), int(seconds * 1e9)
    begin, struck = int(0.2e9), int(0.2e9 + end / 2)
    back = struck + int(end * outage)
    lanes = {
        name: {
            "name": name,
            "planned": 0,
            "requests": 0,
            "ok": 0,
            "lost": 0,
            "by_outcome": {},
            "latency_ms": {"p50": 0.3, "p90": 0.5, "p99": 0.6, "max": 0.7},
            "longest_gap_ms": ms(back - struck),
            "longest_gap_at_ms": ms(struck),
        }
        for name, _, _ in LANES
    }
    names, shares = [l[0] for l in LANES], [l[2] for l in LANES]
    answers, first_lost = {OLD: 0, NEW: 0}, None
    events = iter(events_of(begin, struck, back, begin + end))
    event, n_events = next(events), 1
    plan = {
        "name": scenario,
        "lanes": [
            {
                "name": name,
                "connection": connection,
                "rate": max(1, int(requests * share / seconds)),
            }
            for name, connection, share in LANES
        ],
        "server": {"url": "http://127.0.0.1:1"},
        "for": f"{seconds}s",
    }
    with open(directory / "history.ndjson", "w") as file:
        file.write(
            json.dumps(
                {
                    "schema": "hupproof.history/1",
                    "hupproof": "0.1.0",
                    "seed": 1,
                    "started": "2026-01-02T03:04:05.678Z",
                    "scenario": plan,
                }
            )
            + "\n"
        )
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

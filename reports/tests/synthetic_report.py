"""What would the report of a made-up run say?  It belongs to synthetic.py."""

OLD, NEW = 4711, 4822


def ms(ns):
    return round(ns / 1e6, 3)


def finding(check, claim, verdict="pass", why=None, **more):
    return {
        "check": check,
        "claim": claim,
        "about": "clients",
        "verdict": verdict,
        "applies": True,
        "why": why,
        "request": None,
        **more,
    }


def report_of(scenario, lanes, answers, first_lost, begin, struck, back, end):
    by_outcome = {}
    for lane in lanes.values():
        for outcome, n in lane["by_outcome"].items():
            by_outcome[outcome] = by_outcome.get(outcome, 0) + n
    total, ok = sum(by_outcome.values()), by_outcome.get("ok", 0)
    lost, blind = total - ok, {"new": 0.1, "reused": ms(back - struck)}
    handover = {
        "from_ms": ms(struck),
        "until_ms": ms(back),
        "requests": lost,
        "lost": lost,
        "blind_ms": blind,
    }
    process = {
        "parent": 1,
        "exe": "/bin/server",
        "execd_away_ms": None,
        "left_over": False,
        "zombie": False,
    }
    told = f"{lost} of {total} requests were lost" + (
        f"; the first was request {first_lost}" if lost else ""
    )
    return {
        "schema": "hupproof.report/1",
        "hupproof": "0.1.0",
        "scenario": scenario,
        "why": "made up",
        "verdict": "fail" if lost else "pass",
        "started": "2026-01-02T03:04:05.678Z",
        "seed": 1,
        "load_began_ms": ms(begin),
        "load_ended_ms": ms(end),
        "watch": {"complete": True, "how": "kernel events"},
        "summary": {
            "requests": total,
            "ok": ok,
            "lost": lost,
            "by_outcome": by_outcome,
            "upgrades": 1,
            "upgrades_planned": 1,
            "streams_refused": 0,
            "attribution": {"answers": ok, "known": ok, "known_percent": 100, "kernel": None},
            "handovers": {
                "upgrades": 1,
                "upgrades_with_loss": int(lost > 0),
                "requests": lost,
                "lost": lost,
                "loss_rate_upper_bound": {
                    "confidence": 0.95,
                    "per_request": None,
                    "per_upgrade": 1,
                },
                "blind_ms": blind,
            },
        },
        "findings": [
            finding("no_wrong_answer", "Every answer is whole and what was asked for."),
            finding(
                "no_request_lost",
                "Every request gets an answer.",
                "fail" if lost else "pass",
                told,
                request=first_lost,
            ),
            finding("ran_alone", "The port was nobody else's.", applies=False),
        ],
        "lanes": list(lanes.values()),
        "upgrades": [
            {
                "step": 0,
                "generation": 2,
                "meant_to_fail": False,
                "begun_ms": ms(struck),
                "took_over_ms": ms(back),
                "settled_ms": ms(back),
                "ended_ms": ms(end),
                "new_pid": NEW,
                "handover": handover,
                "kernel": None,
            }
        ],
        "steps": [
            {
                "step": 0,
                "at_ms": ms(struck),
                "action": "stop_start",
                "detail": "KILL to 4711",
                "ended_ms": ms(back),
                "failed": False,
                "why": None,
            }
        ],
        "processes": [
            {
                **process,
                "pid": OLD,
                "generation": 1,
                "born_ms": 0.0,
                "first_answer_ms": ms(begin),
                "last_answer_ms": ms(struck),
                "exited_ms": ms(struck),
                "exit": {"signal": "KILL"},
                "requests": answers[OLD],
            },
            {
                **process,
                "pid": NEW,
                "generation": 2,
                "born_ms": ms(struck) + 1,
                "first_answer_ms": ms(back),
                "last_answer_ms": ms(end),
                "exited_ms": ms(end) + 60,
                "exit": {"code": 0},
                "requests": answers[NEW],
            },
        ],
        "failures": [],
    }

"""May two runs be compared?  Only one thing should differ: the server.  Pure.

A difference of another scenario, load or machine is one that a figure may come from.  What may
matter, but rarely does, is a notice: so much differs between any two machines of a pipeline."""

import re
from typing import NamedTuple

SCENARIO, LOAD, MACHINE, NOTICE = "another scenario", "another load", "another machine", "notice"
MEMORY_WITHIN = 1.25    # times: what the kernel keeps for itself varies


class Difference(NamedTuple):
    kind: str
    text: str


SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def plain(value, port, directories=True):
    """A part of a plan without what every run has of its own: the port and, if they are not what
    is asked of the server, directories; a duration as seconds."""
    if isinstance(value, dict):
        return {key: plain(v, port, directories) for key, v in value.items()
                if key not in ("text", "why")}
    if isinstance(value, list):
        return [plain(v, port, directories) for v in value]
    if not isinstance(value, str):
        return value
    duration = re.fullmatch(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)", value)
    if duration:
        return float(duration[1]) * SECONDS[duration[2]]
    if directories:
        value = re.sub(r"/(?:[^\s/\"']+/)+", "", value)
    return re.sub(rf"(?<!\d){port}(?!\d)", "${port}", value) if port else value


def load_of(report):
    """What was asked of the server, and when what was done to it; None: not known."""
    plan = report.get("plan")
    if plan is None:
        return None
    url = re.fullmatch(r"(\w+)://.*?(?::(\d+))?/?", plan.get("url") or "")
    scheme, port = url.groups() if url else (None, None)
    lanes = {lane["name"]: plain(lane, port, False) for lane in plan.get("lanes", [])}
    rest = {key: plain(value, port) for key, value in plan.items() if key not in ("url", "lanes")}
    return {"server.url": scheme, **rest, "lanes": lanes}


def differing(base, new, where=""):
    """(path, base, new) of the leaves that differ; what one side has not is None."""
    if isinstance(base, dict) and isinstance(new, dict):
        for key in [*base, *(k for k in new if k not in base)]:
            below = f"{where}.{key}" if where else key
            yield from differing(base.get(key), new.get(key), below)
    elif isinstance(base, list) and isinstance(new, list) and len(base) == len(new):
        for i, (a, b) in enumerate(zip(base, new)):
            yield from differing(a, b, f"{where}[{i}]")
    elif base != new:
        yield where, base, new


def shown(value):
    """Short: a whole lane that one side has not is only there."""
    return ("absent" if value is None else "there" if isinstance(value, dict)
            else f"{len(value)} of them" if isinstance(value, list) else str(value)[:60])


def of_machine(base, new):
    if base is None or new is None:
        sides = " and ".join(s for s, m in (("the base", base), ("the new side", new)) if m is None)
        yield Difference(NOTICE, f"on what machine {sides} ran is not known")
        return
    for key in ("cpus", "cpu"):
        if base[key] != new[key]:
            yield Difference(MACHINE, f"{key}: {shown(base[key])}, now {shown(new[key])}")
    memories = sorted((base["memory"], new["memory"]))
    if memories[1] > memories[0] * MEMORY_WITHIN:
        yield Difference(MACHINE, "memory: {:.1f} GB, now {:.1f} GB".format(
            base["memory"] / 1e9, new["memory"] / 1e9))
    if base["kernel"] != new["kernel"]:
        series = [re.match(r"\D*\d+\.\d+|", m["kernel"] or "")[0] for m in (base, new)]
        kind = NOTICE if series[0] == series[1] else MACHINE
        yield Difference(kind, f"kernel: {shown(base['kernel'])}, now {shown(new['kernel'])}")


def watched(report):
    return (report.get("watch") or {}).get("how")


def differences(base, new):
    """All that differs between two reports and is not the server's doing."""
    if base["scenario"] != new["scenario"]:
        yield Difference(SCENARIO, f"{base['scenario']}, now {new['scenario']}")
    ours, theirs = load_of(base), load_of(new)
    if ours is None or theirs is None:
        yield Difference(NOTICE, "which load it was is not known: an older hupproof wrote a report")
    else:
        for where, a, b in differing(ours, theirs):
            yield Difference(LOAD, f"{where}: {shown(a)}, now {shown(b)}")
    yield from of_machine(base.get("machine"), new.get("machine"))
    for what, a, b in (("judged by hupproof", base["hupproof"], new["hupproof"]),
                       ("processes watched by", watched(base), watched(new))):
        if a != b:
            yield Difference(NOTICE, f"{what} {shown(a)}, now {shown(b)}")

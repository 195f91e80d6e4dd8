"""Which tools notice that a server is broken?  Each drives the same broken servers, which count
whom they harmed; then the tool says how many requests failed."""

import contextlib
import json
import pathlib
import signal
import sys
from dataclasses import dataclass

from broken_server import MOST
from children import Child, serving
from costs import CANNOT, NOT_INSTALLED, directory
from outputs import read_report
from tools import BUILD

SERVER = pathlib.Path(__file__).resolve().parent / "broken_server.py"
MISDEEDS = {"cut": "kept connection cut", "reset": "reset at handover", "hang": "no answer",
            "short": "short body"}
AT_ONCE = 2  # misdeeds: with more, the servers would starve those who load them
assert set(MISDEEDS) == set(MOST)


@dataclass(frozen=True)
class Noticed:
    harmed: int    # by the server's own count
    told: int      # by the tool; -1: it said nothing that could be read
    status: int    # of the tool

    def text(self):
        if self.told < 0:
            return f"ended with {self.status}, {self.harmed} harmed"
        if self.harmed == 0:
            return "nobody harmed"
        if self.told == 0:
            return f"nothing of {self.harmed}"
        if self.told > self.harmed:
            return f"told {self.told} of {self.harmed}"
        return f"{self.told} of {self.harmed}"


def scenario(client, misdeed, tally):
    """The same load for hupproof, which starts the server itself: 400 a second over 8 kept
    connections, each request a second at most."""
    return {
        "name": "broken",
        "server": {"command": [sys.executable, str(SERVER), misdeed, "${port}", str(tally)],
                   "url": "http://127.0.0.1:${port}"},
        "lanes": [{"name": "kept", "connection": "reused", "pool": 8, "rate": 400,
                   "timeout": "1s", "client": client}],
        "for": "3s",
        "steps": [{"at": "1s", "signal": "HUP"}] if misdeed == "reset" else [],
    }


def start_hupproof(tool, misdeed, work, tally):
    plan = work / "broken.json"
    plan.write_text(json.dumps(scenario(tool.client, misdeed, tally)), "utf-8")
    return Child([BUILD / "bin/hupproof", "run", plan, "--out", work / "out", "--quiet"], 30)


def told_by(tool, ran, work):
    try:
        if tool.client:
            report = (work / "out/broken/report.json").read_text("utf-8")
            return read_report(report).failed
        return tool.says(ran, work).failed
    except (OSError, ValueError, LookupError):
        return -1


def drive(tools, misdeeds):
    """All of them at once, each with a server of its own; they are not in a hurry."""
    with contextlib.ExitStack() as stack:
        running, servers = [], []
        for misdeed in misdeeds:
            for name, tool in tools.items():
                work = stack.enter_context(directory())
                tally = work / "tally"
                if tool.client:
                    child = start_hupproof(tool, misdeed, work, tally)
                else:
                    server = stack.enter_context(
                        serving([sys.executable, SERVER, misdeed, 0, tally]))
                    child = tool.start(tool.broken, server, work, within=15)
                    servers += [server] if misdeed == "reset" else []
                running.append((name, misdeed, tool, child, work, tally))
        for server in servers:
            server.wait_for(b"warm")
            server.tell(signal.SIGHUP)
        for name, misdeed, tool, child, work, tally in running:
            ran = child.wait()
            harmed = tally.stat().st_size if tally.exists() else 0
            yield name, misdeed, Noticed(harmed, told_by(tool, ran, work), ran.status)


def notice(tools):
    """Per tool and misdeed: what came of it."""
    able = {n: t for n, t in tools.items() if t.program() and (t.broken or t.client)}
    found = {name: {} for name in able}
    names = list(MISDEEDS)
    for first in range(0, len(names), AT_ONCE):
        for name, misdeed, noticed in drive(able, names[first:first + AT_ONCE]):
            found[name][misdeed] = noticed
    return found


def cell(tool, found, misdeed):
    if not tool.program():
        return NOT_INSTALLED
    return found[misdeed].text() if found else CANNOT

"""What does a request cost each tool: CPU, memory while it waits, time by which it is late?"""

import contextlib
import json
import pathlib
import tempfile

from children import die, output_of, serving
from tools import BUILD, HELD

WAYS = ("kept", "new")  # connections
# About what wrk gets through in its second, so that starting weighs as much with each; their
# halves are multiples of 64, which hey rounds to.
COUNTS = {"kept": 115_200, "new": 19_200}
PACED = 2_000  # a second
PACED_PROGRAMS = (("bench_lane", "curl"), ("bench_bare_curl", ""))  # and its client
ON_TIME = 10_000
NOT_INSTALLED, CANNOT = "not installed", "-"


def lean():
    """Answers faster than any of them asks: a client that waits for its server is woken for each
    answer, and pays for that."""
    return serving([BUILD / "bench/bench_answer"])


def sleeping():
    """Knows ?sleep=."""
    return serving([BUILD / "bin/reload_server", "--port", "0"])


@contextlib.contextmanager
def directory():
    with tempfile.TemporaryDirectory(prefix="hupproof-bench-") as name:
        yield pathlib.Path(name)


def cost(tool, way, count):
    """Microseconds of CPU a request, of a whole process that does nothing else; a server of its
    own, so that nobody pays for what another one left behind.  None: a rival failed."""
    with lean() as server, directory() as work:
        ran = tool.start(tool.load, server, work, count, getattr(tool, way),
                         "/?sleep=0").wait()
        told = tool.says(ran, work) if ran.status == 0 else None
    if told and told.requests and not told.failed:
        return ran.cpu_us / told.requests
    if tool.ours:
        die(f"{tool.load}: status {ran.status}, {told}:\n{ran.output[-2000:]}")
    return None


def cpu(tools, rounds, share):
    """Per way and tool: its cost in each round; [] if it failed in one.  In turns, beginning with
    another one each time."""
    found = {way: {} for way in WAYS}
    for way in WAYS:
        names = [n for n, t in tools.items() if getattr(t, way) is not None and t.program()]
        for number in range(rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                found[way].setdefault(name, []).append(
                    cost(tools[name], way, COUNTS[way] // share))
        found[way] = {name: [] if None in costs else costs for name, costs in found[way].items()}
    return found


def ratios(costs, name, anchor):
    """Round by round; [] where one of them was not measured."""
    return [a / b for a, b in zip(costs.get(name, []), costs.get(anchor, []))]


def bench_line(tool, *load, client=""):
    """What a program of ours says of one load; objects of several lines become one."""
    choice = ["--client", client] if client else []
    with lean() as server:
        output = output_of([BUILD / "bench" / tool, *choice, server.port, *load])
    return {k: v for line in output.splitlines() for k, v in json.loads(line).items()}


def paced(rounds, count):
    """Microseconds of CPU a request at 2,000/s, of a lane of libcurl's and of the bare libcurl
    loop, per way: [(lane, bare)]."""
    found = {way: [] for way in ("reused", "new")}
    for number in range(rounds):
        for way, pairs in found.items():
            costs = {}
            for program, client in PACED_PROGRAMS[::-1 if number % 2 else 1]:
                line = bench_line(program, way, "paced", PACED, count, client=client)
                costs[program] = line["cpu_us"]
            pairs.append(tuple(costs[program] for program, _ in PACED_PROGRAMS))
    return found


def lateness(clients, rounds):
    """Per client: (p50, p99, for how long it waited for a CPU meanwhile) in microseconds of each
    round, at 10,000/s on kept connections."""
    found = {client: [] for client in clients}
    for _ in range(rounds):
        for client in clients:
            line = bench_line("bench_lane", "reused", "paced", ON_TIME, ON_TIME, client=client)
            found[client].append((line["late_p50_us"], line["late_p99_us"], line["waited_us"]))
    return found


def held(tools):
    """Per tool: bytes of its largest resident size, divided by its 10,000 requests in flight,
    and what our own say of how much they grew by.  All at once: this is not about time."""
    found = {}
    with contextlib.ExitStack() as stack:
        running = []
        for name, tool in tools.items():
            if tool.held and tool.program():
                server, work = (stack.enter_context(c) for c in (sleeping(), directory()))
                running.append((name, tool, tool.start(tool.held, server, work,
                                                       path="/?sleep=5", within=30)))
        for name, tool, child in running:
            ran = child.wait()
            grown = json.loads(ran.output) if tool.kept == "reused" and not ran.status else None
            found[name] = {"peak": ran.peak_rss / HELD, "status": ran.status, "grown": grown}
    return found

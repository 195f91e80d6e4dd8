"""Does a terminal show how the run is going, and nothing when it is over; and a pipe nothing?"""

import fcntl
import os
import pty
import re
import resource
import struct
import termios
import time

import pyte
import pytest

from running import scenario, BAD_INPUT, FAIL, PASS, UNKNOWN
from waiting import DEADLINE

LONG = scenario(duration="2s", steps=[{"at": "1s", "signal": "HUP"}])
DOWN = scenario(duration="2s", steps=[{"at": "500ms", "stop": {"signal": "KILL"}},
                                      {"after": "300ms", "start": True}])


class Terminal:
    """What is on a terminal that is a run's standard error."""

    def __init__(self, columns=80, rows=24):
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.frames = []

    def watch(self, run):
        """All that was to be seen, one text for each renewal, until the run has ended."""
        os.close(self.theirs)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                data = os.read(self.ours, 65536)
            except OSError:    # nobody has it open any more
                data = b""
            if not data:
                break
            for part in re.split(rb"(?=\r\x1b\[J)", data):
                self.stream.feed(part)
                self.frames.append(self.text())
        run.wait()
        os.close(self.ours)
        return run

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()


@pytest.fixture
def show(bench):
    def show(plan, status, *args, columns=80, rows=24, **env):
        terminal = Terminal(columns, rows)
        env = {"TERM": "xterm", "LC_ALL": "C.UTF-8", **env}
        run = bench.start_scenario(plan, *args, stderr=terminal.theirs, env=env)
        terminal.watch(run).must(status)
        return terminal
    return show


def test_answers_move_from_the_old_to_the_new(bench, show):
    terminal = show(LONG, PASS)
    old, new = (p["pid"] for p in bench.report("s")["processes"] if p["requests"])
    with_both = [f for f in terminal.frames if f"pid {old} gen 1" in f and f"pid {new} gen 2" in f]
    assert with_both
    of_old, of_new = (re.search(rf"pid {pid} gen \d {{1,9}}([ ▁-█]{{40}})", with_both[-1]).group(1)
                      for pid in (old, new))
    first, last = of_old.strip(), of_new.strip()
    assert of_old.index(first[0]) < of_new.index(last[0]), "the old one began earlier"
    assert len(of_old.rstrip()) < len(of_new.rstrip()), "and has ended earlier"


def test_it_says_how_long_how_much_and_what_is_next(bench, show):
    frames = show(LONG, PASS).frames
    left = [float(n) for f in frames for n in re.findall(r"([\d.]+) s left", f)]
    assert left and left == sorted(left, reverse=True) and left[0] > 1 > left[-1]
    until = [float(n) for f in frames for n in re.findall(r"next: signal HUP in ([\d.]+) s", f)]
    assert until and until == sorted(until, reverse=True)
    assert any(re.search(r"[1-9]\d*/s, \d+ in flight, [1-9]\d* sent, lost so far 0$", f, re.M)
               for f in frames)
    assert any("┃" in f for f in frames), "where the step struck"


def test_what_is_lost_is_told_by_its_kind(bench, show):
    frames = show(DOWN, FAIL).frames
    lost = bench.report("s")["summary"]["lost"]
    assert any(re.search(rf"lost so far {lost}: .*\brefused", f) for f in frames)


def test_when_it_is_over_the_terminal_is_as_it_was(show):
    terminal = show(LONG, PASS)
    assert terminal.text() == "" and any(terminal.frames)
    assert (terminal.screen.cursor.x, terminal.screen.cursor.y) == (0, 0)


def test_errors_are_not_overwritten(bench, show):
    terminal = show({**LONG, "server": {**LONG["server"], "url": "nonsense"}}, BAD_INPUT)
    assert "hupproof:" in terminal.text()


@pytest.mark.parametrize("columns, rows", [(20, 24), (40, 6), (200, 3)])
def test_it_fits_the_terminal(show, columns, rows):
    frames = [f.splitlines() for f in show(LONG, PASS, columns=columns, rows=rows).frames if f]
    # Had a line been wrapped, or the screen scrolled, some of it would stand there twice.
    assert all(sum("sent" in line or "/s," in line for line in f) <= 1 for f in frames)
    assert all(len([line for line in f if line.strip() == "s"]) <= 1 for f in frames)


def test_without_utf8_it_is_ascii(show):
    terminal = show(LONG, PASS, LC_ALL="C")
    assert all(f.isascii() for f in terminal.frames) and any("###" in f for f in terminal.frames)


@pytest.mark.parametrize("term", [None, "dumb"])
def test_what_is_no_such_terminal_gets_none(bench, show, term):
    if term is None:
        assert bench.run_scenario(LONG).must(PASS).err == ""
    else:
        assert not any(show(LONG, PASS, TERM=term).frames)


def test_it_costs_less_than_a_hundredth_of_a_core(bench, show):
    seconds = 5
    plan = scenario(duration=f"{seconds}s", steps=[], limits={"requests": 1},
                    lanes=[{"name": "l", "rate": 1, "path": "/?sleep=0"}])

    def cpu(run):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(plan, UNKNOWN)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(after[:2]) - sum(before[:2])    # user and system

    without = cpu(lambda plan, status: bench.run_scenario(plan).must(status))
    share = (cpu(show) - without) / seconds
    print(f"the live display took {100 * share:.2f} % of a core")
    assert share < 0.01

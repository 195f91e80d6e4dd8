"""Is what the pages show on a console what a newcomer would see?

A block ```console has commands ($ ..., continued by > ...) and what they print.  A block of any
other kind below <!-- file: NAME --> is a file that the commands find.  All commands of a page run
in one shell, in an empty directory.  <!-- shows 9 lines, and those with REGEX --> before a block
says how much of each output is shown, <!-- needs: PROGRAM --> on a page what it cannot do without.

    docs/console.py PAGE...     runs them, and writes what they print now into the pages"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

import tables

HERE = pathlib.Path(__file__).resolve().parent
FENCE = re.compile(r"^(```+)(\w*)$")
SHOWS = re.compile(r"<!-- shows (\d+) lines(?:, and those with (.+))? -->")
FILE = re.compile(r"<!-- file: (\S+) -->")
NEEDS = re.compile(r"<!-- needs: (\S+) -->")
ATTEMPTS = int(os.environ.get("ATTEMPTS", "2"))    # of a run that the machine disturbs
END = re.compile(r"\x1e(\d+)\n")


class Command(NamedTuple):
    text: str
    begin: int      # lines of the page that show what it prints
    end: int
    shown: list
    head: int       # how many lines of it are shown, and those that match
    also: str


class Page(NamedTuple):
    lines: list
    commands: list
    files: dict
    needs: list


def blocks(lines):
    """(kind, first line, line behind the last, the comment lines before it) of each block."""
    begin = kind = fence = None
    notes = []
    for i, line in enumerate(lines):
        mark = FENCE.match(line)
        if begin is None and mark:
            fence, kind, begin = mark[1], mark[2], i + 1
        elif begin is not None and line == fence:
            yield kind, begin, i, notes
            begin, notes = None, []
        elif begin is None and line.startswith("<!--"):
            notes.append(line)
        elif begin is None and line:
            notes = []


def commands_of(lines, begin, end, notes):
    shows = next((m for m in map(SHOWS.match, notes) if m), None)
    head, also = (int(shows[1]), shows[2]) if shows else (10**6, None)
    i = begin
    while i < end:
        assert lines[i].startswith("$ "), f"line {i + 1}: output of no command"
        text = lines[i][2:]
        i += 1
        while i < end and lines[i].startswith("> "):
            text += "\n" + lines[i][2:]
            i += 1
        out = i
        while i < end and not lines[i].startswith("$ "):
            i += 1
        yield Command(text, out, i, lines[out:i], head, also)


def read(path):
    lines = pathlib.Path(path).read_text("utf-8").splitlines()
    page = Page(lines, [], {}, [m[1] for m in map(NEEDS.match, lines) if m])
    for kind, begin, end, notes in blocks(lines):
        name = next((m[1] for m in map(FILE.match, notes) if m), None)
        if kind == "console":
            page.commands.extend(commands_of(lines, begin, end, notes))
        elif name:
            assert name not in page.files, f"{name}: twice on this page"
            page.files[name] = "\n".join(lines[begin:end]) + "\n"
    return page


def missing(page):
    return [p for p in page.needs if not shutil.which(p, path=os.environ["PATH"] + ":/usr/sbin")]


def patient(command):
    """A run that proves nothing, for the machine had no time, is made again."""
    if not command.startswith("hupproof "):
        return command
    return (f"__run() {{\n{command}\n}}\n"
            f"for __ in $(seq {ATTEMPTS}); do __said=$(__run); __status=$?\n"
            "[ $__status = 2 ] || break; done\n"
            "[ -z \"$__said\" ] || printf '%s\\n' \"$__said\"; (exit $__status)")


def run(page, work):
    """(exit status, lines printed) of each command."""
    for name, text in page.files.items():
        path = pathlib.Path(work) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    script = "exec 2>&1 </dev/null\n" + "".join(
        f"{patient(c.text)}\n__=$?; printf '\\036%d\\n' $__; (exit $__)\n" for c in page.commands)
    env = {"PATH": f"{tables.BIN.resolve()}:/usr/local/bin:/usr/bin:/bin", "HOME": str(work),
           "LANG": "C.UTF-8", "TMPDIR": str(work), "COLUMNS": "80"}
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=work, env=env, timeout=140 * ATTEMPTS,
                          stdout=subprocess.PIPE, text=True, check=False)
    parts = END.split(done.stdout)
    assert len(parts) == 2 * len(page.commands) + 1, done.stdout
    return [(int(status), text.replace(str(work), "/tmp").splitlines())
            for text, status in zip(parts[::2], parts[1::2])]


def cut(command, lines):
    """What the page shows of so many lines."""
    shown = []
    for i, line in enumerate(lines):
        if i < command.head or command.also and re.search(command.also, line):
            shown.append(line.rstrip())
        elif shown[-1:] != ["..."]:
            shown.append("...")
    return shown


SOMETIMES = ["kernel"]    # lines that are there when the kernel had something to tell


# Of a summary: where a sentence is broken depends on its numbers.
SUMMARY = re.compile(r"\S+: (PASS|FAIL|UNKNOWN)$")
NO_PROSE = re.compile(
    r"(\S+:|  (lane|new|reused|slow|load|step|pid|PASS|FAIL|UNKNOWN|-|report|history)) ")


def without_prose(lines):
    is_summary = any(SUMMARY.match(line) for line in lines[:1])
    return [line for line in lines if not is_summary or NO_PROSE.match(line)]


def essence(line):
    """What of a line is the same each time: a verdict with its claim, what a line of JSON is about,
    or else its first word."""
    about = re.match(r'\{"(\w+)":("[^"]*")?', line)
    if about:
        return about.groups()
    verdict = re.match(r"\s*(?:\S+: )?(PASS|FAIL|UNKNOWN)\b(?:\s+(\w+))?", line)
    if verdict:
        return verdict[1], verdict[2] if "_" in (verdict[2] or "") else None
    words = re.sub(r"\d+", "0", line).split()
    return words[:1]


def differences(page, ran):
    """What a page shows that is not so."""
    for command, (_, lines) in zip(page.commands, ran):
        if command.text.startswith("echo $?"):
            if command.shown != lines:
                yield f"$ {command.text}: shown {command.shown}, printed {lines}"
            continue
        printed = [essence(line) for line in lines]
        for line in without_prose(command.shown):
            if line != "..." and essence(line) not in [*printed, SOMETIMES]:
                yield f"$ {command.text}: not printed: {line}\n  " + "\n  ".join(lines)
                break
        if bool(command.shown) != bool(lines):
            yield f"$ {command.text}: shown {command.shown}, printed {lines}"


def unknown(ran):
    """Verdicts that say nothing of the page: the machine had no time."""
    return [line for _, lines in ran for line in lines if re.match(r"\S+: UNKNOWN", line)]


def record(path):
    page = read(path)
    with tempfile.TemporaryDirectory() as work:
        ran = run(page, work)
    if unknown(ran):
        sys.exit(f"{path}: left as it is: {unknown(ran)[0]}")
    for command, (_, lines) in reversed(list(zip(page.commands, ran))):
        page.lines[command.begin:command.end] = cut(command, lines)
    pathlib.Path(path).write_text("\n".join(page.lines) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(name)

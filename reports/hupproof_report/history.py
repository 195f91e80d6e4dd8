"""What is in a history.ndjson?  Its requests as columns, for there may be millions of them.

hupproof writes all requests of a lane that went alike with the same keys, so lines are sorted by
what is left of them without their digits, and the numbers of all lines of a sort are read at
once by numpy; that is twice as fast as a JSON parser.  What is not so regular is left to the
parser, line by line."""

import json
import sys

import numpy

from .errors import BadInput

SCHEMA = "hupproof.history/1"

TIMES = ("due", "sent", "connected", "first_byte", "done")
NUMBERS = ("request", *TIMES, "pid", "status", "bytes", "port", "error", "unframed")
TEXTS = ("lane", "outcome", "phase", "version")
ABSENT = dict.fromkeys(NUMBERS, 0) | dict.fromkeys(TIMES, -1)

CHUNK = 1 << 25         # bytes
FEW = 32                # lines of a sort: not worth numpy
DIGITS = b"0123456789"
NUMBERS_ONLY = bytes(byte if byte in DIGITS else 32 for byte in range(256))


class Texts:
    """A column of texts that are few: codes, and what each stands for."""

    def __init__(self, codes, names):
        self.codes, self.names = codes, names

    def __getitem__(self, i):
        return self.names[self.codes[i]]

    def __len__(self):
        return len(self.codes)

    def code(self, name):
        """-1: no request has it."""
        return self.names.index(name) if name in self.names else -1


class History:
    """head: its first line (schema, started, seed, scenario ...).
    columns: by name, one entry for each request, in order of the file: int64 arrays of NUMBERS
    (nanoseconds since the run began, -1: never; other numbers: 0 if not known), Texts of TEXTS.
    events: dicts, as in the file.
    whole: it has its last line, so nothing is missing."""

    def __init__(self, head, columns, events, whole):
        self.head, self.columns, self.events, self.whole = head, columns, events, whole

    def __len__(self):
        return len(self.columns["request"])

    def __getitem__(self, column):
        return self.columns[column]

    def row(self, i):
        """All that is known of a request."""
        row = {name: int(self.columns[name][i]) for name in NUMBERS}
        row = {name: value for name, value in row.items()
               if value != ABSENT[name] or name in ("request", "due", "sent")}
        row.update((name, self.columns[name][i]) for name in TEXTS)
        return row if row["version"] else {k: v for k, v in row.items() if k != "version"}


class Builder:
    """Columns that grow, and the texts in them by number."""

    def __init__(self, path):
        self.path, self.n = path, 0
        self.parts = []                           # (places, {name: array or number})
        self.texts = {name: {} for name in TEXTS}  # text: code
        self.events, self.end = [], None

    def code(self, name, text):
        known = self.texts[name]
        return known.setdefault(text, len(known))

    def add_row(self, row, place, line):
        try:
            values = {name: int(row.get(name, ABSENT[name])) for name in NUMBERS}
            values.update((name, self.code(name, row.get(name, ""))) for name in TEXTS)
            row["request"], row["lane"], row["due"], row["sent"], row["outcome"]
        except (KeyError, TypeError, ValueError) as e:
            raise BadInput(f"{self.path}:{line}: not a request of {SCHEMA}: {e!r}") from e
        self.parts.append((numpy.array([place]), values))

    def columns(self):
        columns = {}
        for name in (*NUMBERS, *TEXTS):
            wide = name in NUMBERS
            columns[name] = numpy.zeros(self.n, numpy.int64 if wide else numpy.int32)
            for places, values in self.parts:
                columns[name][places] = values[name]
        for name in TEXTS:
            columns[name] = Texts(columns[name], list(self.texts[name]))
        return columns


def numbers_of(lines):
    text = b" ".join(lines).translate(NUMBERS_ONLY)
    return numpy.fromstring(text, numpy.int64, sep=" ")  # of a string: deprecated is the binary mode


def keys_of(row, sort):
    """Which number of a line is which column's: a name, or the digits within a text.  None: not
    so regular that this could be told."""
    places = []
    for key, value in row.items():
        if key in NUMBERS and type(value) is int and 0 <= value < 1 << 63:
            places.append(key)
        elif key in TEXTS and isinstance(value, str) and '\\' not in value:
            digits = "".join(c if c in "0123456789" else " " for c in value).split()
            places += [int(d) if len(d) < 19 else None for d in digits]
        else:
            return None
    return None if None in places or b"\\" in sort else places


def add_sort(builder, sort, lines, places):
    """Lines that differ in digits only; returns the indices of those left to the parser."""
    try:
        row = json.loads(lines[0])
    except ValueError:
        return range(len(lines))
    keys = keys_of(row, sort)
    if keys is None or any(char in DIGITS for key in row for char in key.encode()):
        return range(len(lines))
    found = numbers_of(lines)
    if len(found) != len(lines) * len(keys):
        return range(len(lines))
    found = found.reshape(len(lines), len(keys))
    # The same texts, and each number written as one would write it: then it is the same sort.
    same = numpy.ones(len(lines), bool)
    for i, key in enumerate(keys):
        if not isinstance(key, str):
            same &= found[:, i] == key
    length = numpy.fromiter(map(len, lines), numpy.int64, len(lines))
    digits = numpy.full(len(lines), len(lines[0]) - len(sort), numpy.int64)
    for i, key in enumerate(keys):
        if isinstance(key, str):
            digits += count_digits(found[:, i]) - len(str(row[key]))
    same &= length == len(sort) + digits
    places = numpy.asarray(places)
    values = {name: ABSENT[name] for name in NUMBERS}
    values.update((key, found[same, i]) for i, key in enumerate(keys) if isinstance(key, str))
    values.update((name, builder.code(name, row.get(name, ""))) for name in TEXTS)
    builder.parts.append((places[same], values))
    return numpy.flatnonzero(~same)


POWERS = 10 ** numpy.arange(1, 19, dtype=numpy.int64)


def count_digits(numbers):
    return numpy.searchsorted(POWERS, numbers, side="right") + 1


def is_regular(sort):
    return (sort.startswith(b'{"request":,"lane":"') and sort.count(b"{") == 1
            and b'"due":' in sort and b'"sent":' in sort and b'"outcome":"' in sort)


def add_lines(builder, lines, first_line):
    sorts = {}
    for i, line in enumerate(lines):
        sort = line.translate(None, DIGITS)
        found = sorts.get(sort)
        if found is None:
            sorts[sort] = [i]
        else:
            found.append(i)
    left, requests = [], []
    for sort, indices in sorts.items():
        if len(indices) < FEW or not is_regular(sort):
            left += indices
            continue
        rest = add_sort(builder, sort, [lines[i] for i in indices],
                        [builder.n + i for i in indices])
        left += [indices[i] for i in rest]
    for i in sorted(left):
        add_line(builder, lines[i], builder.n + i, first_line + i)
    builder.n += len(lines)


def add_line(builder, line, place, number):
    try:
        row = json.loads(line)
        kind = next(key for key in ("request", "event", "end") if key in row)
    except (ValueError, TypeError, StopIteration):
        raise BadInput(f"{builder.path}:{number}: neither a request nor an event of {SCHEMA}: "
                       f"{line[:60].decode(errors='replace')}") from None
    if kind == "request":
        builder.add_row(row, place, number)
    elif kind == "event":
        builder.events.append(row)
    else:
        builder.end = row["end"]


def squeezed(builder):
    """Events have a place in the file, but none among the requests."""
    taken = numpy.zeros(builder.n, bool)
    for places, _ in builder.parts:
        taken[places] = True
    to = numpy.cumsum(taken) - 1
    builder.parts = [(to[places], values) for places, values in builder.parts]
    builder.n = int(taken.sum())


def read_head(path, line):
    try:
        head = json.loads(line)
        schema = head["schema"]
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"{path}:1: not a history of hupproof: its first line names no schema") from None
    if schema != SCHEMA:
        raise BadInput(f"{path}:1: schema {schema!r}: this is for {SCHEMA!r}")
    return head


def read_history(path):
    """Reads all of it.  Raises BadInput, or OSError where there is no such file."""
    builder = Builder(path)
    with open(path, "rb") as file:
        head = read_head(path, file.readline())
        number = 2
        while builder.end is None:
            lines = file.readlines(CHUNK)
            if not lines:
                break
            if not lines[-1].endswith(b"\n"):
                lines.pop()     # cut off while it was written
            add_lines(builder, lines, number)
            number += len(lines)
    squeezed(builder)
    history = History(head, builder.columns(), builder.events, builder.end is not None)
    if history.whole and builder.end.get("requests") != len(history):
        raise BadInput(f"{path}: its last line tells of {builder.end.get('requests')} requests, "
                       f"but it has {len(history)}: it is damaged")
    return history

"""What does a spreadsheet read?  All requests of all runs as CSV (RFC 4180), a column for each
thing that is known of them.

Times are nanoseconds since their run began, and empty if there was none.  A text that a server
or a user chose (a version, a lane) may begin like a formula, which a spreadsheet would compute;
it gets an apostrophe before it, as OWASP advises, unless --raw is asked for."""

import csv

import numpy

from .errors import PASS
from .export import add_options as add_common
from .export import open_all, writing
from .history import NUMBERS, TEXTS, TIMES

COLUMNS = ("scenario", "run", "request", "lane", *TIMES, "outcome", "phase", "pid", "version",
           *(name for name in NUMBERS if name not in ("request", "pid", *TIMES)))
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROWS = 100_000      # at a time


def add_options(parser):
    add_common(parser)
    parser.add_argument("--raw", action="store_true",
                        help="leave texts that begin like a formula as they are")


def harmless(text):
    return f"'{text}" if text.startswith(FORMULA) else text


def rows_of(run, clean):
    """Lists of columns, for so many requests at a time."""
    history = run.history
    names = {column: numpy.array([clean(n) for n in history[column].names] or [""], object)
             for column in TEXTS}
    for start in range(0, len(history), ROWS):
        part, columns = slice(start, start + ROWS), []
        for name in COLUMNS[2:]:
            if name in TEXTS:
                found = names[name][history[name].codes[part]]
            else:
                found = history[name][part]
                if name in TIMES and (found < 0).any():
                    found = numpy.where(found < 0, "", found.astype(object))
            columns.append(found.tolist())
        n = len(columns[0])
        yield [[clean(run.name)] * n, [clean(run.label)] * n, *columns]


def run(options):
    runs, _ = open_all(options)
    clean = str if options.raw else harmless
    with writing(options.output) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in runs:
            for columns in rows_of(one, clean):
                writer.writerows(zip(*columns))
    return PASS

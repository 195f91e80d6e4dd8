"""Did anything get worse?  `hupproof compare BASE NEW`: two sides, one verdict, an exit status."""

import argparse
import json
import math
import sys

from . import comparing_text
from .comparable import MACHINE, NOTICE, SCENARIO, differences
from .errors import COULD_NOT_RUN, FAIL, PASS, UNKNOWN, BadInput
from .figures import CLAIMS, FIGURES
from .sides import baseline, side_of
from .verdicts import CANNOT_TELL, WORSE, Rules, compare, verdict_of

SCHEMA = "hupproof.comparison/1"

EPILOG = """\
BASE and NEW are each a run's directory or report.json, a directory of runs (hupproof run
--repeat N --out DIR), or a matrix.  More runs of each tell more: times of one run say nothing
about the next, so that one of each can be judged by its claims alone.

worse, better   by more than the margin, and not by chance
same            by no more than the margin, and not by chance
cannot tell     everything else, with what it takes

A claim that no run of the base broke and every new one does is worse, however few they are.
Runs of another scenario, with another load or on another machine are refused.

exit status: 0 nothing got worse, 1 something did, 2 cannot tell (with --fail-on cannot-tell, or if
no new run proves anything), 3 no new run could be made, 4 bad input, or not to be compared
"""


def add_options(parser):
    parser.usage = "%(prog)s BASE NEW [OPTION...]\n       %(prog)s --baseline DIR NEW... [OPTION...]"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG + "\nfigures:\n" + "".join(
        f"  {f.name:20} {f.meaning}\n" for f in FIGURES.values()) + (
        f"  {CLAIMS:20} the verdict, and every check that a run failed\n")
    parser.add_argument("side", nargs="+", metavar="BASE NEW",
                        help="what is compared; with --baseline NEW alone, as many as you like")
    parser.add_argument("--baseline", metavar="DIR",
                        help="the base is in there, found by the name of its scenario")
    parser.add_argument("--fail-on", choices=("worse", "cannot-tell"), default="worse",
                        help="exit with 2 as well if more runs are needed to tell (default: worse)")
    parser.add_argument("--anyway", action="store_true",
                        help="compare what is refused, and say why it would be; times of two "
                        "machines are not judged, though")
    parser.add_argument("--only", metavar="FIGURES", type=figures_named, default=[CLAIMS, *FIGURES],
                        help="these figures alone, with commas between; the fewer, the fewer "
                        "repeats it takes")
    parser.add_argument("--ratio", metavar="R", default=Rules().ratio,
                        type=number(1, math.inf, "1 or more"), help="the margin: up to so many "
                        "times as much is no worse (default: %(default)s)")
    parser.add_argument("--least", metavar="MS", dest="least_ms",
                        type=number(0, math.inf, "0 or more"),
                        help="and up to so many ms more (default: by figure, 1 to 20)")
    parser.add_argument("--confidence", metavar="C", default=1 - Rules().alpha,
                        type=number(0.5, 1, "from 0.5 to below 1"),
                        help="how surely, all rows together (default: %(default)s)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print the comparison as JSON")
    how.add_argument("--markdown", action="store_true", help="print it as Markdown")
    parser.add_argument("--quiet", action="store_true", help="only what is worse or better")


def figures_named(text):
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name != CLAIMS and name not in FIGURES:
            raise argparse.ArgumentTypeError(f"{name!r}: no such figure; --help has their names")
    return names


def number(least, below, what):
    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if not least <= value < below:
            raise argparse.ArgumentTypeError(f"must be {what}, got {text!r}")
        return value

    return read


def sides_of(options):
    if options.baseline:
        new = side_of(*options.side)
        return baseline(options.baseline, list(new.reports)), new
    if len(options.side) != 2:
        raise BadInput("compare: BASE and NEW, or --baseline DIR and NEW...")
    return side_of(options.side[0]), side_of(options.side[1])


def pair(base, new, anyway):
    """{scenario: (reports, reports)} and notices.  Two scenarios that are alone on their sides
    are compared, if that is wanted, whatever their names are."""
    common = [name for name in new.reports if name in base.reports]
    if common:
        notices = [f"{name}: only {who} has it; left out"
                   for who, ours in (("the base", base), ("the new side", new))
                   for name in ours.reports if name not in common]
        return {name: (base.reports[name], new.reports[name]) for name in common}, notices
    names = [", ".join(side.scenarios()) for side in (base, new)]
    if not anyway or len(base.reports) != 1 or len(new.reports) != 1:
        raise BadInput(f"not to be compared: {SCENARIO}: {names[0]}, now {names[1]}"
                       + ("" if anyway else "; --anyway compares nevertheless"))
    (a,), (b,) = base.reports.values(), new.reports.values()
    return {f"{names[0]} / {names[1]}": (a, b)}, []


def all_differences(pairs):
    """Each once, of any two runs that are compared with each other, or count as repeats."""
    found = {}
    for scenario, (base, new) in pairs.items():
        for other in (*base[1:], *new):
            for difference in differences(base[0], other):
                found.setdefault((difference.kind, difference.text), scenario)
    return [(kind, f"{scenario}: {text}") for (kind, text), scenario in found.items()]


def refuse_or_notice(found, anyway):
    """Notices; raises what may not be compared, all of it in one line."""
    serious = [f"{kind}: {text}" for kind, text in found if kind != NOTICE]
    if serious and not anyway:
        more = f" (and {len(serious) - 3} more)" if len(serious) > 3 else ""
        raise BadInput(f"not to be compared: {'; '.join(serious[:3])}{more}; "
                       "--anyway compares nevertheless")
    return [f"compared nevertheless: {text}" for text in serious] + [
        text for kind, text in found if kind == NOTICE]


def proves_nothing(pairs):
    """Scenarios of which no new run has a verdict, though the base has."""
    return [name for name, (base, new) in pairs.items()
            if all(r["verdict"] == "unknown" for r in new)
            and any(r["verdict"] != "unknown" for r in base)]


def exit_status(rows, blind, not_run, fail_on):
    if verdict_of(rows) == WORSE:
        return FAIL
    if not_run:
        return COULD_NOT_RUN
    asked = fail_on == "cannot-tell" and any(r.verdict == CANNOT_TELL and r.lacking for r in rows)
    return UNKNOWN if blind or asked else PASS


def run(options):
    rules = Rules(round(1 - options.confidence, 9), options.ratio, options.least_ms)
    base, new = sides_of(options)
    not_run = [name for name in new.failed if name not in new.reports and name in base.reports]
    if not new.reports and not_run:
        why = new.failed[not_run[0]][0]
        print(f"hupproof-report: no new run could be made: {why}", file=sys.stderr)
        return COULD_NOT_RUN
    pairs, notices = pair(base, new, options.anyway)
    found = all_differences(pairs)
    notices += refuse_or_notice(found, options.anyway)
    notices += [f"{name}: {len(whys)} new runs could not be made: {whys[0]}"
                for name, whys in new.failed.items()]
    other_machine = any(kind == MACHINE for kind, _ in found)
    rows = compare(pairs, options.only, rules,
                   "they ran on two machines" if other_machine else None)
    blind = proves_nothing(pairs)
    notices += [f"{name}: no new run proves anything: each is unknown" for name in blind]
    status = exit_status(rows, blind, not_run, options.fail_on)
    comparison = {"schema": SCHEMA, "verdict": verdict_of(rows), "exit_status": status,
                  "confidence": options.confidence, "notices": notices,
                  "runs": {name: {"base": len(a), "new": len(b)} for name, (a, b) in pairs.items()},
                  "rows": [row._asdict() for row in rows]}
    if options.json:
        json.dump(comparison, sys.stdout, indent=2)
        print()
    elif options.markdown:
        comparing_text.markdown(comparison, sys.stdout, options.quiet)
    else:
        comparing_text.table(comparison, sys.stdout, options.quiet)
    return status

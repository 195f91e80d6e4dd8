"""How were latencies distributed?  HdrHistogram's text of percentiles, as its plotter and
HistogramLogAnalyzer read it: one histogram a file, so a file for each lane of each run.

Values are milliseconds from when a request was due to when its answer was whole, of those that
were answered: what waits behind a stalled request is counted, as it should be (no coordinated
omission).  They are exact; no bucket rounds them."""

import math
import pathlib
import re

import numpy

from .errors import PASS, BadInput
from .export import add_options as add_common
from .export import open_all, writing

TICKS = 5      # lines between a percentile and half of what is left to 100, as HdrHistogram has


def add_options(parser):
    add_common(parser, output="DIR")
    parser.add_argument("--lane", metavar="NAME", help="this lane alone")


def latencies(history, lane):
    """Of the ok requests, sorted, in ms."""
    wanted = (history["lane"].codes == history["lane"].code(lane)) & (
        history["outcome"].codes == history["outcome"].code("ok"))
    return numpy.sort(history["done"][wanted] - history["due"][wanted]) / 1e6


def percentiles():
    """0, 10, 20 ... 50, 55 ... 75, 77.5 ...: closer and closer to 100, without end."""
    percentile = 0.0
    while True:
        yield percentile
        halvings = math.floor(math.log2(100 / (100 - percentile))) + 1
        percentile += 100 / (TICKS * 2 ** halvings)


def distribution(values):
    """Lines of HdrHistogram's AbstractHistogram.outputPercentileDistribution."""
    yield f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}\n\n"
    total = len(values)
    for percentile in percentiles():
        if not total:
            break
        value = values[max(1, math.ceil(percentile * total / 100)) - 1]
        count = int(numpy.searchsorted(values, value, side="right"))
        if count == total:
            break
        yield f"{value:12.3f} {percentile / 100:2.12f} {count:10d} {100 / (100 - percentile):14.2f}\n"
    most = values[-1] if total else 0
    if total:
        yield f"{most:12.3f} {1:2.12f} {total:10d}\n"
    mean, deviation = (values.mean(), values.std()) if total else (0, 0)
    yield f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]\n"
    yield f"#[Max     = {most:12.3f}, Total count    = {total:12d}]\n"
    yield f"#[Buckets = {1:12d}, SubBuckets     = {len(numpy.unique(values)):12d}]\n"


def file_name(run, lane):
    """Of a lane; what could lead elsewhere or hide is an underscore."""
    return re.sub(r"[^\w.+-]|^\.", "_", f"{run.label}.{lane}") + ".hgrm"


def run(options):
    runs, _ = open_all(options)
    found = [(one, lane["name"]) for one in runs for lane in one.report["lanes"]
             if options.lane in (None, lane["name"])]
    if not found and runs:
        raise BadInput(f"no lane {options.lane!r}; there are "
                       f"{', '.join(lane['name'] for lane in runs[0].report['lanes'])}")
    if options.output is None and len(found) > 1:
        raise BadInput(f"hgrm: {len(found)} lanes are as many files: -o DIR, or one run and --lane "
                       f"{found[0][1]}")
    if options.output is not None:
        pathlib.Path(options.output).mkdir(parents=True, exist_ok=True)
    for one, lane in found:
        path = options.output and pathlib.Path(options.output) / file_name(one, lane)
        with writing(path) as file:
            file.writelines(distribution(latencies(one.history, lane)))
    return PASS

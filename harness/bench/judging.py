"""What does it cost to judge, write and read the history of many requests?"""

import json
import tempfile

from children import output_of
from tools import BUILD

SIZES = (125_000, 250_000, 500_000, 1_000_000)
LARGE = 10_000_000


def lines_of(*argv):
    return [json.loads(line)
            for line in output_of([BUILD / "bench/bench_judge", *argv]).splitlines()]


def keep(rounds, *sizes):
    """The lines of each size, and one for the largest, which is written and read."""
    with tempfile.TemporaryDirectory(prefix="hupproof-bench-") as directory:
        *judged, kept = lines_of(directory, rounds, 0, *sizes)
    for line in judged:
        assert line["verdict"] == "pass", line
    return {n: [line for line in judged if line["requests"] == n] for n in sizes}, kept


def lossy(rounds):
    """A million requests of which one in a hundred is lost."""
    judged = lines_of("", rounds, 100, SIZES[-1])
    for line in judged:
        assert line["verdict"] == "fail", line
    return judged

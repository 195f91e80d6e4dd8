"""Is a column the same after it was packed, and is each request given to the life of the process that
answered it?"""

import base64
import json
import random
import zlib

import numpy
import pytest

from hupproof_report.history import SCHEMA, read_history
from hupproof_report.packed import pack, packed


def unpacked(column, n):
    if "planes" not in column:
        return [column["same"]] * n
    planes = zlib.decompress(base64.b64decode(column["z"]))
    assert len(planes) == column["planes"] * n
    folded = [sum(planes[p * n + i] << 8 * p for p in range(column["planes"])) for i in range(n)]
    return [(v >> 1) ^ -(v & 1) for v in folded]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0],
        [7, 7, 7],
        [0, 1],
        [-1, 0],
        [255, 256],
        [-128, 127, 128],
        [2**31, -(2**31)],
        [2**52, 5, -(2**52)],
        [random.Random(1).randrange(-(10**15), 10**15) for _ in range(1000)],
    ],
)
def test_a_column_is_the_same_afterwards(values):
    assert (
        unpacked(json.loads(json.dumps(packed(numpy.array(values, numpy.int64)))), len(values))
        == values
    )


def test_what_is_small_takes_little():
    noise = numpy.random.default_rng(1).integers(-100, 100, 100_000)
    assert len(packed(noise)["z"]) < 1.4 * len(noise)
    assert len(json.dumps(packed(numpy.full(100_000, 4711)))) < 100


def history(tmp_path, *rows):
    lines = [{"schema": SCHEMA}, *rows, {"end": {"requests": len(rows), "events": 0}}]
    (tmp_path / "h").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return read_history(tmp_path / "h")


def row(i, sent, pid=0, **more):
    return {
        "request": i,
        "lane": "a",
        "due": sent,
        "sent": sent,
        "first_byte": sent + 10,
        "done": sent + 20,
        "outcome": "ok",
        "phase": "done",
        "pid": pid,
        **more,
    }


def life(pid, generation, born_ms):
    return {"pid": pid, "generation": generation, "born_ms": born_ms}


def answered_by(tmp_path, processes, *rows):
    data = pack(history(tmp_path, *rows), {"processes": processes})
    names = [None] + [(p["pid"], p["generation"]) for p in data["processes"]]
    return [names[k] for k in unpacked(data["columns"]["process"], len(rows))]


def test_a_pid_that_became_another_program_is_two_processes(tmp_path):
    ms = 1_000_000
    assert answered_by(
        tmp_path,
        [life(7, 1, 0.0), life(7, 2, 100.0)],
        row(0, 50 * ms, 7),
        row(1, 99 * ms, 7, first_byte=101 * ms, done=102 * ms),  # kept
        row(
            2, 99 * ms, 7, connected=100 * ms, first_byte=101 * ms, done=102 * ms
        ),  # waited in the queue
        row(3, 103 * ms, 7),
    ) == [(7, 1), (7, 1), (7, 2), (7, 2)]


def test_nobody_and_strangers_are_told_apart(tmp_path):
    assert answered_by(tmp_path, [life(7, 1, 0.0)], row(0, 1), row(1, 2, 7), row(2, 3, 99)) == [
        None,
        (7, 1),
        (99, None),
    ]


def test_a_report_without_processes_will_do(tmp_path):
    assert answered_by(tmp_path, [], row(0, 1, 5)) == [(5, None)]


def test_requests_are_put_in_order_of_time(tmp_path):
    data = pack(history(tmp_path, row(0, 3000), row(1, 1000), row(2, 2000)), {"processes": []})
    assert numpy.cumsum(unpacked(data["columns"]["request"], 3)).tolist() == [1, 2, 0]
    assert numpy.cumsum(unpacked(data["columns"]["sent"], 3)).tolist() == [1, 2, 3]

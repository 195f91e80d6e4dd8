"""Is every request read as it was written, however regular the file is, and is what is no
history told in one line?"""

import json
import random

import pytest

from hupproof_report.errors import BadInput
from hupproof_report.history import FEW, NUMBERS, SCHEMA, TEXTS, read_history

HEAD = {"schema": SCHEMA, "scenario": {"name": "s"}}


def write(path, *rows, head=HEAD, end=True, raw=()):
    lines = [json.dumps(row, separators=(",", ":")) for row in (head, *rows)] + list(raw)
    if end:
        requests = sum("request" in row for row in rows)
        lines.append(json.dumps({"end": {"requests": requests, "events": len(rows) - requests}}))
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return path


def request(i, **more):
    row = {"request": i, "lane": "new", "due": i * 1000, "sent": i * 1000 + i % 7,
           "connected": i * 1000 + 20, "first_byte": i * 1000 + 90, "done": i * 1000 + 91 + i,
           "pid": 4711, "status": 200, "bytes": 1 + i % 130, "port": 30000 + i % 9000,
           "outcome": "ok", "phase": "done"}
    row.update(more)
    return {key: value for key, value in row.items() if value is not None}


def read_back(path):
    history = read_history(path)
    return [history.row(i) for i in range(len(history))]


def test_all_columns_are_of_the_same_length(tmp_path):
    history = read_history(write(tmp_path / "h", *(request(i) for i in range(3 * FEW))))
    assert {len(history[name]) for name in (*NUMBERS, *TEXTS)} == {3 * FEW}


@pytest.mark.parametrize("n", [0, 1, FEW - 1, FEW, 40 * FEW])
def test_what_was_written_is_read(tmp_path, n):
    rows = [request(i) for i in range(n)]
    assert read_back(write(tmp_path / "h", *rows)) == rows


def test_wild_mixtures_are_read(tmp_path):
    """Lanes and versions with digits in their names, keys that are there or not, events between."""
    chance = random.Random(1)
    texts = ["v1", "v2", "v01", "1", "01", "1.10", "11.0", "v", "ü9", 'say "7"', "back\\slash 3", "a{1}"]
    rows = []
    for i in range(6000):
        row = request(i, lane=chance.choice(["new", "lane1", "lane2", "lane10"]),
                      version=chance.choice([None, None, *texts]),
                      outcome=chance.choice(["ok", "ok", "refused"]))
        if row["outcome"] == "refused":
            for key in ("connected", "first_byte", "pid", "status", "bytes"):
                del row[key]
            row["error"] = 111
        rows.append(row)
        if chance.random() < 0.1:
            rows.append({"event": "listener", "at": -i, "pid": 3, "text": "v1"})
    path = write(tmp_path / "h", *rows)
    assert read_back(path) == [row for row in rows if "request" in row]
    assert read_history(path).events == [row for row in rows if "event" in row]


def test_numbers_of_every_length_are_read(tmp_path):
    rows = [request(i, due=10**k + d, bytes=10**k - 1 if k else None)
            for i, (k, d) in enumerate((k, d) for k in range(18) for d in (-1, 0, 1))]
    assert read_back(write(tmp_path / "h", *rows)) == [
        {k: v for k, v in row.items() if k != "bytes" or v} for row in rows]


def test_spaces_and_another_order_of_keys_do_no_harm(tmp_path):
    rows = [dict(reversed(request(i).items())) for i in range(100)]
    raw = [json.dumps(row) for row in rows]
    assert read_back(write(tmp_path / "h", raw=raw, end=False)) == rows


def test_one_that_was_cut_off_is_read_and_says_so(tmp_path):
    path = write(tmp_path / "h", *(request(i) for i in range(100)), end=False)
    path.write_text(path.read_text()[:-9])
    history = read_history(path)
    assert len(history) == 99 and not history.whole


@pytest.mark.parametrize("text, told", [
    ("", "1: not a history"),
    ("hello\n", "1: not a history"),
    ('{"schema": "hupproof.history/9"}\n', "1: schema 'hupproof.history/9'"),
    (json.dumps(HEAD) + '\n{"request": 1}\n', "2: not a request"),
    (json.dumps(HEAD) + "\n[]\n", "2: neither a request nor an event"),
    (json.dumps(HEAD) + '\nnonsense 1\n', "2: neither a request nor an event"),
    (json.dumps(HEAD) + '\n{"end": {"requests": 7, "events": 0}}\n', "tells of 7 requests, but it has 0"),
])
def test_what_is_no_history_is_told(tmp_path, text, told):
    (tmp_path / "h").write_text(text)
    with pytest.raises(BadInput) as e:
        read_history(tmp_path / "h")
    assert told in str(e.value) and str(tmp_path / "h") in str(e.value)

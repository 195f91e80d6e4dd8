"""What does one read of a history that is none?"""

import json

import pytest

from running import one_line, scenario, BAD_INPUT, PASS


@pytest.fixture
def recorded(bench):
    bench.run_scenario(scenario()).must(PASS)
    return bench.path("s", "history.ndjson")


def test_histories_that_are_none(bench, recorded):
    text = recorded.read_text()
    lines = text.splitlines(keepends=True)
    bad = bench.directory / "bad.ndjson"
    for content, words in [
            ("", ["empty"]),
            ("".join(lines[:-1]), []),
            ("".join(lines[:len(lines) // 2]), []),
            (text[:len(text) // 2], []),
            (text[:100], []),
            ("".join(lines[1:]), ["1"]),
            ("hello\n", ["1"]),
            (json.dumps({"schema": "hupproof.report/1"}) + "\n", ["schema"]),
            ("".join(lines[:5] + ["{\"what\": 1}\n"] + lines[5:]), [":6"]),
            ("".join(lines[:5] + lines[6:]), []),
            ("\0" * 1000, []),
    ]:
        bad.write_text(content)
        one_line(bench.run("check", bad), "bad.ndjson", *words, status=BAD_INPUT)
    one_line(bench.run("check", bench.path("s", "report.json")), "report.json", status=BAD_INPUT)
    one_line(bench.run("check", "nowhere"), "nowhere", "No such file", status=BAD_INPUT)
    one_line(bench.run("check", bench.tmp), "directory", status=BAD_INPUT)
    bench.run("check", recorded).must(PASS)

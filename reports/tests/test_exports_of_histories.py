"""Is every request in what is written for spreadsheets and for plotters of latency?"""

import csv
import io
import json

import pytest

from hupproof_report.cli import main
from small_reports import lane, report, write


@pytest.fixture
def export(capsys):
    """What a command prints; its exit status has to be 0."""
    def export(*argv):
        assert main([*map(str, argv)]) == 0
        return capsys.readouterr().out

    return export


def with_history(directory, *requests):
    write(directory, report(lanes=[lane("new"), lane("a/b")]))
    lines = [{"schema": "hupproof.history/1", "hupproof": "0", "started": "", "scenario": {}}, *requests]
    (directory / "history.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return directory


def request(i, lane="new", took=1_000_000, outcome="ok", **more):
    return {"request": i, "lane": lane, "due": i * 1000, "sent": i * 1000 + 400_000, "done": i * 1000 + took,
            "outcome": outcome, "phase": "done", **more}


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_every_request_with_all_that_is_known(tmp_path, export):
    run = with_history(tmp_path / "s", request(0, connected=7, pid=12, status=200),
                       request(1, "a/b", outcome="reset", error=104, version='say "1",\n2'))
    text = export("csv", run)
    first, second = rows(text)
    assert text.startswith("scenario,run,request,lane,due,") and text.count("\r\n") == 3
    assert (first["connected"], first["first_byte"], first["pid"], first["status"]) == ("7", "", "12", "200")
    assert (second["lane"], second["outcome"], second["error"]) == ("a/b", "reset", "104")
    assert second["version"] == 'say "1",\n2' and second["connected"] == "" and second["run"] == "s"


@pytest.mark.parametrize("version", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_csv_has_no_formula(tmp_path, export, version):
    run = with_history(tmp_path / "s", request(0, version=version))
    assert rows(export("csv", run))[0]["version"] == "'" + version
    assert rows(export("csv", run, "--raw"))[0]["version"] == version


def test_csv_of_more_than_a_part_has_all(tmp_path, export, monkeypatch):
    monkeypatch.setattr("hupproof_report.csv_text.ROWS", 7)
    run = with_history(tmp_path / "s", *(request(i) for i in range(50)))
    assert [int(row["request"]) for row in rows(export("csv", run))] == list(range(50))


def test_hgrm_is_as_hdrhistogram_writes_it(tmp_path, export):
    run = with_history(tmp_path / "s", *(request(i, took=(i + 1) * 1_000_000) for i in range(100)),
                       request(100, took=9_000_000_000, outcome="timeout"))
    lines = export("hgrm", run, "--lane", "new").splitlines()
    assert lines[:3] == ["       Value     Percentile TotalCount 1/(1-Percentile)", "",
                         "       1.000 0.000000000000          1           1.00"]
    assert "      50.000 0.500000000000         50           2.00" in lines
    assert "      55.000 0.550000000000         55           2.22" in lines
    assert "      90.000 0.900000000000         90          10.00" in lines
    assert lines[-4] == "     100.000 1.000000000000        100"
    assert lines[-3:] == ["#[Mean    =       50.500, StdDeviation   =       28.866]",
                          "#[Max     =      100.000, Total count    =          100]",
                          "#[Buckets =            1, SubBuckets     =          100]"]
    counts = [int(line.split()[2]) for line in lines[2:-3]]
    assert counts == sorted(counts)


def test_hgrm_has_a_file_for_each_lane(tmp_path, export, capsys):
    run = with_history(tmp_path / "s", request(0), request(1, "a/b"))
    assert main(["hgrm", str(run)]) == 4 and "2 lanes are as many files" in capsys.readouterr().err
    assert main(["hgrm", str(run), "--lane", "no"]) == 4 and "there are new, a/b" in capsys.readouterr().err
    export("hgrm", run, "-o", tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["s.a_b.hgrm", "s.new.hgrm"]


def test_hgrm_of_no_answer_is_a_histogram_of_nothing(tmp_path, export):
    run = with_history(tmp_path / "s", request(0, outcome="reset"))
    assert "Total count    =            0]" in export("hgrm", run, "--lane", "new")

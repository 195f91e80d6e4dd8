"""Does the page of a matrix say what its runs showed, and does each cell lead to the worst of them?"""

import json
import shutil
import urllib.parse

import pytest

import synthetic
from browser import browser  # noqa: F401
from hupproof_report import cli, errors, matrix_table
from hupproof_report.html import keys_of
from hupproof_report.runs import open_run_or_matrix

FIGURES = [name for _, name in matrix_table.COUNTS + matrix_table.TIMES]
NAME = "loses <b>some</b> & more"


def row(scenario, runs):
    verdicts = dict.fromkeys(("pass", "unknown", "fail", "could_not_run"), 0)
    for run in runs:
        verdicts[run["verdict"] or "could_not_run"] += 1
    return {
        "scenario": scenario,
        "file": f"{scenario}.json",
        "verdicts": verdicts,
        "by_outcome": {},
        "states": [{"state": "idle", "held": 8, "served": 6}] if scenario == NAME else [],
        "figures": {},
        "loss_rate_upper_bound": {},
        "runs": runs,
    }


def run_of(folder, scenario, round, outage, gap, lost_state=0):
    directory = synthetic.write_run(
        folder / f"{'lossy' if outage else 'calm'}-{round}", 300, outage=outage, scenario=scenario
    )
    report = json.loads((directory / "report.json").read_text())
    lost = report["summary"]["lost"]
    figures = {
        **dict.fromkeys(FIGURES),
        "requests": 300,
        "lost": lost,
        "longest_gap_ms": gap,
        "in_flight": 5,
        "kept": 5 - bool(lost),
        "upgrades_with_loss": int(lost > 0),
    }
    return {
        "round": round,
        "verdict": report["verdict"],
        "could_not_run": False,
        "interrupted": False,
        "why": None,
        "directory": directory.name,
        "figures": figures,
        "by_outcome": {},
        "states": (
            [{"state": "idle", "held": 4, "served": 4 - lost_state}] if scenario == NAME else []
        ),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix") / "of <runs>"
    folder.mkdir()
    broken = {
        "round": 3,
        "verdict": None,
        "could_not_run": True,
        "interrupted": False,
        "why": "no <port>",
        "directory": None,
        "figures": None,
        "by_outcome": {},
        "states": [],
    }
    rows = [
        row("calm", [run_of(folder, "calm", 1, 0, 10.0), run_of(folder, "calm", 2, 0, 30.5)]),
        row(
            NAME,
            [run_of(folder, NAME, 1, 0.02, 50.0), run_of(folder, NAME, 2, 0.1, 40.0, 2), broken],
        ),
    ]
    (folder / "matrix.json").write_text(
        json.dumps(
            {
                "schema": "hupproof.matrix/1",
                "hupproof": "0.1.0",
                "started": None,
                "rounds": 3,
                "interrupted": False,
                "rows": rows,
            }
        )
    )
    return folder


@pytest.fixture(scope="module")
def table(folder):
    matrix = open_run_or_matrix(folder)
    runs = matrix_table.runs_of(matrix)
    return matrix_table.table(matrix, runs, dict(zip(runs, keys_of(runs.values()))), folder)


def figure(table, place, title):
    return table.rows[place].figures[table.figures.index(title)]


def test_each_figure_leads_to_the_run_that_shows_it_worst(table):
    assert figure(table, 0, "longest gap ms")[:2] == ("20.2 (30.5)", "#calm-2")
    assert figure(table, 1, "longest gap ms")[:2] == ("45.0 (50.0)", "#lossy-1")
    lost = figure(table, 1, "lost")
    assert lost.href == "#lossy-2" and lost.look == "fail" and int(lost.text) > 30
    assert figure(table, 0, "lost")[::2] == ("0", "")
    assert figure(table, 1, "kept")[::2] == ("8", "fail")
    assert figure(table, 0, "overlap ms") == matrix_table.Cell("–")


def test_claims_that_were_broken_come_first_and_are_counted(table):
    assert [check for check, _ in table.claims] == ["no_request_lost", "no_wrong_answer"]
    assert table.untested == ["ran_alone"]
    calm, lossy = (row.claims[0] for row in table.rows)
    assert calm.text == "✔" and calm.look == "pass"
    assert lossy.text == "✘ 2/2" and lossy.look == "fail" and lossy.href == "#lossy-1"


def test_verdicts_states_and_what_could_not_run_are_told(table):
    assert [row.verdict.text for row in table.rows] == ["✔ 2 pass", "✘ 2 fail 1 could not run"]
    assert table.states == [
        ("idle", [matrix_table.Cell("–"), matrix_table.Cell("✘ 2 of 8", "#lossy-2", "fail")])
    ]
    assert table.troubles == [f"{NAME}, round 3 could not run: no <port>"]


def test_a_cell_opens_its_run_in_the_page_and_one_comes_back(browser, folder, tmp_path):
    page = tmp_path / "m.html"
    assert cli.main(["html", str(folder), "-o", str(page)]) == errors.PASS
    browser.open(page)
    assert not browser.run("return document.getElementById('matrix').hidden")
    assert NAME in browser.texts("#matrix th[scope=row]") and "no <port>" in browser.text(
        "#matrix .notice"
    )
    assert browser.count("#matrix b, #matrix port") == 0
    browser.click("#matrix .claims td.fail a[href='#lossy-1']")
    browser.wait(
        "document.documentElement.dataset.run === 'lossy-1' && document.documentElement.dataset.ready"
    )
    assert NAME in browser.text("h1[class], #head h1") and browser.state()["total"] == 300
    browser.click("#back")
    browser.wait(
        "!document.getElementById('matrix').hidden && document.getElementById('run').hidden"
    )
    assert browser.complaints() == []


def test_a_table_alone_leads_to_the_directories(browser, folder, tmp_path):
    page = tmp_path / "t.html"
    assert cli.main(["html", str(folder), "-o", str(page), "--table-only"]) == errors.PASS
    assert page.stat().st_size < 100_000
    browser.open(page)
    hrefs = browser.run("return [...document.querySelectorAll('#matrix td a')].map(a => a.href)")
    places = {urllib.parse.unquote(urllib.parse.urlparse(href).path).rstrip("/") for href in hrefs}
    assert places == {str(folder / name) for name in ("calm-1", "calm-2", "lossy-1", "lossy-2")}
    assert browser.complaints() == []


def test_a_run_without_a_history_is_told_and_its_cells_lead_to_its_directory(folder, tmp_path):
    poor = tmp_path / "poor"
    shutil.copytree(folder, poor)
    (poor / "lossy-2" / "history.ndjson").unlink()
    page = tmp_path / "p.html"
    assert cli.main(["html", str(poor), "-o", str(page)]) == errors.PASS
    text = page.read_text()
    assert "a run is not in this page: " in text and 'href="./poor/lossy-2/"' in text
    assert 'href="#lossy-2"' not in text and 'href="#lossy-1"' in text


def test_several_at_once_are_refused(folder, tmp_path, capsys):
    assert (
        cli.main(["html", str(folder), str(folder / "calm-1"), "-o", str(tmp_path / "x")])
        == errors.BAD_INPUT
    )
    assert "one matrix" in capsys.readouterr().err

"""Has every sort of run a page: cut off, empty, several at once, of many processes, of a million
requests, and such as hupproof itself leaves?"""

import contextlib

import pytest

import synthetic
from browser import browser  # noqa: F401
from hupproof_report import cli, errors
from pages import folder, page, page_of, rewritten, run  # noqa: F401
from running import scenario, Bench, FAIL


def test_a_history_that_is_cut_off_says_so(browser, page, folder):
    browser.open(page)
    assert browser.count(".notice") == 0
    run = synthetic.write_run(folder / "cut", 200, whole=False)
    browser.open(page_of(run, to=folder / "cut.html"))
    assert "not whole" in browser.text(".notice")


def test_a_run_without_requests_has_a_page(browser, folder):
    run = synthetic.write_run(folder / "empty", 0)
    browser.open(page_of(run, to=folder / "empty.html"))
    assert browser.state()["total"] == 0 and browser.count("#picture .main-svg")


def test_several_runs_are_chosen_from(browser, run, folder):
    calm = synthetic.write_run(folder / "calm", 300, outage=0)
    browser.open(page_of(run, calm, to=folder / "both.html"))
    assert browser.state()["total"] == 3000
    browser.run(
        "const c = document.getElementById('choose'); c.value = 'calm'; c.dispatchEvent(new Event('change'))"
    )
    browser.wait("document.documentElement.dataset.run === 'calm'")
    assert browser.state()["total"] == 300
    browser.open(folder / "both.html", "#calm")
    assert browser.state()["total"] == 300
    browser.driver.back()


def test_a_page_that_cannot_be_made_is_told_in_a_line(tmp_path, capsys):
    assert (
        cli.main(["html", str(tmp_path / "nothing"), "-o", str(tmp_path / "p.html")])
        == errors.BAD_INPUT
    )
    assert "nothing" in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_million_requests_are_one_page_that_opens(browser, page, folder):
    """How long that takes is measured by reports/bench/page.py; here it has to be far from
    proportional: 330 times the requests of the small page."""
    million = synthetic.write_run(folder / "million", 1_000_000, outage=0.01)
    big = page_of(million, to=folder / "million.html")
    assert big.stat().st_size < 20_000_000
    took = []
    for one in (page, big):
        browser.open(one)
        took.append(int(browser.run("return document.documentElement.dataset.ready")))
    assert took[1] < 30 * took[0]
    state = browser.state()
    assert state["total"] == 1_000_000 and state["lost"] > 10_000
    assert browser.count("#picture path") < 12_000
    browser.click("#findings button.finding")
    browser.run("hupproof.timeline.show(5199.5, 5200.5)")
    state = browser.state()
    assert state["binned"] == 0 and 50 < state["total"] < 1000
    assert browser.complaints() == []


def test_many_generations_share_bands_until_one_zooms_in(browser, folder):
    run = synthetic.write_run(folder / "many", 3000, outage=0)

    def many(line):
        if line.get("pid") and "request" in line:
            line["pid"] = 5000 + line["request"] // 50
        if "processes" in line:
            life = line["processes"][0]
            line["processes"] = [
                {**life, "pid": 5000 + k, "generation": k + 1, "born_ms": 200.0 + k * 10_000 / 60}
                for k in range(60)
            ]
        return line

    def bands():
        return browser.run("return hupproof.timeline.box.layout.yaxis2.ticktext")

    browser.open(page_of(rewritten(run, many), to=folder / "many.html"))
    assert bands()[0] == "generations<br>1 to 3" and len(bands()) <= 25
    browser.run("hupproof.timeline.show(1200, 1700)")
    assert bands()[:2] == ["pid 5006<br>generation 7", "pid 5007<br>generation 8"]
    assert browser.complaints() == []


def test_what_hupproof_leaves_has_a_page_that_says_the_same(browser, tmp_path):
    plan = scenario("real", steps=[{"at": "500ms", "stop_start": {"signal": "KILL"}}])
    with contextlib.closing(Bench(tmp_path)) as bench:
        bench.run_scenario(plan).must(FAIL)
    summary = bench.report("real")["summary"]
    left = bench.path("real", "report.json").parent
    browser.open(page_of(left, to=tmp_path / "real.html"))
    state = browser.state()
    assert (state["total"], state["lost"]) == (summary["requests"], summary["lost"])
    strips = browser.texts("#picture .annotation-text")
    for strip in ("Answers and failures", "Gap", "Blind spot", "Accept queue"):
        assert any(text.startswith(strip) for text in strips), strip
    gaps = browser.run(
        "const t = hupproof.timeline.box.data.filter(d => d.yaxis === 'y4');"
        "return t.map(d => Math.max(...d.y))"
    )
    longest = [lane["longest_gap_ms"] for lane in bench.report("real")["lanes"]]
    assert sorted(gaps) == pytest.approx(sorted(longest), abs=0.01)

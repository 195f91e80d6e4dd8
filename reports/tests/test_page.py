"""Does the page show a run to whoever opens it: every request, by filters, and close up?"""

import pytest

import synthetic
from browser import browser  # noqa: F401
from hupproof_report.history import read_history
from pages import folder, history_of, lost, page, page_of, rewritten, run  # noqa: F401


def test_it_opens_and_shows_every_request(browser, page, run):
    browser.open(page)
    state = browser.state()
    assert state["total"] == 3000 == state["single"] + state["binned"] + state["lost"]
    assert state["lost"] == len(lost(run)) > 0
    assert "FAIL" in browser.text("h1") and "synthetic" in browser.text("h1")
    assert browser.count("#picture path") > 100


def test_what_was_packed_is_unpacked(browser, folder):
    """Kept connections, times that were never reached, numbers beyond 32 bits."""
    run = synthetic.write_run(folder / "odd", 400, seconds=7200)
    hour = 3_600_000_000_000

    def odd(line):
        if line.get("request", 0) % 7 == 3:
            line["due"] += 50_000  # before it was due: a clock that was set
        if line.get("request", 0) % 11 == 5:
            line.pop("done")
        if line.get("request", 0) % 13 == 2 and "first_byte" in line:
            line.update(
                done=line["first_byte"] + 2 * hour, bytes=2**32 - 1, unframed=1, version="v 2"
            )
        return line

    history = read_history(rewritten(run, odd) / "history.ndjson")
    browser.open(page_of(run, to=folder / "odd.html"))
    names = {
        "due": "due",
        "sent": "sent",
        "connected": "connected",
        "first_byte": "first",
        "done": "done",
    }
    for name, ours in names.items():
        seen = browser.run(
            f"return [...hupproof.timeline.run.{ours}].map(ms => Number.isNaN(ms) ? -1 : ms)"
        )
        assert seen == pytest.approx(
            [-1 if ns < 0 else ns // 1000 / 1000 for ns in history[name].tolist()], abs=1e-6
        ), name
    for name in ("request", "pid", "status", "bytes", "port", "error", "unframed"):
        assert (
            browser.run(f"return [...hupproof.timeline.run.{name}]") == history[name].tolist()
        ), name
    for name in ("lane", "outcome", "phase", "version"):
        assert browser.run(
            f"const r = hupproof.timeline.run;" f"return [...r.{name}].map(c => r.texts.{name}[c])"
        ) == list(history[name]), name


@pytest.mark.parametrize(
    "kind, value, left",
    [
        ("lane", "reused", lambda row: row["lane"] != "reused"),
        ("outcome", "ok", lambda row: row["outcome"] != "ok"),
        ("outcome", "refused", lambda row: row["outcome"] != "refused"),
        (
            "process",
            f"pid {synthetic.OLD}, generation 1",
            lambda row: row.get("pid") != synthetic.OLD,
        ),
        ("process", "nobody (known)", lambda row: row.get("pid")),
    ],
    ids=["a lane", "ok", "one outcome", "a process", "nobody"],
)
def test_a_filter_leaves_what_it_says(browser, page, run, kind, value, left):
    browser.open(page)
    history = history_of(run)
    rows = [row for row in map(history.row, range(len(history))) if left(row)]
    browser.run(
        """const [kind, value] = arguments;
        [...document.querySelectorAll(`fieldset[data-kind=${kind}] label`)]
            .find(label => label.title === value).click()""",
        kind,
        value,
    )
    state = browser.state()
    assert 0 < state["total"] == len(rows) < len(history)
    assert state["lost"] == sum(row["outcome"] != "ok" for row in rows)
    shown = "ol.failures li"
    assert browser.count(shown) == min(200, state["lost"])
    browser.click(f"fieldset[data-kind={kind}] button:first-of-type")
    assert browser.state()["total"] == len(history)


def test_none_leaves_nothing_and_the_picture_stands(browser, page):
    browser.open(page)
    browser.click("fieldset[data-kind=lane] button:last-of-type")
    assert browser.state()["total"] == 0 and browser.count("#picture .main-svg")
    assert browser.complaints() == []


def test_findings_are_worst_first(browser, folder):
    def unknown(line):
        if "findings" in line:
            line["findings"][0]["verdict"] = "unknown"
        return line

    run = rewritten(synthetic.write_run(folder / "unknown", 200), unknown)
    browser.open(page_of(run, to=folder / "unknown.html"))
    assert browser.texts("#findings .finding b") == [
        "no request lost",
        "no wrong answer",
        "ran alone",
    ]
    assert browser.texts("#findings > ul .verdict") == ["✘ FAIL", "? UNKNOWN"]


def test_a_finding_leads_to_its_place(browser, page, run):
    browser.open(page)
    browser.click("#findings button.finding")
    first = history_of(run).row(lost(run)[0])
    assert browser.state()["picked"] == first["request"]
    assert browser.state()["total"] < 3000
    assert (
        browser.count(f"ol.failures button[aria-current][data-request='{first['request']}']") == 1
    )


def test_what_newer_reports_tell_is_shown(browser, folder):
    run = synthetic.write_run(folder / "told", 200)

    def told(line):
        if "findings" in line:
            line["story"] = ["At first all was well.", "Then it was not."]
            line["findings"][1].update(look_at="the <listener>", likely_cause="nobody listened")
            line["findings"][0].update(look_at=None, likely_cause=None)
        return line

    browser.open(page_of(rewritten(run, told), to=folder / "told.html"))
    assert browser.texts(".story li") == ["At first all was well.", "Then it was not."]
    assert browser.texts(".cause") == ["Likely cause: nobody listened", "Look at: the <listener>"]


def test_zooming_in_shows_each_request_and_hovering_its_fields(browser, page, run):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    browser.open(page)
    assert browser.state()["binned"] > 1000
    browser.click("#findings button.finding")
    assert browser.state()["binned"] == 0 and browser.state()["single"] > 0
    marks = browser.driver.find_elements(
        By.CSS_SELECTOR, "#picture .scatterlayer .trace .points path"
    )
    first = history_of(run).row(lost(run)[0])
    place = browser.run(
        """const t = hupproof.timeline, p = t.box, l = p._fullLayout, i = arguments[0];
        const k = p.data.findIndex(d => d.mode === "markers" && d.customdata?.includes(i));
        const d = p.data[k], n = d.customdata.indexOf(i), r = p.getBoundingClientRect();
        p.scrollIntoView({block: "start"});
        const now = p.getBoundingClientRect();
        return [now.left + l.xaxis._offset + l.xaxis.d2p(d.x[n]), now.top + l.yaxis2._offset + l.yaxis2.d2p(d.y[n])]""",
        lost(run)[0],
    )
    assert marks
    chain = ActionChains(browser.driver)
    chain.w3c_actions.pointer_action.move_to_location(int(place[0]), int(place[1]))
    chain.perform()
    told = browser.wait("document.querySelector('.hoverlayer .hovertext')?.textContent")
    for text in (
        f"request {first['request']}",
        f"lane {first['lane']}",
        f"outcome {first['outcome']}",
        f"phase {first['phase']}",
        "answered by nobody (known)",
        "errno 111 ECONNREFUSED",
    ):
        assert text in told

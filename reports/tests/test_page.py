"""Does the page show a run to whoever opens it: without a network, with a mouse or with keys alone?"""

import functools
import http.server
import json
import threading

import pytest

import synthetic
from browser import browser     # noqa: F401
from hupproof_report import cli, errors
from hupproof_report.history import read_history


def page_of(*runs, to, options=()):
    assert cli.main(["html", *map(str, runs), "-o", str(to), *options]) == errors.PASS
    return to


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def run(folder):
    """3000 requests, some of which were lost."""
    return synthetic.write_run(folder / "lossy", 3000)


@pytest.fixture(scope="module")
def page(run, folder):
    return page_of(run, to=folder / "lossy.html")


@functools.lru_cache
def history_of(run):
    return read_history(run / "history.ndjson")


def lost(run):
    history = history_of(run)
    return [i for i in range(len(history)) if history["outcome"][i] != "ok"]


def rewritten(run, change):
    """The history with each line, and the report, as `change` makes them of what they were."""
    for name in ("history.ndjson", "report.json"):
        file = run / name
        lines = [json.dumps(change(json.loads(line))) for line in file.read_text().splitlines()]
        file.write_text("".join(line + "\n" for line in lines))
    return run


def test_it_opens_and_shows_every_request(browser, page, run):
    browser.open(page)
    state = browser.state()
    assert state["total"] == 3000 == state["single"] + state["binned"] + state["lost"]
    assert state["lost"] == len(lost(run)) > 0
    assert "FAIL" in browser.text("h1") and "synthetic" in browser.text("h1")
    assert browser.count("#picture .plot path") > 100


class Counting(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_nothing_goes_to_a_network_even_if_something_tried(browser, page):
    server = http.server.HTTPServer(("127.0.0.1", 0), Counting)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        browser.open(page)
        assert browser.run("return performance.getEntriesByType('resource')"
                           ".filter(e => !/^(blob|data):/.test(e.name)).map(e => e.name)") == []
        tried = browser.driver.execute_async_script("""
            const [url, done] = arguments, image = new Image();
            image.onerror = () => fetch(url + "fetch").then(() => done("went"), () => done("refused"));
            image.onload = () => done("went");
            image.src = url + "image";""", f"http://127.0.0.1:{server.server_port}/")
        assert tried == "refused" and server.seen == []
    finally:
        server.shutdown()
        server.server_close()
    browser.complaints()


def test_what_was_packed_is_unpacked(browser, folder):
    """Kept connections, times that were never reached, numbers beyond 32 bits."""
    run = synthetic.write_run(folder / "odd", 400, seconds=7200)
    hour = 3_600_000_000_000

    def odd(line):
        if line.get("request", 0) % 7 == 3:
            line["due"] += 50_000           # before it was due: a clock that was set
        if line.get("request", 0) % 11 == 5:
            line.pop("done")
        if line.get("request", 0) % 13 == 2 and "first_byte" in line:
            line.update(done=line["first_byte"] + 2 * hour, bytes=2**32 - 1, unframed=1, version="v 2")
        return line

    history = read_history(rewritten(run, odd) / "history.ndjson")
    browser.open(page_of(run, to=folder / "odd.html"))
    names = {"due": "due", "sent": "sent", "connected": "connected", "first_byte": "first", "done": "done"}
    for name, ours in names.items():
        seen = browser.run(f"return [...hupproof.timeline.run.{ours}].map(ms => Number.isNaN(ms) ? -1 : ms)")
        assert seen == pytest.approx([-1 if ns < 0 else ns // 1000 / 1000 for ns in history[name].tolist()],
                                     abs=1e-6), name
    for name in ("request", "pid", "status", "bytes", "port", "error", "unframed"):
        assert browser.run(f"return [...hupproof.timeline.run.{name}]") == history[name].tolist(), name
    for name in ("lane", "outcome", "phase", "version"):
        assert browser.run(f"const r = hupproof.timeline.run;"
                           f"return [...r.{name}].map(c => r.texts.{name}[c])") == list(history[name]), name


@pytest.mark.parametrize("kind, value, left", [
    ("lane", "reused", lambda row: row["lane"] != "reused"),
    ("outcome", "ok", lambda row: row["outcome"] != "ok"),
    ("outcome", "refused", lambda row: row["outcome"] != "refused"),
    ("process", f"pid {synthetic.OLD}, generation 1", lambda row: row.get("pid") != synthetic.OLD),
    ("process", "nobody (known)", lambda row: row.get("pid")),
])
def test_a_filter_leaves_what_it_says(browser, page, run, kind, value, left):
    browser.open(page)
    history = history_of(run)
    rows = [row for row in map(history.row, range(len(history))) if left(row)]
    browser.run("""const [kind, value] = arguments;
        [...document.querySelectorAll(`fieldset[data-kind=${kind}] label`)]
            .find(label => label.title === value).click()""", kind, value)
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


def test_a_failure_is_reached_and_shown_by_keys_alone(browser, page, run):
    browser.open(page)
    for _ in range(100):
        browser.press("\ue004")     # tab
        if browser.focused()[0] == "failures":
            break
    else:
        pytest.fail(f"a hundred tabs did not reach the failures, but {browser.focused()}")
    browser.press("\ue015")         # down
    browser.press("\ue007")         # enter
    second = history_of(run).row(lost(run)[1])
    assert browser.state()["picked"] == second["request"]
    assert browser.text("#details h2") == f"Request {second['request']}"
    fields = dict(zip(browser.texts("#details dt"), browser.texts("#details dd")))
    assert fields["outcome"] == second["outcome"] and fields["lane"] == second["lane"]
    assert fields["sent"].startswith(f"{second['sent'] // 1000 / 1e6:.4f} s")
    view = browser.run("return hupproof.timeline.view")
    assert view[0] < second["sent"] / 1e6 < view[1] and view[1] - view[0] < 1000
    browser.press("n")
    assert browser.state()["picked"] == history_of(run).row(lost(run)[2])["request"]
    browser.press("p", "p", "p")    # before the first is the last
    assert browser.state()["picked"] == history_of(run).row(lost(run)[-1])["request"]
    browser.press("\ue00c")         # escape
    assert browser.state()["total"] == 3000


def test_findings_are_worst_first_and_lead_to_their_place(browser, page, run):
    browser.open(page)
    findings = browser.texts("#findings .finding b")
    assert findings[0] == "no request lost" and findings[-1] == "ran alone"
    browser.click("#findings button.finding")
    first = history_of(run).row(lost(run)[0])
    assert browser.state()["picked"] == first["request"]
    assert browser.state()["total"] < 3000
    assert browser.count(f"ol.failures button[aria-current][data-request='{first['request']}']") == 1


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
    marks = browser.driver.find_elements(By.CSS_SELECTOR, "#picture .scatterlayer .trace .points path")
    first = history_of(run).row(lost(run)[0])
    place = browser.run("""const t = hupproof.timeline, p = t.box, l = p._fullLayout, i = arguments[0];
        const k = p.data.findIndex(d => d.mode === "markers" && d.customdata?.includes(i));
        const d = p.data[k], n = d.customdata.indexOf(i), r = p.getBoundingClientRect();
        p.scrollIntoView({block: "start"});
        const now = p.getBoundingClientRect();
        return [now.left + l.xaxis._offset + l.xaxis.d2p(d.x[n]), now.top + l.yaxis2._offset + l.yaxis2.d2p(d.y[n])]""",
        lost(run)[0])
    assert marks
    chain = ActionChains(browser.driver)
    chain.w3c_actions.pointer_action.move_to_location(int(place[0]), int(place[1]))
    chain.perform()
    told = browser.wait("document.querySelector('.hoverlayer .hovertext')?.textContent")
    for text in (f"request {first['request']}", f"lane {first['lane']}", f"outcome {first['outcome']}",
                 f"phase {first['phase']}", "answered by nobody (known)", "errno 111 ECONNREFUSED"):
        assert text in told


HOSTILE = ["</script><script>window.hacked=1</script>", "<img src=x onerror='window.hacked=2'>",
           "<b>bold</b><a href='javascript:window.hacked=3'>link</a>", "&lt;i&gt; {{7*7}} %{x} \u2028\u2029 \\u003c",
           "<svg onload=window.hacked=4>", "'\"><style>*{display:none}</style>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(browser, folder, text):
    run = synthetic.write_run(folder / f"hostile-{HOSTILE.index(text)}", 300, scenario=text)

    def hostile(line):
        if "request" in line:
            line["version"] = text
            line["lane"] = text if line["lane"] == "new" else line["lane"]
        if "event" in line:
            line["text"] = text
        if "findings" in line:
            line["why"] = line["steps"][0]["detail"] = line["findings"][1]["why"] = text
            line["findings"][1]["claim"] = line["findings"][0]["likely_cause"] = text
            line["lanes"][0]["name"] = line["processes"][0]["exe"] = text
            line["processes"][0]["exit"] = {"signal": text}
            line["story"] = [text]
        return line

    page = page_of(rewritten(run, hostile), to=folder / "hostile.html")
    browser.open(page)
    browser.click("#findings button.finding")
    browser.click("ol.failures button")
    browser.run("document.querySelector('details.events').open = true")
    assert browser.run("return window.hacked ?? null") is None
    assert browser.count("img, iframe, a[href^=javascript], h1 *:not(span), #head b, #tables b, style + style:not([id])") == 0
    assert text in browser.run("return document.querySelector('h1').textContent")
    for selector in (".why", ".story li", ".finding .said", "fieldset[data-kind=lane] label", "#tables td"):
        found = browser.texts(selector)
        assert any(text[:40] in one for one in found), selector
    browser.click("#whole")
    assert any(text[:20] in one for one in browser.texts("#picture .annotation-text"))
    assert browser.count("#picture svg a") == 0
    drawn = browser.run("return hupproof.timeline.box.data.flatMap(d => d.hovertext || d.text || []).join('')")
    assert "<script" not in drawn and "<a " not in drawn and "<img" not in drawn and "<svg" not in drawn
    assert browser.complaints() == []


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


def luminance(browser):
    colour = browser.run("return getComputedStyle(document.body).backgroundColor")
    return sum(int(n) for n in colour.strip("rgb()").split(",")) / 3


def test_light_and_dark_and_paper(browser, page):
    def ink():
        return browser.run("return hupproof.timeline.box.layout.font.color")

    browser.open(page)
    light, light_ink = luminance(browser), ink()
    browser.click("#theme")
    assert luminance(browser) < 60 < 200 < light and ink() != light_ink
    browser.run("window.printed = []; addEventListener('beforeprint', () => window.printed.push("
                "getComputedStyle(document.body).backgroundColor, hupproof.timeline.width))")
    pdf = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    printed = browser.run("return window.printed")
    assert len(pdf) > 20_000 and printed == ["rgb(255, 255, 255)", 715]
    assert luminance(browser) < 60, "what was chosen is as it was after printing"


def test_several_runs_are_chosen_from(browser, run, folder):
    calm = synthetic.write_run(folder / "calm", 300, outage=0)
    browser.open(page_of(run, calm, to=folder / "both.html"))
    assert browser.state()["total"] == 3000
    browser.run("const c = document.getElementById('choose'); c.value = 'calm'; c.dispatchEvent(new Event('change'))")
    browser.wait("document.documentElement.dataset.run === 'calm'")
    assert browser.state()["total"] == 300
    browser.open(folder / "both.html", "#calm")
    assert browser.state()["total"] == 300
    browser.driver.back()


def test_a_page_that_cannot_be_made_is_told_in_a_line(tmp_path, capsys):
    assert cli.main(["html", str(tmp_path / "nothing"), "-o", str(tmp_path / "p.html")]) == errors.BAD_INPUT
    assert "nothing" in capsys.readouterr().err and not list(tmp_path.iterdir())

"""Does what a server or a scenario said stay text, and does the page keep to itself?"""

import http.server
import threading

import pytest

import synthetic
from browser import browser  # noqa: F401
from pages import folder, page, page_of, rewritten, run  # noqa: F401


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
        assert (
            browser.run(
                "return performance.getEntriesByType('resource')"
                ".filter(e => !/^(blob|data):/.test(e.name)).map(e => e.name)"
            )
            == []
        )
        tried = browser.driver.execute_async_script(
            """
            const [url, done] = arguments, image = new Image();
            image.onerror = () => fetch(url + "fetch").then(() => done("went"), () => done("refused"));
            image.onload = () => done("went");
            image.src = url + "image";""",
            f"http://127.0.0.1:{server.server_port}/",
        )
        assert tried == "refused" and server.seen == []
    finally:
        server.shutdown()
        server.server_close()
    browser.complaints()


def test_half_a_character_is_no_obstacle(browser, folder):
    run = synthetic.write_run(folder / "half", 10, scenario="half \ud800 of it")
    browser.open(page_of(run, to=folder / "half.html"))
    assert browser.run("return document.querySelector('h1').textContent.endsWith(' of it')")


HOSTILE = [
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror='window.hacked=2'>",
    "<b>bold</b><a href='javascript:window.hacked=3'>link</a>",
    "&lt;i&gt; {{7*7}} %{x} \u2028\u2029 \\u003c",
    "<svg onload=window.hacked=4>",
    "'\"><style>*{display:none}</style>",
]


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
    assert browser.run("return window.hacked ?? null") is None
    assert (
        browser.count(
            "img, iframe, a[href^=javascript], h1 *:not(span), #head b, #tables b, style + style:not([id])"
        )
        == 0
    )
    assert text in browser.run("return document.querySelector('h1').textContent")
    for selector in (
        ".why",
        ".story li",
        ".finding .said",
        "fieldset[data-kind=lane] label",
        "#tables td",
    ):
        found = browser.texts(selector)
        assert any(text[:40] in one for one in found), selector
    browser.click("#whole")
    assert any(text[:20] in one for one in browser.texts("#picture .annotation-text"))
    assert browser.count("#picture svg a") == 0
    drawn = browser.run(
        "return hupproof.timeline.box.data.flatMap(d => d.hovertext || d.text || []).join('')"
    )
    assert (
        "<script" not in drawn
        and "<a " not in drawn
        and "<img" not in drawn
        and "<svg" not in drawn
    )
    assert browser.complaints() == []

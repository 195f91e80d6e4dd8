"""Is the page for those without a mouse, for those who work in the dark, and for paper, too?"""

import pytest

from browser import browser  # noqa: F401
from pages import folder, history_of, lost, page, run  # noqa: F401


def test_a_failure_is_reached_and_shown_by_keys_alone(browser, page, run):
    browser.open(page)
    for _ in range(100):
        browser.press("\ue004")  # tab
        if browser.focused()[0] == "failures":
            break
    else:
        pytest.fail(f"a hundred tabs did not reach the failures, but {browser.focused()}")
    browser.press("\ue015")  # down
    browser.press("\ue007")  # enter
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
    browser.press("p", "p", "p")  # before the first is the last
    assert browser.state()["picked"] == history_of(run).row(lost(run)[-1])["request"]
    browser.press("\ue00c")  # escape
    assert browser.state()["total"] == 3000


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
    browser.run(
        "window.printed = []; addEventListener('beforeprint', () => window.printed.push("
        "getComputedStyle(document.body).backgroundColor, hupproof.timeline.width))"
    )
    pdf = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    printed = browser.run("return window.printed")
    assert len(pdf) > 20_000 and printed == ["rgb(255, 255, 255)", 715]
    assert luminance(browser) < 60, "what was chosen is as it was after printing"

#!/usr/bin/python3
"""What does the page of a million requests cost?  To read its history, to make it, its size, and how
long a browser takes until its first picture stands.

    reports/bench/page.py [REQUESTS] [TIMES]       (1000000, 3)"""

import pathlib
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

import synthetic  # noqa: E402
from browser import Browser, is_missing  # noqa: E402
from hupproof_report import cli  # noqa: E402
from hupproof_report.history import read_history  # noqa: E402


def timed(what, times):
    took = []
    for _ in range(times):
        began = time.monotonic()
        what()
        took.append(time.monotonic() - began)
    return took


def say(what, values, unit):
    print(
        f"{what:44} {statistics.median(values):10.2f} {unit:4} "
        f"({min(values):.2f} to {max(values):.2f} of {len(values)})",
        flush=True,
    )


def measure(requests, times, folder):
    run = synthetic.write_run(folder / "run", requests, outage=0.005)
    history, page = run / "history.ndjson", folder / "page.html"
    took = timed(lambda: read_history(history), times)
    say("reading its history", [requests / t / 1000 for t in took], "k/s")
    say("making the page", timed(lambda: cli.main(["html", str(run), "-o", str(page)]), times), "s")
    say("the page", [page.stat().st_size / 1e6], "MB")
    if is_missing():
        print(is_missing())
        return
    drawn, whole = [], []
    for i in range(times):
        browser = Browser(folder / f"profile-{i}")
        try:
            whole += timed(lambda: browser.open(page), 1)
            drawn.append(int(browser.run("return document.documentElement.dataset.ready")) / 1000)
            zoom = timed(lambda: browser.run("hupproof.timeline.zoom(0.9)"), 3)
        finally:
            browser.close()
    say("until the picture stands, by the page's clock", drawn, "s")
    say("the same, as a test sees it", whole, "s")
    say("a zoom", zoom, "s")


def main():
    requests, times = ([int(a) for a in sys.argv[1:]] + [1_000_000, 3][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        print(f"{requests} requests")
        measure(requests, times, pathlib.Path(folder))


if __name__ == "__main__":
    main()

"""What does a run look like?  The page that `hupproof-report html` makes of it: by the program
beside hupproof, whose Python has what that takes."""

import os
import pathlib
import subprocess

NAME = "timeline.html"
WITHIN = 120    # seconds


def make(result, program):
    """Makes result.page, unless there is one.  Returns why there is none, in a line, or None."""
    if result.page:
        return None
    page = result.directory / NAME
    viewer = pathlib.Path(program).with_name("hupproof-report")
    if not os.access(viewer, os.X_OK):
        return f"no timeline: there is no hupproof-report beside {program}"
    try:
        done = subprocess.run([viewer, "html", result.directory, "-o", page], timeout=WITHIN,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              errors="replace")
    except subprocess.TimeoutExpired:
        return f"no timeline: hupproof-report was not done after {WITHIN} s"
    if done.returncode != 0 or not page.is_file():
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        return f"no timeline: {said[-1]}"
    result.page = page
    return None

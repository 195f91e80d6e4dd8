"""What is one page made of?  A template, a style and a script of page/, the runs as JSON, and
plotly's script, deflated; nothing of it comes from, or goes to, a network.

What a server or a scenario said is hostile until shown otherwise.  It goes in as JSON only, in
which no tag can end; the page's policy runs no script but the two whose hashes it names."""

import base64
import hashlib
import json
import pathlib
import zlib

import jinja2
import markupsafe
from plotly.offline import get_plotlyjs

from .packed import pack

HERE = pathlib.Path(__file__).parent / "page"
SCRIPTS = (
    "columns text run select strips lives marks layout timeline panels tables lists controls main"
).split()  # in this order
STYLES = ("style", "print")

IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}

# Events that the page shows, as a list or in a picture; others are many, or are in the report.
SHOWN = set(
    """server_started server_ready load_began load_ended interrupted step_began step_ended proc_born
    proc_exec proc_exited proc_zombie proc_left_over listening listen_queue listener stranger pidfile
    starved stalled stop_began stop_ended still_listening certificate state_reopened""".split()
)


def as_json(value):
    """JSON that may stand in a script element, whatever it holds."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return markupsafe.Markup(text.translate(IN_SCRIPT))


def data_of(run, key):
    """A run, as page/run.js reads it."""
    history, report = run.history, dict(run.report)
    data = pack(history, report)
    left_out = {"failures"}  # they are in the history, all of them
    scenario = history.head.get("scenario") or {}
    data.update(
        key=key,
        whole=history.whole,
        directory=str(run.directory),
        report={k: v for k, v in report.items() if k not in left_out and k != "processes"},
        scenario={k: scenario[k] for k in ("lanes", "for", "limits") if k in scenario},
        url=(scenario.get("server") or {}).get("url"),
        events=[e for e in history.events if e["event"] in SHOWN],
    )
    data["processes"] = [
        {k: v for k, v in p.items() if k not in ("descriptors", "memory")}
        for p in data["processes"]
    ]
    return data


def inlined(names, kind):
    return "\n".join((HERE / f"{name}.{kind}").read_text("utf-8") for name in names)


def sha256(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(title, runs, matrix=None):
    """The page.  runs: [(key, what data_of gave)], matrix: what matrix_table.table gave."""
    library = get_plotlyjs()  # of whichever plotly is installed
    script = '(() => {\n"use strict";\n' + inlined(SCRIPTS, "js") + "})();"
    loader = jinja2.FileSystemLoader(HERE)
    env = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template("page.html.j2").render(
        title=title,
        matrix=matrix,
        runs=[(key, as_json(data)) for key, data in runs],
        style=markupsafe.Markup(inlined(STYLES, "css")),
        script=markupsafe.Markup(script),
        policy=f"default-src 'none'; script-src {sha256(script)} {sha256(library)}; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'",
        plotly=base64.b64encode(zlib.compress(library.encode())).decode(),
    )

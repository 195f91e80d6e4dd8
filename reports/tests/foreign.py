"""What is somebody else's project, whose tests use our plugin?  Its hupproof is a stand-in that does
what the scenario's "play" says, unless a test wants the real one."""

import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports"
BIN = (ROOT / os.environ.get("HUPPROOF_BIN", "build/bin")).resolve()

# play: verdict, and what else the report has; status, stdout, stderr; report false: it leaves none.
STAND_IN = '''#!/usr/bin/python3
import json, os, pathlib, sys

assert sys.argv[1] == "run" and sys.argv[3] == "--out", sys.argv
scenario, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[4])
plan = json.loads(scenario.read_text())
play = plan.pop("play", {})
verdict = play.get("verdict", "pass")
finding = {"check": "no_request_lost", "claim": "None is lost.", "verdict": verdict,
           "applies": True, "why": "so it was played"}
report = {"scenario": plan.get("name", "played"), "verdict": verdict, "plan": plan,
          "summary": {"requests": 12, "ok": 9, "lost": play.get("lost", 0), "upgrades": 1},
          "findings": play.get("findings", [finding]),
          "lanes": [{"name": "new", "lost": play.get("lost", 0), "longest_gap_ms": 7.5},
                    {"name": "slow", "lost": 0, "longest_gap_ms": 101.25}],
          "cwd": os.getcwd(), "path": os.environ["PATH"]}
name = play.get("directory", "played")
(out / name).mkdir(parents=True)
if play.get("report", True):
    (out / name / "report.json").write_text(json.dumps(report))
print(play.get("stdout", f"{report['scenario']}: {verdict.upper()}  12 requests\\n  and more"))
print(play.get("stderr", ""), end="", file=sys.stderr)
sys.stdout.flush()
exec(play.get("then", ""))
sys.exit(play.get("status", ["pass", "fail", "unknown"].index(verdict)))
'''

VIEWER = '''#!/usr/bin/python3
import pathlib, sys

command, run, o, page = sys.argv[1:]
assert (command, o) == ("html", "-o") and (pathlib.Path(run) / "report.json").exists()
if (pathlib.Path(__file__).parent / "broken").exists():
    sys.exit("usage: ...\\nhupproof-report: it is broken")
pathlib.Path(page).write_text("<html>")
'''


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Project:
    """In pytester's directory."""

    def __init__(self, pytester, monkeypatch):
        self.pytester, self.path, self.monkeypatch = pytester, pytester.path, monkeypatch
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("COLUMNS", "120")
        monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
        monkeypatch.setenv("PYTHONPATH", str(REPORTS))
        monkeypatch.setenv("HUPPROOF_BIN", str(self.path / "bin"))
        program(self.path / "bin/hupproof", STAND_IN)
        program(self.path / "bin/hupproof-report", VIEWER)
        self.settings()

    def settings(self, *lines):
        """The ini file.  Its runs wait for no others."""
        self.pytester.makeini("\n".join(
            ["[pytest]", f"hupproof_lock = test/{os.getpid()}/{self.path}"[:100], *lines]))

    def real(self):
        """What it keeps of a run that fails goes when the test's directory goes."""
        (self.path / "tmp").mkdir()
        self.monkeypatch.setenv("TMPDIR", str(self.path / "tmp"))
        self.monkeypatch.setenv("HUPPROOF_BIN", str(BIN))

    def scenario(self, file="one.hup.json", /, expect=None, play=None, **more):
        plan = {**({"expect": expect} if expect else {}), "play": play or {}, **more}
        if not plan["play"]:
            del plan["play"]
        (self.path / file).write_text(json.dumps(plan))

    def test(self, *options, subprocess=False):
        """Runs pytest."""
        run = self.pytester.runpytest_subprocess if subprocess else self.pytester.runpytest_inprocess
        return run("-p", "pytest_hupproof", "-p", "no:cacheprovider", "-ra",
                   "-W", "ignore::pytest.PytestAssertRewriteWarning", *options)

    def runs(self):
        return sorted(str(p.relative_to(self.path / "hupproof-runs").parent)
                      for p in (self.path / "hupproof-runs").glob("**/report.json"))

    def report(self, run):
        return json.loads((self.path / "hupproof-runs" / run / "report.json").read_text())


# A load of a second or so for the reference server, with something in flight at the upgrade.
REAL = {
    "server": {"command": ["${bin}/reload_server", "--port", "${port}", "--strategy", "fork-exec"],
               "url": "http://127.0.0.1:${port}"},
    "lanes": [{"name": "new", "rate": 100, "path": "/?sleep=0"},
              {"name": "slow", "rate": 20, "path": "/?sleep=0.3"}],
    "for": "1500ms",
}
HUP, RESTART = {"at": "500ms", "signal": "HUP"}, {"at": "500ms", "stop_start": {"signal": "TERM"}}

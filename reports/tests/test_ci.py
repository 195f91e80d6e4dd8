"""Do the action and the job for pipelines do what they say?  Their scripts are run as they are."""

import os
import re
import subprocess

import pytest
import yaml

from running import BIN, ROOT, scenario, wait_none

CI = ROOT / "docs" / "ci"
ACTION = yaml.safe_load((CI / "action.yml").read_text())
GITLAB = yaml.safe_load((CI / "gitlab-ci.yml").read_text())["hupproof"]
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
GOOD = scenario("good")
BROKEN = scenario("broken", steps=[{"at": "300ms", "stop_start": {"signal": "KILL"}}])


@pytest.mark.parametrize("script", [step["run"] for step in STEPS.values()] + ["\n".join(GITLAB["script"])],
                         ids=[*STEPS, "gitlab"])
def test_scripts_are_shell(script):
    subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=60)


def test_no_text_of_a_user_gets_into_a_script():
    assert not [step for step in STEPS.values() if "${{" in step["run"]]


def test_whatever_is_referred_to_is_there():
    text = (CI / "action.yml").read_text()
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    for step, output in re.findall(r"steps\.(\w+)\.outputs\.(\w+)", text):
        assert f'echo "{output}=' in STEPS[step]["run"], (step, output)
    for option in re.findall(r"--[a-z]+", STEPS["run"]["run"] + STEPS["compare"]["run"]):
        assert any(option in subprocess.run([BIN / "hupproof", command, "--help"], capture_output=True, text=True,
                                            timeout=60).stdout for command in ("run", "compare")) or option == "--help"


class Runner:
    """As much of GitHub's runner as the action needs."""

    def __init__(self, directory):
        self.directory, self.outputs = directory, {}
        self.summary = directory / "summary"

    def value(self, expression, inputs):
        kind, *names = expression.split(".")
        if kind == "steps":
            return self.outputs.get(names[0], {}).get(names[2], "")
        return {"inputs": lambda: inputs[names[0]], "github": lambda: str(CI),
                "runner": lambda: str(self.directory / "temp")}[kind]()

    def run(self, **given):
        """Exit status of each step that ran."""
        inputs = {name: i.get("default", "") for name, i in ACTION["inputs"].items()}
        inputs.update(hupproof=str(BIN / "hupproof"), **given)
        inputs["compare-args"] = inputs.pop("compare_args", inputs["compare-args"])
        statuses = {}
        for name, step in STEPS.items():
            if step.get("if") == "inputs.baseline != ''" and not inputs["baseline"]:
                continue
            env = {key: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: self.value(m[1], inputs), text)
                   for key, text in step["env"].items()}
            statuses[name] = self.step(name, step["run"], env)
            if statuses[name]:
                break
        return statuses

    def step(self, name, script, env):
        output = self.directory / f"output.{name}"
        output.touch()
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                              cwd=self.directory, capture_output=True, text=True, timeout=120,
                              env={**os.environ, **env, "GITHUB_OUTPUT": str(output),
                                   "GITHUB_STEP_SUMMARY": str(self.summary), "TMPDIR": str(self.directory)})
        self.outputs[name] = dict(line.split("=", 1) for line in output.read_text().splitlines())
        print(done.stdout, done.stderr)
        return done.returncode


@pytest.fixture
def runner(tmp_path):
    import json
    for plan in (GOOD, BROKEN):
        (tmp_path / f"{plan['name']}.json").write_text(json.dumps(plan))
    yield Runner(tmp_path)
    assert not wait_none(tmp_path)


def test_the_action_passes_what_passes(runner):
    assert runner.run(scenarios="go*.json") == {"install": 0, "run": 0, "gate": 0}
    out = runner.directory / "temp" / "hupproof"
    assert runner.outputs["run"] == {"directory": str(out), "status": "0"}
    assert "✅ good: PASS" in runner.summary.read_text()
    assert (out / "junit.xml").is_file() and (out / "runs/good/report.json").is_file()


def test_the_action_is_red_if_a_claim_is_broken_or_nothing_ran(runner):
    assert runner.run(scenarios="good.json broken.json")["gate"] == 1
    assert "❌ broken: FAIL" in runner.summary.read_text()
    assert runner.run(scenarios="nowhere.json")["gate"] == 4
    assert "could not run" in runner.summary.read_text()


def test_the_action_compares_with_a_baseline(runner):
    assert runner.run(scenarios="broken.json")["gate"] == 1
    kept = runner.directory / "kept"
    (runner.directory / "temp/hupproof/runs").rename(kept)
    # As broken as it was, which only the gate "worse" lets pass.
    assert runner.run(scenarios="broken.json", baseline="kept", gate="worse") == {
        "install": 0, "run": 0, "compare": 0, "gate": 0}
    assert "hupproof compare: " in runner.summary.read_text()
    assert runner.run(scenarios="broken.json", baseline="kept")["gate"] == 1
    assert runner.run(scenarios="good.json", baseline="kept")["gate"] == 4      # it has no such scenario
    assert runner.run(scenarios="good.json", gate="what")["gate"] == 4


def gitlab(directory, scenarios):
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", "\n".join(GITLAB["script"])], cwd=directory,
                          capture_output=True, text=True, timeout=120,
                          env={**os.environ, **GITLAB["variables"], "SCENARIOS": scenarios, "REPEAT": "1",
                               "TMPDIR": str(directory), "PATH": f"{BIN}:{os.environ['PATH']}"})
    return done.returncode


def test_the_job_for_gitlab_fails_as_it_should(runner):
    assert gitlab(runner.directory, "good.json") == 0
    for file in GITLAB["artifacts"]["reports"].values():
        assert (runner.directory / file).is_file()
    (runner.directory / "runs").rename(runner.directory / "baseline")
    assert gitlab(runner.directory, "good.json") == 0
    assert gitlab(runner.directory, "broken.json") == 1

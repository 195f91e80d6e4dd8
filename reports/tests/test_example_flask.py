"""Does the example for Flask do what its page says: pass as it is, and fail without --preload?"""

import shutil
import subprocess

import pytest

from foreign import ROOT, Project

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "docs/examples/flask"


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")     # another Python's gunicorn has not Debian's Flask
    if subprocess.run(["/usr/bin/python3", "-c", "import flask, gunicorn"], check=False,
                      capture_output=True, timeout=60).returncode != 0:
        pytest.skip("apt-get install gunicorn python3-flask")
    project = Project(pytester, monkeypatch)
    project.real()
    shutil.copytree(EXAMPLE, project.path, dirs_exist_ok=True)
    return project


@pytest.mark.parametrize("file", ["test_reload.py", "reload.hup.json"])
def test_it_passes_as_it_is(project, file):
    project.test(file, "--hupproof-tries=4", subprocess=True).assert_outcomes(passed=1)


def test_it_fails_without_preload(project):
    file = project.path / "test_reload.py"
    said = file.read_text()
    assert '"--preload", ' in said
    file.write_text(said.replace('"--preload", ', ""))
    result = project.test(file.name, "--hupproof-tries=4", subprocess=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert result.passed",
                                 "*= <hupproof *: FAIL by *; 0 of 660 requests lost>*"])
    result.stdout.re_match_lines(["  FAIL    (no_long_gap|no_slow_answer)$"])


def test_its_test_is_ten_lines_of_python():
    lines = (EXAMPLE / "test_reload.py").read_text().splitlines()
    assert len([line for line in lines if line]) <= 10

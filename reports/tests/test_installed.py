"""Does what was installed, by pip or by CMake, work in a project that knows nothing of this tree?"""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from foreign import BIN, HUP, REAL, ROOT, RESTART

VERSION = re.search(r"project\(hupproof VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
OURS = ("HUPPROOF_BIN", "PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "PYTEST_PLUGINS",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "VIRTUAL_ENV", "DESTDIR")
ASKS = f"""
PLAN = {REAL!r}

def test_that_nobody_notices(hupproof):
    assert hupproof.scenario({{**PLAN, "steps": [{HUP!r}]}}).passed
"""


def clean(**more):
    """The environment of somebody else."""
    return {**{k: v for k, v in os.environ.items() if k not in OURS}, **more}


def run(*command, status=0, **how):
    done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=280,
                          **{"env": clean(), **how})
    assert done.returncode == status, f"{command}: exit status {done.returncode}\n{done.stdout}"
    return done.stdout


def must_gate(python, directory, **environment):
    """A project's tests: of a reload and of a restart, by whatever hupproof this Python has."""
    (directory / "tmp").mkdir(parents=True)
    (directory / "pytest.ini").write_text("[pytest]\nhupproof_lock = test\n")
    (directory / "test_it.py").write_text(ASKS)
    (directory / "restart.hup.json").write_text(json.dumps({**REAL, "steps": [RESTART]}))
    said = run(python, "-m", "pytest", "-p", "no:cacheprovider", "--hupproof-tries=4",
               status=1, cwd=directory, env=clean(TMPDIR=str(directory / "tmp"), **environment))
    assert "1 failed, 1 passed" in said and "restart.hup: FAIL by no_request_lost" in said
    assert re.search(rf"^timeline  {directory}/hupproof-runs/restart.*/timeline.html$", said, re.M), said


def must_be_told_by(directory):
    assert run(directory / "hupproof", "--version").strip() == f"hupproof {VERSION}"
    assert run(directory / "hupproof-report", "--version").strip() == f"hupproof-report {VERSION}"
    assert "exit status" in run(directory / "hupproof-report", "--help")


def why_nothing_can_be_downloaded(pip, to, what):
    """None: it was.  Where an index does not answer at all, that takes as long as one waits."""
    try:
        got = subprocess.run([pip, "download", "-q", "--retries", "1", "--timeout", "20", "-d", to, what],
                             env=clean(), text=True, stdin=subprocess.DEVNULL, capture_output=True,
                             check=False, timeout=120)
    except subprocess.TimeoutExpired:
        return "no answer"
    return got.stderr.strip()[-200:] or "it does not say why" if got.returncode else None


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_pip_installs_programs_viewers_and_plugin(tmp_path):
    wheels, env = tmp_path / "wheels", tmp_path / "venv"
    # The libraries of the viewers are this Python's, for a download takes longer than all the rest.
    run(sys.executable, "-m", "venv", "--system-site-packages", env)
    why = why_nothing_can_be_downloaded(env / "bin/pip", wheels, "scikit-build-core")
    if why:
        pytest.skip(f"pip can download nothing: {why}")
    run(env / "bin/pip", "install", "-q", "--no-deps", "--no-index", "--find-links", wheels, ROOT)
    must_be_told_by(env / "bin")
    must_gate(env / "bin/python", tmp_path / "theirs")


def install(prefix, **environment):
    return run("cmake", "--install", BIN.parent, "--prefix", prefix, env=clean(**environment))


def test_cmake_installs_what_may_be_moved(tmp_path):
    said = install(tmp_path / "first")
    assert f"PYTHONPATH={tmp_path}/first/share/hupproof/python" in said
    moved = shutil.move(tmp_path / "first", tmp_path / "second")
    must_be_told_by(moved / "bin")
    must_gate(sys.executable, tmp_path / "theirs", PYTHONPATH=str(moved / "share/hupproof/python"))


def test_cmake_leads_python_to_the_plugin_where_it_looks(tmp_path):
    """As Debian's does below /usr/local: into a directory that a package is made of."""
    python = re.search(r"HUPPROOF_PYTHON:\w+=(.*)", (BIN.parent / "CMakeCache.txt").read_text())[1]
    paths = run(python, "-c", "import sys; print(*sys.path, sep='\\n')").splitlines()
    looked = [re.fullmatch(r"(.*)/lib/python[0-9.]+/(dist|site)-packages", path) for path in paths]
    prefix = next(found[1] for found in looked if found)
    install(prefix, DESTDIR=str(tmp_path))
    [pth] = tmp_path.glob(f"{prefix[1:]}/lib/python*/*-packages/hupproof.pth")
    told = run(python, "-c", "import importlib.metadata as m, site, sys\n"
               "site.addsitedir(sys.argv[1])\n"
               "import pytest_hupproof\n"
               "print(m.version('hupproof'), pytest_hupproof.__file__)\n"
               "print(*(p.value for p in m.distribution('hupproof').entry_points))", pth.parent)
    where = f"{tmp_path}{prefix}/share/hupproof/python/pytest_hupproof/__init__.py"
    assert told.splitlines() == [f"{VERSION} {where}",
                                 "hupproof_report.cli:main pytest_hupproof"]


def test_pip_and_cmake_install_the_same_entry_points():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    points = configparser.ConfigParser(delimiters="=")
    points.optionxform = str
    points.read(ROOT / "reports/dist-info/entry_points.txt")
    assert dict(points["console_scripts"]) == project["scripts"]
    assert dict(points["pytest11"]) == project["entry-points"]["pytest11"]

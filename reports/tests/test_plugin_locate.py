"""Is the right hupproof run?"""

import pytest

from foreign import Project, program
from pytest_hupproof import locate

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


@pytest.fixture
def two(tmp_path):
    return program(tmp_path / "a/hupproof", ""), program(tmp_path / "b/hupproof", "")


def test_what_is_asked_for_beats_the_environment_which_beats_path(two, tmp_path):
    a, b = two
    environ = {"HUPPROOF_BIN": str(a.parent), "PATH": str(b.parent)}
    assert locate.program(str(b), environ=environ) == str(b)
    assert locate.program("b", root=tmp_path, environ=environ) == str(b)
    assert locate.program(environ=environ) == str(a)
    assert locate.program(environ={"PATH": str(b.parent)}) == str(b)


def test_what_is_asked_for_is_not_replaced_by_another(two, tmp_path):
    a, _ = two
    environ = {"PATH": str(a.parent)}
    assert locate.program(str(tmp_path), environ=environ) is None
    assert locate.program(environ={"HUPPROOF_BIN": "/nowhere", **environ}) is None


def test_what_was_installed_with_the_plugin_beats_path(two, tmp_path, monkeypatch):
    a, b = two
    ours = program(tmp_path / "prefix/bin/hupproof", "")
    monkeypatch.setattr(locate, "__file__",
                        str(tmp_path / "prefix/share/hupproof/python/pytest_hupproof/locate.py"))
    assert locate.program(environ={"PATH": str(b.parent)}) == str(ours)


def test_beside_python_beats_path(two, monkeypatch):
    a, b = two
    monkeypatch.setattr(locate.sys, "executable", str(a.with_name("python3")))
    assert locate.program(environ={"PATH": str(b.parent)}) == str(a)


def test_that_there_is_none_is_told(project):
    project.scenario()
    result = project.test("--hupproof-bin=elsewhere/hupproof")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["hupproof: elsewhere/hupproof: no such program"])
    project.monkeypatch.delenv("HUPPROOF_BIN")
    project.monkeypatch.setattr("pytest_hupproof.locate.program", lambda *_: None)
    project.test().stdout.fnmatch_lines(["hupproof is not there: *--hupproof-bin names it"])

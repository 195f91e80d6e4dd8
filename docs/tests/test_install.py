"""Is everything there after `cmake --install`, and does it work from there?"""

import os
import shutil
import subprocess

import pytest

import tables

BUILD = tables.BIN.resolve().parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    if not shutil.which("cmake") or not (BUILD / "cmake_install.cmake").exists():
        pytest.skip("not a build tree of CMake")
    prefix = tmp_path_factory.mktemp("usr")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    return prefix


def test_everything_is_where_it_is_looked_for(installed):
    there = {str(p.relative_to(installed)) for p in installed.rglob("*")}
    assert {"bin/hupproof", "bin/reload_server", "share/hupproof/schema/report.schema.json",
            "share/bash-completion/completions/hupproof",
            "share/zsh/site-functions/_hupproof",
            "share/fish/vendor_completions.d/hupproof.fish"} <= there
    for page in ("hupproof.1", "hupproof-report.1", "reload_server.1"):
        assert f"share/man/man1/{page}" in there


def test_the_program_finds_its_server(installed):
    done = subprocess.run([installed / "bin/hupproof", "list", "strategies"], text=True, timeout=20,
                          capture_output=True, check=True)
    assert "fork-exec" in done.stdout


def test_man_finds_its_page(installed):
    if not shutil.which("man"):
        pytest.skip("no man: install man-db")
    done = subprocess.run(["man", "hupproof"], text=True, capture_output=True, timeout=20, check=True,
                          env={**os.environ, "MANPATH": str(installed / "share/man")})
    assert "does anybody notice?" in done.stdout

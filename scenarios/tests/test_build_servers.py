"""Are the servers that are written in Go built, or else named?  servers/real/build.sh, on a
copy of them, with no module proxy."""

import os
import pathlib
import shutil
import subprocess

import pytest

REAL = pathlib.Path(__file__).resolve().parents[2] / "servers/real"

pytestmark = pytest.mark.skipif(
    bool(subprocess.check_output([REAL / "build.sh", "--package"])),
    reason="no Go here: apt-get install golang-go")


@pytest.fixture
def build(tmp_path):
    """Runs the script; .servers is the copy, .out what it built."""
    def build():
        env = {**os.environ, "GOPROXY": "off", "GOMODCACHE": str(tmp_path / "empty")}
        return subprocess.run([build.servers / "build.sh", build.out], env=env,
                              capture_output=True, encoding="utf-8", timeout=300)

    build.servers, build.out = tmp_path / "servers", tmp_path / "bin"
    shutil.copytree(REAL, build.servers)
    return build


def test_one_that_needs_no_modules_is_built_as_both_versions(build):
    done = build()
    assert done.returncode == 0, done.stderr
    assert {p.name for p in build.out.iterdir()} == {"gohttp", "gohttp-v2"}
    assert (build.out / "gohttp").read_bytes() != (build.out / "gohttp-v2").read_bytes()


def test_modules_that_cannot_be_had_are_said_and_no_failure(build):
    done = build()
    assert done.returncode == 0
    said = [line.partition(": its modules cannot be had: ")[0] for line in done.stdout.splitlines()]
    assert said == ["not built: beego", "not built: grace", "not built: tableflip"]


def test_what_does_not_compile_is_a_failure_and_leaves_no_program_of_before(build):
    build.out.mkdir()
    (build.out / "gohttp").touch()
    with open(build.servers / "gohttp/main.go", "a") as f:
        f.write("func main() {}\n")
    done = build()
    assert done.returncode == 1
    assert "gohttp does not compile:" in done.stderr and "main redeclared" in done.stderr
    assert not (build.out / "gohttp").exists()

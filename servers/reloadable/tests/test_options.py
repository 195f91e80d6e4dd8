"""Does it understand its options, and say so in one line when it does not?"""

import json
import re
import socket
import subprocess

import pytest

from reloadable import PROGRAM, get


def run(*args, env=None):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=20, env=env)


@pytest.mark.parametrize("args, word", [
    (["--bogus"], "--bogus"), (["extra"], "extra"), (["--port"], "--port"),
    (["--port", "65536"], "--port"), (["--port", "-1"], "--port"), (["--port", "8o"], "--port"),
    (["--port", ""], "--port"), (["--backlog", "0"], "--backlog"),
    (["--startup-delay", "1h"], "--startup-delay"), (["--startup-delay", "ms"], "--startup-delay"),
    (["--drain-timeout=-1s"], "--drain-timeout"), (["--idle-grace", "1e3"], "--idle-grace"),
    (["--strategy", "hope"], "--strategy"), (["--version-tag", "a b"], "--version-tag"),
    (["--version-tag", "x" * 65], "--version-tag"), (["--fault"], "wanted one of"),
    (["--help=yes"], "--help"), (["--format", "xml"], "--format")])
def test_what_it_does_not_understand_is_named_in_one_line(args, word):
    result = run(*args)

    assert result.returncode == 2 and result.stdout == ""
    assert re.fullmatch(rf"reload_server: .*{re.escape(word)}.*\n", result.stderr)


def test_list_names_the_strategies():
    result = run("--list")

    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == \
        ["strategy", "fork-exec", "exec", "fdpass", "reuseport", "prefork", "activation", "restart"]


def test_help_names_every_option_with_its_default():
    text = run("--help").stdout

    for option in ("port", "pidfile", "version-tag", "startup-delay", "drain-timeout", "backlog",
                   "list", "help", "strategy", "workers", "ledger", "host", "version",
                   "idle-grace", "ready-timeout", "format"):
        assert f"--{option} " in text
    assert "[fork-exec]" in text and "[30s]" in text


def test_programs_get_the_same_tables_as_json():
    def rows(option):
        return json.loads(run("--format", "json", option).stdout)

    assert [row["name"] for row in rows("--list")] == \
        [line.split()[0] for line in run("--list").stdout.splitlines()[1:]]
    assert [list(row.values()) for row in rows("--list-faults")] == \
        [line.split("\t") for line in run("--list-faults").stdout.splitlines()[1:]]
    assert all(row["name"] in run("--help").stdout for row in rows("--help"))
    assert 'prints "port N"' in next(r["meaning"] for r in rows("--help") if r["name"] == "--port")


def test_version_is_a_number():
    assert re.fullmatch(r"reload_server [0-9.]+\n", run("--version").stdout)


def test_port_in_use_is_reported():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1
    assert result.stderr == f"reload_server: bind 127.0.0.1:{port}: Address already in use\n"


def test_unknown_host_is_reported():
    result = run("--host", "300.1.2.3")

    assert result.returncode == 1 and "300.1.2.3" in result.stderr


@pytest.mark.parametrize("delay", ["0s", "50ms"])
def test_pidfile_that_cannot_be_written_is_reported(tmp_path, delay):
    result = run("--port", "0", "--pidfile", str(tmp_path / "missing" / "pid"), "--startup-delay", delay)

    assert result.returncode == 1 and "No such file" in result.stderr


def test_pidfile_that_cannot_be_put_in_its_place_is_reported(tmp_path):
    (tmp_path / "pid").mkdir()
    result = run("--port", "0", "--pidfile", str(tmp_path / "pid"))
    assert result.returncode == 1
    assert f"pidfile {tmp_path}/pid: Is a directory" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["pid"]


def test_version_tag_comes_from_the_environment_unless_given(start):
    env = {"RELOAD_SERVER_VERSION": "from-env"}

    assert get(start(env=env).port).headers["x-version"] == "from-env"
    assert get(start("--version-tag=given", env=env).port).headers["x-version"] == "given"
    assert get(start().port).headers["x-version"] == "1"

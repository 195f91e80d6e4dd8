"""Does it tell of its planted faults, and keep to the healthy ways without them?"""

import re
import signal
import subprocess

import pytest

from reloadable import PROGRAM, get, wait_gone

COLUMNS = ["fault", "check", "id", "strategies", "meaning"]


def run(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=20)


def faults():
    lines = run("--list-faults").stdout.splitlines()
    assert lines[0].split("\t") == COLUMNS
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[1:]]


def test_each_fault_is_told_of_in_words_that_a_program_can_read():
    strategies = [line.split()[0] for line in run("--list").stdout.splitlines()[1:]]
    names = [f["fault"] for f in faults()]

    assert len(names) >= 30 and len(set(names)) == len(names)
    for f in faults():
        assert re.fullmatch("[a-z0-9_]+", f["fault"])
        assert re.fullmatch("[a-z_]+", f["check"])
        assert re.fullmatch("F[0-9]{2}", f["id"])
        assert set(f["strategies"].split()) <= set(strategies) and f["strategies"]
        assert f["meaning"] and "  " not in f["meaning"]


def test_the_catalogue_is_covered_as_far_as_one_machine_can_show_it():
    """faults.c says why not these."""
    beyond = {"F05", "F11", "F12", "F37"}

    assert {f["id"] for f in faults()} == {f"F{n:02}" for n in range(1, 38)} - beyond


def test_each_strategy_has_faults_of_its_own():
    able = {s for f in faults() for s in f["strategies"].split()}

    for line in run("--list").stdout.splitlines()[1:]:
        assert line.split()[0] in able


def test_an_unknown_fault_is_refused_with_the_names_of_all():
    result = run("--fault", "hope")

    assert result.returncode == 2 and "'hope'" in result.stderr
    for f in faults():
        assert f["fault"] in result.stderr


def test_a_fault_that_a_strategy_cannot_have_is_refused():
    result = run("--strategy", "restart", "--fault", "never_exit")

    assert result.returncode == 2
    assert re.fullmatch(r"reload_server: --fault never_exit: strategy restart cannot have it; "
                        r"those that can: .*fork-exec.*\n", result.stderr)


def test_faults_of_the_heir_leave_the_first_one_alone(start):
    server = start("--fault", "crash_at_start", "--fault", "answer_nothing")
    server.signal(signal.SIGHUP)
    server.wait_log("child [0-9]+ was killed by signal 9")

    assert get(server.port).pid == server.pid


def test_several_faults_are_all_had(start):
    server = start("--fault", "crash_after_ready", "--fault", "answer_500")

    wait_gone(server.reload())


@pytest.mark.parametrize("text", ["", "\n", "two words\n", "x" * 65, "caf\u00e9\n"])
def test_a_version_file_that_holds_no_tag_is_refused(tmp_path, text):
    file = tmp_path / "version"
    file.write_text(text)
    result = run("--version-file", str(file))

    assert result.returncode == 1
    assert re.fullmatch(f"reload_server: version file {file}: wanted 1 to 64 .*\n", result.stderr)


def test_each_process_reads_the_version_file(start, tmp_path):
    file = tmp_path / "version"
    file.write_text("one\n")
    server = start("--version-file", str(file), "--version-tag", "none")
    assert get(server.port).headers["x-version"] == "one"
    file.write_text("two")
    server.reload()

    assert get(server.port).headers["x-version"] == "two"


def test_a_version_file_gone_wrong_leaves_the_old_one_serving(start, tmp_path):
    file = tmp_path / "version"
    file.write_text("one")
    server = start("--version-file", str(file))
    file.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log("child [0-9]+ exited with status 1")

    assert get(server.port).headers["x-version"] == "one"
    assert server.serving_pid() == server.pid

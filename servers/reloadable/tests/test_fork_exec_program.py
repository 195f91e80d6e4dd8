"""Does a reload run the program file that is on disk now?"""

import os
import pathlib
import shutil
import signal

import pytest

from reloadable import PROGRAM, get, real_program, signals, write_program
from waiting import wait_for


def test_program_file_replaced_on_disk_is_what_runs(start, tmp_path):
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(program=app)
    shutil.copy(PROGRAM, tmp_path / "next")
    (tmp_path / "next").rename(app)
    new = server.reload()

    assert os.stat(f"/proc/{new}/exe").st_ino == app.stat().st_ino
    assert os.readlink(f"/proc/{new}/exe") == str(app)
    shutil.copy(PROGRAM, tmp_path / "next")
    (tmp_path / "next").rename(app)
    third = server.reload()
    assert os.stat(f"/proc/{third}/exe").st_ino == app.stat().st_ino


@pytest.mark.parametrize("by", ["{}/current/app", "./current/app"])
def test_flipped_symlink_is_followed_anew(start, tmp_path, by):
    for version in ("v1", "v2"):
        (tmp_path / version).mkdir()
        shutil.copy(PROGRAM, tmp_path / version / "app")
    link, flip = tmp_path / "current", tmp_path / "flip"
    link.symlink_to("v1")
    server = start(program=link / "app", argv0=by.format(tmp_path))
    flip.symlink_to("v2")
    flip.rename(link)
    new = server.reload()

    assert os.readlink(f"/proc/{new}/exe") == str(tmp_path / "v2" / "app")


@pytest.mark.parametrize("argv0", ["./app", "app", "a made-up name"])
def test_program_is_found_again_however_it_was_called(start, tmp_path, argv0):
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    server = start(program=app, argv0=argv0,
                   env={"PATH": f"/nowhere:{tmp_path}:{os.environ['PATH']}"})
    new = server.reload()

    assert os.readlink(f"/proc/{new}/exe") == str(app)


def test_one_whose_file_was_gone_as_it_started_runs_the_next_one_in_its_place(start, tmp_path):
    app = tmp_path / "app"
    shutil.copy(PROGRAM, app)
    with open(app) as file:
        app.unlink()
        server = start(program=f"/proc/{os.getpid()}/fd/{file.fileno()}", argv0="a made-up name")
    shutil.copy(PROGRAM, app)
    new = server.reload()
    assert os.readlink(f"/proc/{new}/exe") == str(app)


def test_replaced_program_shows_its_new_version(start, app):
    server = start(program=app)
    assert get(server.port).headers["x-version"] == "1"
    for version in ("2", "3", "2"):
        write_program(app, real_program(after=f"--version-tag {version}"))
        server.reload()
        assert get(server.port).headers["x-version"] == version


def test_the_strategy_may_change_with_the_program(start, app):
    """What the first told the second, the third must not believe to be meant for it."""
    server = start("--unix", "s", program=app)
    write_program(app, real_program(after="--strategy reuseport"))
    server.reload()
    third = server.reload()
    assert get(server.port).pid == third


def test_a_new_program_finds_no_signal_blocked_or_ignored(start, app):
    server = start(program=app)
    write_program(app, "exec sleep 100")
    server.signal(signal.SIGHUP)
    child = int(server.wait_log(r"started (\d+)").group(1))
    wait_for(lambda: pathlib.Path(f"/proc/{child}/comm").read_text() == "sleep\n", "the new program")
    found = signals(child, "SigBlk"), signals(child, "SigIgn")
    server.signal(signal.SIGKILL, child)
    assert found == (0, 0)

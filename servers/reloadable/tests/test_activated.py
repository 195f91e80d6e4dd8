"""Is a listener taken as systemd hands it over, and nothing else for one?"""

import os
import shutil
import socket
import subprocess

import pytest

from reloadable import Client, PROGRAM, get


def activated(fd, pid="$$", fds="1", name="", **how):
    """The service, started as systemd starts one: with descriptor 3 and by exec."""
    words = {"LISTEN_PID": pid, "LISTEN_FDS": fds}
    sets = " ".join(f"export {word}={value};" for word, value in words.items() if value)
    other = [] if fd is None else [fd]
    return subprocess.Popen(
        ["/bin/bash", "-c", f'{sets} {f"exec 3<&{fd};" if fd is not None else ""} '
         f'exec {name} "{PROGRAM}" --strategy activation'],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=other, **how)


@pytest.mark.parametrize("wrong, says", [
    ({"pid": "1"}, "LISTEN_PID: the listeners are for process 1, this is"),
    ({"pid": ""}, "LISTEN_PID is not set, though LISTEN_FDS is"),
    ({"fds": ""}, "LISTEN_FDS is not set, though LISTEN_PID is"),
    ({"pid": "me"}, "LISTEN_PID: wanted a number, got 'me'"),
    ({"fds": "0"}, "LISTEN_FDS: wanted 1 listener, got 0"),
    ({"fds": "2"}, "LISTEN_FDS: wanted 1 listener, got 2"),
    ({"fds": "-1"}, "LISTEN_FDS: wanted a number, got '-1'"),
])
def test_what_cannot_be_taken_is_refused_in_one_line(wrong, says):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = activated(listener.fileno(), **wrong)
        error = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert error.count("\n") == 1 and says in error


@pytest.mark.parametrize("what, says", [("a closed one", "descriptor 3: Bad file descriptor"),
                                        ("no socket", "descriptor 3: Socket operation on non-"),
                                        ("not listening", "is not a listening socket")])
def test_a_descriptor_that_is_no_listener_is_refused(what, says):
    with open("/dev/null") as null, socket.socket() as deaf:
        fd = {"a closed one": None, "no socket": null.fileno(), "not listening": deaf.fileno()}[what]
        process = activated(fd)
        error = process.communicate(timeout=20)[1]
    assert process.returncode == 1 and says in error


def test_the_queue_stays_with_whoever_gave_us_the_listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        first = activated(listener.fileno())
        assert get(port).pid == first.pid
        first.terminate()
        assert first.wait(20) == 0
        waiting = Client(port)
        waiting.ask()
        second = activated(listener.fileno())
        assert waiting.answer().pid == second.pid
        second.terminate()
        assert second.wait(20) == 0


def test_how_it_is_called_does_not_matter():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = activated(listener.fileno(), name="-a of-no-path")
        assert get(listener.getsockname()[1]).pid == process.pid
        process.terminate()
        assert process.wait(20) == 0


def test_the_path_stays_with_whoever_gave_us_the_listener(tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        process = activated(listener.fileno())
        assert get(path).pid == process.pid
        process.terminate()
        assert process.wait(20) == 0
        assert os.path.exists(path)


@pytest.fixture(params=["tcp", "unix"])
def systemd(request, tmp_path):
    """systemd-socket-activate, which execs the service at the first connection."""
    program = shutil.which("systemd-socket-activate")
    if not program:
        pytest.skip("systemd-socket-activate is not installed: apt-get install systemd")
    if request.param == "unix":
        where = str(tmp_path / "s")
        name = where
    else:
        with socket.create_server(("127.0.0.1", 0)) as free:
            where = free.getsockname()[1]
        name = f"127.0.0.1:{where}"
    process = subprocess.Popen([program, "-l", name, "--", str(PROGRAM), "--strategy", "activation", "--pidfile",
                                str(tmp_path / "pid")],
                               stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        assert line.startswith("Listening on"), line
        yield process, where
    finally:
        process.kill()
        process.communicate()


def test_systemd_s_own_activates_it(systemd, tmp_path):
    process, where = systemd
    client = Client(where)
    client.ask("/?sleep=0.1")
    assert client.answer().pid == process.pid
    assert (tmp_path / "pid").read_text() == f"{process.pid}\n"
    clients = [Client(where) for _ in range(20)]
    for client in clients:
        client.ask("/?sleep=0.1")
    process.terminate()
    assert {client.answer().pid for client in clients} == {process.pid}
    assert process.wait(20) == 0
    assert not (tmp_path / "pid").exists()
    assert not isinstance(where, str) or os.path.exists(where), "the path is not ours"

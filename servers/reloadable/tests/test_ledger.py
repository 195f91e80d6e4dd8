"""Is there a line for each request that was done and has a name?"""

import subprocess

import pytest

from reloadable import PROGRAM, Client
from waiting import wait_for


def ask(server, headers, target="/"):
    client = Client(server.port)
    try:
        return client.get(target, headers=headers)
    finally:
        client.close()


def named(name):
    return f"X-Request-Id: {name}\r\n"


@pytest.fixture
def ledger(tmp_path):
    class Ledger:
        path = tmp_path / "ledger"

        def lines(self):
            return [line.split() for line in self.path.read_text().splitlines()]

    return Ledger()


def test_each_generation_notes_what_it_does(start, ledger):
    server = start("--ledger", str(ledger.path))
    first = ask(server, named("a-1"))
    server.reload()
    second = ask(server, named("a-2"))
    assert ledger.lines() == [["a-1", str(first.pid)], ["a-2", str(second.pid)]]
    assert first.pid != second.pid


@pytest.mark.parametrize("headers", [
    "", named(""), named("a b"), named("x" * 65), named("\x7f"), "X-Request: a\r\n",
    "X-Request-Idd: a\r\n"])
def test_what_has_no_name_is_not_noted(start, ledger, headers):
    server = start("--ledger", str(ledger.path))
    ask(server, headers)
    assert ledger.lines() == []


def test_only_what_is_done_is_noted(start, ledger):
    server = start("--ledger", str(ledger.path))
    assert ask(server, named("a-1"), "/nowhere").status == 404
    assert ask(server, named("x" * 64)).status == 200
    assert [line[0] for line in ledger.lines()] == ["x" * 64]


def test_a_name_is_of_one_request(start, ledger):
    """The next one on the same connection has its own, or none."""
    server = start("--ledger", str(ledger.path))
    client = Client(server.port)
    for headers in named("a-1"), "", named("a-2"):
        client.get(headers=headers)
    client.close()
    assert [line[0] for line in ledger.lines()] == ["a-1", "a-2"]


def test_a_name_may_come_in_pieces(start, ledger):
    server = start("--ledger", str(ledger.path))
    client = Client(server.port)
    for piece in "GET / HTTP/1.1\r\nx-REQ", "uest-id:  a", "-", "1\r\n\r\n":
        client.send(piece)
        assert client.is_silent(0.05) or piece.endswith("\r\n\r\n")
    assert client.answer().status == 200
    client.close()
    assert [line[0] for line in ledger.lines()] == ["a-1"]


def test_it_is_noted_before_it_is_answered(start, ledger):
    """So that one whose server was killed meanwhile is known to have been begun."""
    server = start("--ledger", str(ledger.path))
    client = Client(server.port)
    client.ask("/?sleep=600", headers=named("a-1"))
    assert wait_for(ledger.lines, "a line") == [["a-1", str(server.pid)]]
    assert client.is_silent(0)
    client.close()


def test_a_ledger_that_cannot_be_written_is_said(tmp_path):
    result = subprocess.run([PROGRAM, "--ledger", str(tmp_path / "missing" / "ledger")],
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 1
    assert "missing/ledger: No such file" in result.stderr

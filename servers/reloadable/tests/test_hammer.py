"""Is nothing lost under load, not once, over many reloads?"""

import signal
import threading
import time

import pytest

from reloadable import Client, get, is_alive
from waiting import DEADLINE, wait_for

RELOADS = 10
BETWEEN = 60  # answers before each reload


class Hammer:
    """Threads that ask without pause until told to stop; any exception is a loss."""

    def __init__(self, work, n_threads):
        self.stop, self.answered, self.lost = threading.Event(), [], []
        self.threads = [threading.Thread(target=self._run, args=(work,)) for _ in range(n_threads)]

    def _run(self, work):
        try:
            work(self)
        except Exception as error:  # whatever it is, a client has noticed
            self.lost.append(repr(error))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def new_connections(port):
    def work(hammer):
        while not hammer.stop.is_set():
            hammer.answered.append(get(port).pid)
    return work


def reused_connections(port):
    def work(hammer):
        client = Client(port)
        while not hammer.stop.is_set():
            answer = client.get()
            hammer.answered.append(answer.pid)
            if answer.closes:
                client.close()
                client = Client(port)
    return work


def slow_requests(port):
    def work(hammer):
        while not hammer.stop.is_set():
            hammer.answered.append(get(port, "/?sleep=0.05").pid)
    return work


def pipelined_requests(port):
    def work(hammer):
        while not hammer.stop.is_set():
            client = Client(port)
            client.send(b"GET /?sleep=0.002 HTTP/1.1\r\n\r\n" * 3)
            hammer.answered.extend(client.answer().pid for _ in range(3))
            client.close()
    return work


@pytest.mark.parametrize("kind", [new_connections, reused_connections, slow_requests,
                                  pipelined_requests])
def test_nothing_is_lost_over_ten_reloads(start, kind):
    server = start()
    with Hammer(kind(server.port), 8) as hammer:
        for _ in range(RELOADS):
            enough = len(hammer.answered) + BETWEEN
            new = server.reload()
            wait_for(lambda: hammer.lost or (new in hammer.answered[-2 * BETWEEN:]
                                             and len(hammer.answered) >= enough),
                     "answers by the new process")
    assert hammer.lost == []
    assert len(set(hammer.answered)) == RELOADS + 1
    assert len(hammer.answered) >= RELOADS * BETWEEN


def test_nothing_is_lost_in_a_storm_of_hups(start):
    """Signals as fast as one can send them, whoever serves at the moment."""
    server = start()
    with Hammer(new_connections(server.port), 8) as hammer:
        within = time.monotonic() + DEADLINE
        while server.log_count("is ready") < 3 * RELOADS and not hammer.lost:
            assert time.monotonic() < within, "so few reloads"
            enough = len(hammer.answered) + 3
            try:
                server.signal(signal.SIGHUP, server.serving_pid())
            except ProcessLookupError:  # gone between the two: the next one gets it
                pass
            wait_for(lambda: hammer.lost or len(hammer.answered) > enough, "some answers")
    assert hammer.lost == []
    assert server.log_count("SIGHUP during a reload, remembered")


@pytest.mark.parametrize("pause", [0, 1, 2, 3, 5, 8])
def test_term_at_any_moment_of_a_reload_loses_nobody_who_connected(start, pause):
    """Either the reload is called off and all leave, or the successor serves; nothing else."""
    server = start()

    def work(hammer):
        while True:
            try:
                hammer.answered.append(get(server.port).pid)
            except ConnectionRefusedError:
                return
            if hammer.stop.is_set():
                return

    with Hammer(work, 4) as hammer:
        wait_for(lambda: len(hammer.answered) > 20, "some answers")
        server.signal(signal.SIGHUP)
        time.sleep(pause / 1000)  # not for luck: this is the moment that is tried
        server.signal(signal.SIGTERM)
        server.process.wait(20)
    server.wait_log(rf"\[{server.pid}\].* drained")  # and so all that it logged before
    assert hammer.lost == []
    assert server.process.returncode == 0
    children = server.pids() - {server.pid}
    if server.log_count("is ready"):
        assert get(server.port).pid in children
    else:
        assert not any(is_alive(pid) for pid in children)
        assert not server.pidfile.exists()

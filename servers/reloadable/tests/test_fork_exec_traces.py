"""What does a reload leave in pidfile and descriptors?"""

import signal
import threading
import time

from reloadable import Client, descriptors, get, in_flight, is_alive, sockets, wait_gone
from waiting import wait_for


def test_pidfile_names_the_server_whenever_one_looks(start):
    server = start()
    stop = threading.Event()
    seen, wrong = set(), []

    def look():
        while not stop.is_set():
            text = server.pidfile.read_text()
            if not (text.endswith("\n") and text.strip().isdigit()):
                wrong.append(text)
            seen.add(int(text))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(5):
            new = server.reload()
            assert server.serving_pid() == new
            wait_for(lambda: new in seen, "the pidfile to be looked at")
    finally:
        stop.set()
        looker.join()
    assert not wrong and seen <= server.pids()


def test_pidfile_is_only_removed_by_its_owner(start):
    server = start()
    new = server.reload()
    assert server.process.wait(20) == 0
    assert server.serving_pid() == new
    server.signal(signal.SIGTERM, new)
    wait_gone(new)
    assert not server.pidfile.exists()


def test_pidfile_of_somebody_else_is_left_alone(start):
    server = start()
    server.pidfile.write_text("1\n")
    server.signal(signal.SIGTERM)

    assert server.process.wait(20) == 0
    assert server.pidfile.read_text() == "1\n"
    assert [p.name for p in server.pidfile.parent.iterdir()] == ["pid"]


def test_one_that_leaves_just_as_its_successor_ends_does_not_claim_the_pidfile(start):
    """Stopped meanwhile, it learns of both at once: its drain is over, its successor too."""
    server = start("--drain-timeout", "1s")
    client = in_flight(server.port, 100)
    began = time.monotonic()
    second = server.reload()
    server.signal(signal.SIGSTOP)
    server.signal(signal.SIGHUP, second)
    third = int(server.wait_log(r"successor (\d+) is ready", 2).group(1))
    wait_for(lambda: not is_alive(second), "the end of the second")
    time.sleep(max(0, began + 1.2 - time.monotonic()))  # past the drain timeout
    server.signal(signal.SIGCONT)
    assert server.process.wait(20) == 1
    assert server.serving_pid() == third


def test_child_inherits_the_listener_and_nothing_else(start):
    server = start()
    clients = [Client(server.port) for _ in range(20)]
    for client in clients:
        client.ask("/?sleep=2")
    get(server.port)
    new = server.reload()
    environment = open(f"/proc/{new}/environ").read()

    # libuv keeps a socket pair of its own on some systems, none on Linux.
    assert len(sockets(new)) == 1
    assert environment.count("RELOAD_SERVER_LISTEN_FD") == 1


def test_descriptors_do_not_grow_with_reloads(start):
    server = start()
    get(server.port)
    first_count = len(descriptors(server.pid))
    for _ in range(10):
        new = server.reload()
    wait_for(lambda: len(descriptors(new)) <= first_count, f"no more than {first_count} descriptors")

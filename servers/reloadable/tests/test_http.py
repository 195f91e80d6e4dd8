"""Does it answer as a web server should, whatever a client sends?"""

import resource
import socket
import struct
import threading
import time

import pytest

from reloadable import Client, descriptors, get
from waiting import wait_for


@pytest.fixture
def server(start):
    return start("--version-tag", "v7")


@pytest.fixture
def client(server):
    return Client(server.port)


def test_answer_names_the_process_its_generation_and_version(server, client):
    answer = client.get("/?sleep=0")

    assert (answer.status, answer.pid) == (200, server.pid)
    assert answer.headers["x-pid"] == str(server.pid)
    assert answer.headers["x-generation"] == "1"
    assert answer.headers["x-version"] == "v7"
    assert answer.headers["content-type"] == "text/plain"
    assert not answer.closes


@pytest.mark.parametrize("target", [
    "/", "/?", "/?sleep=0.05", "/?a=b&sleep=.05&c", "/?sleep=0&id=7", "/?sleepy=no",
    "http://x/?sleep=0", "http://x"])
def test_target_is_served(client, target):
    assert client.get(target).status == 200


@pytest.mark.parametrize("target, status", [
    ("/x", 404), ("//", 404), ("/index.html?sleep=0", 404), ("*", 404),
    ("/?sleep=", 400), ("/?stream=x", 400), ("/?sleep=-1", 400), ("/?sleep=1e3", 400), ("/?sleep=inf", 400),
    ("/?sleep=0x1", 400), ("/?sleep=1.2.3", 400), ("/?sleep=.", 400), ("/?sleep=2s", 400),
    ("/?sleep=99999999999", 400), ("/?sleep=" + "1" * 40, 400), ("/?" + "a" * 600, 414)])
def test_target_is_refused_and_the_connection_lives_on(client, target, status):
    answer = client.get(target)

    assert (answer.status, answer.closes) == (status, False)
    assert client.get().status == 200


def test_a_streamed_answer_comes_in_two_parts(server, client):
    began = time.monotonic()
    client.ask("/?stream=0.2")
    first = client.socket.recv(4096)
    assert first.endswith(b"\r\n\r\n" + f"ospid:{server.pid}"[:-3].encode())
    assert time.monotonic() - began < 0.2
    assert client.socket.recv(4096) == str(server.pid)[-3:].encode()
    assert time.monotonic() - began >= 0.2
    assert client.get("/?stream=0").pid == server.pid


def test_sleep_lasts_at_least_as_long_as_asked(client):
    for asked in (0.001, 0.0305, 0.2):
        began = time.monotonic()
        client.get(f"/?sleep={asked}")
        assert time.monotonic() - began >= asked


def test_head_has_the_headers_but_no_body(server, client):
    client.ask(method="HEAD")
    answer = client.answer(head=True)

    assert answer.headers["content-length"] == str(len(f"ospid:{server.pid}"))
    assert client.get().status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(client, method):
    answer = client.get(method=method)

    assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, POST"
    assert client.get().status == 200


def test_connect_is_refused_and_closes(client):
    client.send("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = client.answer()

    assert (answer.status, answer.closes) == (405, True)
    client.expect_fin()


def test_body_of_any_size_is_discarded(client):
    for size in (0, 1, 70_000, 3_000_000):
        client.ask(method="POST", headers=f"Content-Length: {size}\r\n")
        client.send(b"x" * size)
        assert client.answer().status == 200


def test_chunked_body_is_discarded(client):
    client.ask(method="POST", headers="Transfer-Encoding: chunked\r\n")
    for _ in range(20):
        client.send(b"1000\r\n" + b"y" * 0x1000 + b"\r\n")
    client.send("0\r\nTrailer: 1\r\n\r\n")

    assert client.answer().status == 200
    assert client.get().status == 200


def test_body_that_waits_for_100_continue_is_asked_for(client):
    client.ask(method="POST", headers="EXPECT: 100-Continue\r\nContent-Length: 5\r\n")
    interim = client.answer()
    assert interim.status == 100
    client.send("hello")
    assert client.answer().status == 200
    assert client.get().status == 200


def test_refused_request_that_waits_for_100_continue_is_not_asked_for_its_body(client):
    client.ask("/nowhere", method="POST", headers="Expect: 100-continue\r\nContent-Length: 5\r\n")
    answer = client.answer()

    assert (answer.status, answer.closes) == (404, True)
    client.expect_fin()


def test_requests_may_come_one_byte_at_a_time(client):
    for byte in b"POST /?sleep=0.001 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n":
        client.send(bytes([byte]))
    assert client.answer().status == 100
    for byte in b"abcGET / HTTP/1.1\r\n\r\n":
        client.send(bytes([byte]))
    assert [client.answer().status for _ in range(2)] == [200, 200]


def test_pipelined_requests_are_answered_in_order_behind_a_slow_one(client):
    client.send("GET /?sleep=0.2 HTTP/1.1\r\n\r\n"
                "HEAD /?sleep=0.01 HTTP/1.1\r\n\r\n"
                "POST /missing HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"
                "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    began = time.monotonic()
    answers = [client.answer(head=n == 1) for n in range(4)]

    assert time.monotonic() - began >= 0.15
    assert [a.status for a in answers] == [200, 200, 404, 200]
    assert [a.closes for a in answers] == [False, False, False, True]
    client.expect_fin()


def test_a_flood_of_pipelined_requests_is_answered_whole(client):
    n = 20_000
    sender = threading.Thread(target=client.send, args=(b"GET / HTTP/1.1\r\n\r\n" * n,))
    sender.start()
    assert all(client.answer().status == 200 for _ in range(n))
    sender.join()


def test_half_closed_connection_still_gets_its_answers(client):
    client.send("GET /?sleep=0.1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    client.socket.shutdown(socket.SHUT_WR)

    assert client.answer().status == 200
    assert client.answer().status == 200
    client.expect_fin()


def test_http_1_0_closes_unless_asked_to_keep_alive(server, client):
    assert not client.get(version="1.0", headers="Connection: keep-alive\r\n").closes
    assert client.get(version="1.0").closes
    client.expect_fin()


def test_close_is_honoured_without_a_reset_although_bytes_are_unread(client):
    client.ask(headers="Connection: close\r\n")
    client.send(b"junk" * 1000)

    assert client.answer().closes
    client.expect_fin()


@pytest.mark.parametrize("junk", ["nonsense\r\n\r\n", "GET / HTTP/3.7\r\n\r\n", "\x16\x03\x01\x02",
                                  "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_what_makes_no_sense_gets_400_and_a_clean_close(client, junk):
    client.send(junk)
    answer = client.answer()

    assert (answer.status, answer.closes) == (400, True)
    client.expect_fin()


def test_upgrade_is_ignored(client):
    upgrade = "Connection: Upgrade\r\nUpgrade: h2c\r\n"

    assert client.get(headers=upgrade).status == 200
    assert client.get().status == 200


def test_headers_may_be_long_but_not_endless(server, client):
    assert client.get(headers="X-Long: " + "a" * 60_000 + "\r\n").status == 200
    client.send("GET / HTTP/1.1\r\n")
    client.send("X-Long: " + "a" * 70_000)
    answer = client.answer()
    assert (answer.status, answer.closes) == (431, True)
    client.expect_fin()


def test_reset_by_a_client_is_its_own_affair(server):
    for request in ("", "GET", "GET /?sleep=0.05 HTTP/1.1\r\n\r\n"):
        client = Client(server.port)
        client.send(request)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    assert get(server.port, "/?sleep=0.1").pid == server.pid


def memory_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_thousands_of_requests_may_sleep_at_once(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    n = min(10_000, hard - 200)
    try:
        get(server.port)
        before = memory_kb(server.pid)
        clients = [Client(server.port) for _ in range(n)]
        for client in clients:
            client.ask("/?sleep=1")
        grown = (memory_kb(server.pid) - before) / n
        assert all(client.answer().status == 200 for client in clients)
        # The sanitizers' allocator pads each piece.
        assert grown < 8, f"{grown:.1f} KB per connection"
        for client in clients:
            client.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_too_many_connections_wait_instead_of_being_dropped(start):
    few = 100
    server = start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (few, few)))
    clients = [Client(server.port) for _ in range(150)]
    for client in clients:
        client.ask("/?sleep=0.02", headers="Connection: close\r\n")

    assert all(client.answer().status == 200 for client in clients)
    assert get(server.port).status == 200


def test_those_that_wait_for_a_descriptor_are_answered_across_a_reload(start):
    few = 100
    server = start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (few, few)))
    clients = [Client(server.port) for _ in range(80)]
    for client in clients:
        client.ask("/?sleep=0.5")
    server.reload()
    assert all(client.answer().status == 200 for client in clients)


def test_gone_connections_leave_no_descriptors_behind(server):
    get(server.port)
    before = len(descriptors(server.pid))
    for _ in range(200):
        get(server.port)
    wait_for(lambda: len(descriptors(server.pid)) <= before, f"only {before} descriptors")

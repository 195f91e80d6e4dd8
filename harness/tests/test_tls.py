"""What does TLS show, and how do its failures end?  Handshakes that come to nothing, sessions
that are resumed, connections that end in good order, and slow clients."""

import os
import socket
import ssl

import pytest

pytest.importorskip("h2", reason="needs python3-h2")

from odd_tls_server import OddHttp2, OddTls, answer, contexts, make_certificate, reset


@pytest.fixture
def tls(bench, tmp_path):
    servers = []

    class Tls:
        serial = make_certificate(tmp_path, "server")
        ca = f"{tmp_path}/server.crt"

        def load(self, server, duration="400ms", tls=None, **lane):
            servers.append(server)
            self.run = bench.run_scenario({
                "name": "tls",
                "server": {"attach": {"pid": os.getpid()}, "url": server.url, "who": "none",
                           "ready": {"http": "/ready", "within": "20s"},
                           **({"tls": tls} if tls is not None else {})},
                "lanes": [{"name": "l", "rate": 50, "timeout": "10s", **lane}],
                "for": duration, "steps": [], "limits": {"requests": 1}})
            assert self.run.status in (1, 2), self.run.err
            return bench.samples("tls")

        def handshakes(self):
            return [e for e in bench.history("tls") if e.get("event") == "tls_handshake"]

    yield Tls()
    for server in servers:
        server.close()


def context(tmp_path, **how):
    return contexts(tmp_path, "server", **how)


def outcomes(samples):
    return {(s["outcome"], s["phase"]) for s in samples}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_every_second_connection_would_resume_a_session(tls, tmp_path, version):
    """64 clients in turn have to get one first."""
    samples = tls.load(OddTls(context(tmp_path, version=version)), rate=100, duration="2s")
    assert outcomes(samples) == {("ok", "done")} and len(samples) == 200
    shakes = tls.handshakes()
    assert len(shakes) == 200, "the probe's is not among them"
    resumed = [e for e in shakes if e.get("dev") == 1]
    assert 10 < len(resumed) <= 200 // 2 - 64, "fewer where the machine has no time for it"
    name = version.name.replace("_", ".")
    assert {e["text"] for e in resumed} == {name}, "nothing was served, so nothing is told"
    assert {e["text"] for e in shakes if e not in resumed} == {f"{name} {tls.serial}"}
    assert all(e["start"] < e["at"] for e in resumed)
    assert not any("start" in e or e.get("dev") for e in shakes if e not in resumed)
    by_connection = {(s["port"], s["connected"]): s for s in samples}    # a port may come again
    for e in shakes:
        s = by_connection[e["ino"], e["at"] - e["value"]]
        assert s["sent"] <= s["connected"] and e["at"] <= s["first_byte"]


@pytest.mark.parametrize("share,least,most", [(0, 0, 0), (1, 10, 36)])
def test_a_lane_may_say_how_many_would(tls, tmp_path, share, least, most):
    tls.load(OddTls(context(tmp_path)), rate=50, duration="2s", tls_resume=share)
    assert least <= sum(e.get("dev") == 1 for e in tls.handshakes()) <= most


def test_a_session_that_is_declined_is_told(tls, tmp_path):
    """A server that has forgotten its keys with each connection."""
    server = OddTls(context(tmp_path))
    server.before = lambda sock: setattr(server, "context", context(tmp_path))
    tls.load(server, rate=80, duration="2s", tls_resume=1)
    assert 20 < sum(e.get("dev") == 2 for e in tls.handshakes()) <= 160 - 64
    assert not any(e.get("dev") == 1 for e in tls.handshakes())


@pytest.mark.parametrize("how,outcome", [
    ({}, "ok"),                                                # not asked for: it is not verified
    ({"verify": True}, "tls"),                                 # nobody the system knows
    ({"ca": "server"}, "ok"),
    ({"ca": "other"}, "tls"),
    ({"ca": "other", "verify": False}, "ok"),
    ({"ca": "server", "name": "another.test"}, "tls"),
    ({"ca": "missing"}, "unsent"),
])
def test_a_certificate_that_cannot_be_trusted(tls, bench, tmp_path, how, outcome):
    make_certificate(tmp_path, "other")
    if "ca" in how:
        how = {**how, "ca": f"{tmp_path}/{how['ca']}.crt"}
    server = OddTls(context(tmp_path))
    if outcome == "ok":
        assert outcomes(tls.load(server, tls=how)) == {("ok", "done")}
        return
    run = bench.run_scenario({
        "name": "never", "server": {"attach": {"pid": os.getpid()}, "url": server.url, "tls": how,
                                    "who": "none", "ready": {"within": "300ms"}},
        "lanes": [{"name": "l", "rate": 10}], "for": "100ms"})
    server.close()
    assert run.status == 3 and "nobody answered" in run.err


def test_a_name_is_asked_for_and_verified(tls, bench, tmp_path):
    serial = make_certificate(tmp_path, "www", host="www.example.test")
    asked = []
    named = contexts(tmp_path, "www")
    named.sni_callback = lambda sock, name, c: asked.append(name)
    samples = tls.load(OddTls(named), tls={"ca": f"{tmp_path}/www.crt", "name": "www.example.test"},
                       connection="reused", pool=2)
    assert outcomes(samples) == {("ok", "done")}
    assert set(asked) == {"www.example.test"}
    assert {e["text"].split()[1] for e in tls.handshakes()} == {serial}


def test_a_certificate_that_expires_under_load_fails_from_then_on(tls, tmp_path):
    """What is served changes with the third connection."""
    make_certificate(tmp_path, "other")
    server = OddTls(context(tmp_path))

    def before(_):
        if server.accepted > 5:
            server.context = contexts(tmp_path, "other")

    server.before = before
    samples = tls.load(server, tls={"ca": tls.ca}, tls_resume=0)
    how = [(s["outcome"], s["phase"]) for s in samples]
    assert how[:4] == [("ok", "done")] * 4 and set(how[4:]) == {("tls", "tls")}
    assert "in the TLS handshake" in tls.run.out


@pytest.mark.parametrize("end,outcome", [("fin", "empty"), ("reset", "reset"), ("alert", "tls"),
                                         ("garbage", "tls")])
def test_a_handshake_that_comes_to_nothing(tls, tmp_path, end, outcome):
    def before(sock):
        sock.recv(65536)    # the client's hello
        if end == "reset":
            reset(sock)
        elif end == "alert":
            sock.sendall(b"\x15\x03\x03\x00\x02\x02\x28")    # fatal, handshake_failure
        elif end == "garbage":
            sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        return True

    samples = tls.load(OddTls(context(tmp_path), before=before))
    assert outcomes(samples) == {(outcome, "tls")}, tls.run.out
    assert all(s["connected"] > s["sent"] and "first_byte" not in s for s in samples)
    assert not tls.handshakes()


def test_a_handshake_that_never_ends_is_a_timeout(tls, tmp_path):
    def before(sock):
        while sock.recv(65536):
            pass
        return True

    samples = tls.load(OddTls(context(tmp_path), before=before), timeout="300ms", duration="100ms")
    assert outcomes(samples) == {("timeout", "tls")}


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_kept_connection_that_ended_in_good_order_is_opened_again(tls, tmp_path, version, ends):
    """close_notify, or the end as well, is there before the next request leaves."""
    def behave(sock):
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        sock.setblocking(not ends)    # whether it waits for the client's close_notify
        sock.unwrap()

    samples = tls.load(OddTls(context(tmp_path, version=version), behave), connection="reused",
                       pool=1, rate=20)
    assert outcomes(samples) == {("ok", "done")}, tls.run.out
    assert len({s["port"] for s in samples}) == len(samples)


def test_a_kept_connection_that_dies_under_a_request_is_told(tls, tmp_path):
    def behave(sock):
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        sock.recv(65536)

    samples = tls.load(OddTls(context(tmp_path), behave), connection="reused", pool=1, rate=5,
                       duration="800ms")
    assert [s["outcome"] for s in samples] == ["ok", "resent"] * 2, tls.run.out


@pytest.mark.parametrize("end", ["clean", "cut"])
def test_an_answer_that_breaks_off_is_truncated(tls, tmp_path, end):
    def behave(sock):
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok")
        if end == "clean":
            sock.unwrap()

    samples = tls.load(OddTls(context(tmp_path), behave))
    assert outcomes(samples) == {("truncated", "read")}


def test_kept_connections_keep_their_certificate(tls, bench, tmp_path):
    """The report tells what each kind of connection had been served."""
    samples = tls.load(OddTls(context(tmp_path)), connection="reused", pool=2, tls_resume=0)
    opened = sum("connected" in s for s in samples)
    period, = bench.report("tls")["tls"]["periods"]
    assert opened < 10 and len(samples) == 20
    assert [(c["connection"], c["serial"], c["times"]) for c in period["certificates"]] == \
        [("new", tls.serial, opened), ("reused", tls.serial, 20 - opened)]


SLOW = {"rate": 5, "duration": "400ms"}


@pytest.mark.parametrize("http", ["1.1", "2", "2c"])
@pytest.mark.parametrize("what", ["send_rate", "read_rate"])
def test_a_slow_client_is_slow(tls, tmp_path, http, what):
    """20,000 bytes at 40,000 a second; a pool's streams are slow side by side."""
    text = b"x" * 20_000

    def streams(s):
        while (stream := s.next()) is not None:
            s.answer(stream, text if what == "read_rate" else b"ok")

    def plain(sock):
        buffer = b""
        while data := sock.recv(65536):
            buffer += data
            top, _, body = buffer.partition(b"\r\n\r\n")
            if what == "read_rate" or len(body) == len(text):
                answered = text if what == "read_rate" else b"ok"
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                             % (len(answered), answered))
                buffer = b""

    server = {"1.1": lambda: OddTls(context(tmp_path), plain),
              "2": lambda: OddHttp2(streams, contexts(tmp_path, "server", ["h2"])),
              "2c": lambda: OddHttp2(streams)}[http]()
    lane = {"method": "POST", "body_bytes": len(text)} if what == "send_rate" else {}
    if http != "1.1":
        lane.update({"http": "2", "connection": "reused", "pool": 1, "streams": 4})
    samples = tls.load(server, **SLOW, **lane, **{what: 40_000})
    assert outcomes(samples) == {("ok", "done")}, tls.run.out
    for s in samples:
        seconds = (s["done"] - s["sent"]) / 1e9
        assert 0.45 < seconds < 3, seconds


@pytest.mark.parametrize("client,http,says", [
    ("wire", "1.1", '"wire" knows no TLS; an https:// url needs "curl"'),
])
def test_a_client_that_cannot_is_refused(bench, client, http, says):
    run = bench.run_scenario({
        "name": "bad", "server": {"command": ["x"], "url": "https://127.0.0.1:1"},
        "lanes": [{"name": "l", "rate": 1, "client": client, "http": http}], "for": "1s"})
    assert run.status == 4 and says in run.err

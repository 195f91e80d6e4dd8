"""Does HTTP/2 hide nothing, and accuse nobody?  Streams under way when a server says GOAWAY
are kept; those that it says it did not take up are sent again, as the protocol has it, and
told; what dies otherwise is lost."""

import os

import pytest

pytest.importorskip("h2", reason="needs python3-h2")

from odd_tls_server import OddHttp2, contexts, make_certificate, reset, serve_streams


@pytest.fixture(params=["cleartext", "tls"])
def http2(bench, request, tmp_path):
    servers = []
    context = None
    if request.param == "tls":
        make_certificate(tmp_path, "server")
        context = contexts(tmp_path, "server", ["h2"])

    class Http2:
        def load(self, behave, duration="400ms", status=(1, 2), **lane):
            self.server = OddHttp2(behave, context)
            servers.append(self.server)
            self.run = bench.run_scenario({
                "name": "h2",
                "server": {"attach": {"pid": os.getpid()}, "url": self.server.url,
                           "ready": {"http": "/ready", "within": "20s"}, "who": "none"},
                "lanes": [{"name": "l", "http": "2", "rate": 50, "timeout": "10s", "path": "/load",
                           "connection": "reused", "pool": 1, "streams": 8, **lane}],
                "for": duration, "steps": [], "limits": {"requests": 1}})
            assert self.run.status in status, self.run.err
            return bench.samples("h2")

        def refused(self):
            return [e["value"] for e in bench.history("h2") if e.get("event") == "stream_refused"]

    yield Http2()
    for server in servers:
        server.close()


def outcomes(samples):
    return [s["outcome"] for s in samples]


def test_streams_share_a_connection(http2):
    """Nobody is answered before eight are under way."""
    def behave(streams):
        held = []
        while streams.number == 2 and len(held) < 8:
            held.append(streams.next())
        for s in held:
            streams.answer(s)
        serve_streams(streams)

    samples = http2.load(behave, duration="320ms")
    assert outcomes(samples) == ["ok"] * 16
    assert len({s["port"] for s in samples[:8]}) == 1
    assert [s["request"] for s in samples if "connected" in s][0] == samples[0]["request"]


def test_one_stream_more_than_there_are_opens_a_connection(http2):
    def behave(streams):
        held = []
        while (stream := streams.next()) is not None:
            held.append(stream)
            if len(held) == 3 or streams.number == 3:
                for s in held:
                    streams.answer(s)
                held = []

    samples = http2.load(behave, streams=2, pool=1, duration="60ms", timeout="2s")
    assert len({s["port"] for s in samples}) == 2 and http2.server.accepted == 3


def test_new_connections_carry_one_request_each(http2):
    samples = http2.load(serve_streams, connection="new", streams=1, pool=16)
    assert outcomes(samples) == ["ok"] * 20
    assert len({s["port"] for s in samples}) == 20
    assert all(s["connected"] > s["sent"] for s in samples)


def goes_away_after(n, then):
    """The first connection of the load answers n requests, takes three more, says GOAWAY
    with the last of these but one, and `then`."""
    def behave(streams):
        if streams.number != 2:
            serve_streams(streams)
            return
        for _ in range(n):
            stream = streams.next()
            streams.answer(stream)
        held = [streams.next() for _ in range(3)]
        streams.go_away(held[-2])
        then(streams, held)
    return behave


def test_streams_that_goaway_names_are_kept_and_those_beyond_are_sent_again(http2):
    def then(streams, held):
        for stream in held[:-1]:
            streams.answer(stream)

    samples = http2.load(goes_away_after(4, then), pool=1)
    assert outcomes(samples) == ["ok"] * 20, http2.run.out
    assert http2.refused() == [samples[6]["request"]]
    assert samples[6]["port"] != samples[5]["port"] == samples[4]["port"]
    assert [s["port"] for s in samples[:6]] == [samples[0]["port"]] * 6
    assert "1 requests that the server said it had not taken up" in http2.run.out


@pytest.mark.parametrize("ends", [False, True])
def test_a_stream_beyond_the_only_one_is_sent_again(http2, ends):
    """An idle connection is closed as its next request arrives."""
    def behave(streams):
        if streams.number != 2:
            serve_streams(streams)
            return
        last = [streams.answer(s) or s for s in (streams.next() for _ in range(4))][-1]
        streams.next()
        streams.go_away(last)
        if not ends:
            streams.next()

    samples = http2.load(behave)
    assert outcomes(samples) == ["ok"] * 20, http2.run.out
    assert http2.refused()[0] == samples[4]["request"]
    assert len(set(http2.refused())) < 8, "those that came meanwhile, if the machine has no time"


def test_streams_that_goaway_names_and_that_then_die_are_lost(http2):
    samples = http2.load(goes_away_after(4, lambda streams, held: None), pool=1)
    assert outcomes(samples[:4] + samples[6:]) == ["ok"] * 18, http2.run.out
    assert {s["outcome"] for s in samples[4:6]} <= {"empty", "resent"}
    assert http2.refused() == [samples[6]["request"]]


def test_a_refused_stream_is_sent_again_and_told(http2):
    """On a connection that goes on."""
    counts = {"refused": 0}

    def behave(streams):
        while (stream := streams.next()) is not None:
            if streams.number == 2 and counts["refused"] == 0 and stream > 7:
                counts["refused"] += 1
                streams.refuse(stream)
            else:
                streams.answer(stream)

    samples = http2.load(behave)
    assert outcomes(samples) == ["ok"] * 20, http2.run.out
    assert len(http2.refused()) == 1
    assert len(http2.server.ledger) == 21


@pytest.mark.parametrize("end", ["fin", "reset"])
def test_a_connection_that_dies_without_goaway_loses_what_it_carries(http2, end):
    def behave(streams):
        if streams.number != 2:
            serve_streams(streams)
            return
        for _ in range(4):
            streams.answer(streams.next())
        for _ in range(2):
            streams.next()
        if end == "reset":
            reset(streams.socket)

    samples = http2.load(behave)
    assert http2.refused() == []
    lost = {"empty", "resent"} | ({"reset"} if end == "reset" else set())
    assert {s["outcome"] for s in samples[4:6]} <= lost, http2.run.out
    assert outcomes(samples[:4] + samples[6:]) == ["ok"] * 18
    assert len(http2.server.ledger) == 20, "never sent twice"


def test_a_connection_that_ends_while_idle_is_none_to_be_used(http2):
    """Its farewell, GOAWAY or not, is there before the next request leaves."""
    def behave(streams):
        if streams.number != 2:
            serve_streams(streams)
            return
        stream = streams.next()
        streams.answer(stream)
        streams.go_away(stream)

    samples = http2.load(behave, rate=10, duration="600ms")
    assert outcomes(samples) == ["ok"] * 6, http2.run.out
    assert http2.refused() == []
    assert len(http2.server.ledger) == 6


@pytest.mark.parametrize("answered,how", [(False, "reset"), (True, "truncated")])
def test_a_stream_that_is_reset_is_lost_and_the_others_are_not(http2, answered, how):
    def behave(streams):
        n = 0
        while (stream := streams.next()) is not None:
            n += streams.number == 2
            if n != 3:
                streams.answer(stream)
                continue
            if answered:
                streams.answer(stream, b"o", length=2)
                streams.was_heard()
            streams.refuse(stream, 2)    # INTERNAL_ERROR

    samples = http2.load(behave)
    assert outcomes(samples) == ["ok"] * 2 + [how] + ["ok"] * 17, http2.run.out
    assert http2.refused() == []


def test_a_server_that_agrees_on_http_1_alone_gives_not_what_was_asked_for(bench, tmp_path):
    from odd_tls_server import OddTls
    make_certificate(tmp_path, "server")
    server = OddTls(contexts(tmp_path, "server"))
    run = bench.run_scenario({
        "name": "h1", "server": {"attach": {"pid": os.getpid()}, "url": server.url, "who": "none"},
        "lanes": [{"name": "l", "http": "2", "rate": 20},
                  {"name": "plain", "rate": 20}],
        "for": "200ms", "limits": {"requests": 1}})
    server.close()
    assert run.status == 1, run.err
    samples = bench.samples("h1")
    assert {(s["lane"], s["outcome"]) for s in samples} == {("l", "bad_body"), ("plain", "ok")}

"""Does a request leave when it is due, whatever the server does?"""

import threading

import pytest

from odd_server import OK


def due_of(samples):
    return [s["due"] - samples[0]["due"] for s in samples]


def test_a_slow_server_does_not_slow_the_schedule(odd):
    most, now, lock = [0], [0], threading.Lock()

    def behave(connection):
        connection.read()
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(1.0)
        with lock:
            now[0] -= 1
        connection.send(OK)

    samples = odd.load(behave, rate=50, duration="1s", limits={"late": "5s"})
    assert len(samples) == 50
    assert due_of(samples) == [i * 1000000000 // 50 for i in range(50)]
    assert odd.outcomes(samples) == {"ok"}
    assert most[0] >= 25, "they overlap: nobody waits for an answer"
    for s in samples:
        assert s["done"] - s["due"] >= 1e9


def test_latency_counts_from_when_it_was_due(odd, bench):
    def behave(connection):
        connection.read()
        threading.Event().wait(0.3)
        connection.send(OK)

    samples = odd.load(behave, rate=20, duration="300ms")
    lane = bench.report("odd")["lanes"][0]
    worst = max(s["done"] - s["due"] for s in samples) / 1e6
    assert lane["latency_ms"]["max"] == pytest.approx(worst, abs=0.002)
    assert lane["latency_ms"]["p50"] >= 300


def test_a_pool_that_is_busy_delays_nobody(odd):
    def behave(connection):
        while connection.read():
            threading.Event().wait(0.5)
            connection.send(OK)

    samples = odd.load(behave, connection="reused", pool=1, rate=20, duration="500ms",
                       limits={"late": "5s"})
    assert due_of(samples) == [i * 50000000 for i in range(10)]
    assert odd.outcomes(samples) == {"ok"}
    assert all(s["done"] - s["due"] < 5e9 for s in samples)
    assert len({s["port"] for s in samples}) == 10

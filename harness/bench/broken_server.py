#!/usr/bin/python3
"""Which requests did a server deprive of their answer?  broken_server.py MISDEED PORT TALLY
does one thing wrong, on purpose, and adds a byte to the file TALLY for each request that it
harmed: the truth that the tools' own counts are held against.

cut    closes a kept connection when its tenth request has come, without an answer
reset  after SIGHUP, when a new worker accepts, resets each kept connection as soon as a request
       waits on it
hang   never answers the tenth request of a connection
short  of the tenth answer of a connection sends half the body it announced, and closes

Prints "port N" when it listens, and "warm" when its first worker has given 100 answers.  The
first request of a connection is always answered, and after MOST misdeeds it is a good server:
every tool meets equally many, well before its time is over."""

import asyncio
import os
import signal
import socket
import struct
import sys

from children import die_with_parent

MOST = {"cut": 40, "reset": 8, "hang": 8, "short": 40}
TENTH = 10
WARM = 100
WORK = 0.02  # seconds an answer takes, so that closed loops go at a bearable pace
HANDLED = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time


class Worker:
    """Serves what it accepts until SIGTERM; at SIGHUP leaves the rest to its heir."""

    def __init__(self, misdeed, listener, tally):
        self.misdeed, self.listener, self.tally = misdeed, listener, tally
        self.answered, self.harmed = 0, 0
        self.connections = set()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        loop = asyncio.get_running_loop()
        self.leaving = asyncio.Event()
        self.server = await loop.create_server(lambda: Connection(self, loop), sock=self.listener)
        loop.add_signal_handler(signal.SIGHUP, self.hand_over)
        loop.add_signal_handler(signal.SIGTERM, self.leaving.set)
        await self.leaving.wait()

    def harm(self):
        """Whether there are misdeeds left; it is one more of them then."""
        if self.harmed == MOST[self.misdeed]:
            return False
        self.harmed += 1
        os.write(self.tally, b"x")
        return True

    def note_answer(self):
        self.answered += 1
        if self.answered == WARM:
            print("warm", flush=True)

    def hand_over(self):
        self.server.close()
        for connection in list(self.connections):
            connection.reset_if_waiting()
        self.leave_if_done()

    def leave_if_done(self):
        if not self.server.is_serving() and not self.connections:
            self.leaving.set()


class Connection(asyncio.Protocol):
    def __init__(self, worker, loop):
        self.worker, self.loop = worker, loop
        self.received, self.seen, self.waits = b"", 0, False

    def connection_made(self, transport):
        self.transport = transport
        self.worker.connections.add(self)

    def connection_lost(self, _):
        self.waits = False
        self.worker.connections.discard(self)
        self.worker.leave_if_done()

    def data_received(self, data):
        self.received += data
        self.take()

    def take(self):
        top, end, rest = self.received.partition(b"\r\n\r\n")
        if end and not self.waits:
            self.received, self.waits = rest, True
            self.seen += 1
            self.keeps = b"\r\nconnection: close" not in top.lower()
            self.loop.call_later(WORK, self.answer)
            self.reset_if_waiting()

    def answer(self):
        if not self.waits:
            return
        misdeed = self.seen == TENTH and self.worker.misdeed
        if misdeed in ("cut", "hang", "short") and self.worker.harm():
            getattr(self, misdeed)()
            return
        self.waits = False
        self.keeps &= self.worker.server.is_serving()
        self.send(len(self.body()))
        self.worker.note_answer()
        if self.keeps:
            self.take()
        else:
            self.transport.close()

    def body(self):
        return b"ospid:%d" % os.getpid()

    def send(self, length):
        word = b"keep-alive" if self.keeps else b"close"
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n%s"
                             % (length, word, self.body()))

    def cut(self):
        self.transport.close()

    def hang(self):
        """It waits for ever."""

    def short(self):
        self.send(2 * len(self.body()))
        self.transport.close()

    def reset_if_waiting(self):
        if (not self.waits or self.worker.misdeed != "reset" or self.worker.server.is_serving() or
                not self.worker.harm()):
            return
        self.waits = False
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                                           RESET)
        self.transport.abort()


def start_worker(misdeed, listener, tally):
    """Its pid; it does not outlive this process."""
    pid = os.fork()
    if pid:
        return pid
    die_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
    Worker(misdeed, listener, tally).run()
    os._exit(0)


def main():
    misdeed, port, tally = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    tally = os.open(tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=512)
    workers = [start_worker(misdeed, listener, tally)]
    print("port", listener.getsockname()[1], flush=True)
    while signal.sigwait(HANDLED) == signal.SIGHUP:
        workers.append(start_worker(misdeed, listener, tally))
        os.kill(workers[-2], signal.SIGHUP)
    for pid in workers:  # not reaped before, so that no number is somebody else's
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()

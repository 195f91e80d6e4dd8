"""A server that misbehaves on purpose, by hand-written sockets, and keeps a
ledger of everything that really reached it."""

import select
import socket
import struct

from threaded_listener import ThreadedListener

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
READY = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nospid:1"


class Connection:
    def __init__(self, server, sock, number):
        self.server, self.socket, self.number = server, sock, number
        self.port = sock.getpeername()[1]
        self.buffer = b""
        self.seen = 0

    def read(self):
        """The next whole request, noted in the ledger; None at the end."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                return None
        top, _, rest = self.buffer.partition(b"\r\n\r\n")
        length = 0
        for line in top.split(b"\r\n")[1:]:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.note(top)
        while len(rest) < length:
            if not self._more():
                return None
            rest = self.buffer.partition(b"\r\n\r\n")[2]
        self.buffer = rest[length:]
        return top

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            return False
        self.buffer += data
        return bool(data)

    def note(self, top):
        self.seen += 1
        with self.server.lock:
            self.server.ledger.append((self.number, self.port, top))
            self.server.lock.notify_all()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait_for_the_client(self):
        """Until it has gone; nothing of what it sends is taken."""
        poll = select.poll()
        poll.register(self.socket, select.POLLRDHUP)
        poll.poll(20_000)

    def wait_for_end(self):
        """Until the client has closed."""
        while self._more():
            pass


class OddServer(ThreadedListener):
    """`behave(connection)` serves one connection; GET /ready is answered properly.
    only_ready: that is the last answer, nobody listens any more when it comes."""

    def __init__(self, behave, only_ready=False):
        self.behave, self.only_ready, self.ledger = behave, only_ready, []
        super().__init__()

    def serve(self, sock, number):
        peeked = sock.recv(10, socket.MSG_PEEK) if number == 1 else b""
        if not peeked.startswith(b"GET /ready"):
            self.behave(Connection(self, sock, number))
            return
        connection = Connection(self, sock, number)
        connection.read()
        if self.only_ready:
            self.close()
        connection.send(READY)
        connection.wait_for_end()

    def received(self):
        """The requests of the load, in the order they came."""
        with self.lock:
            return [r for r in self.ledger if b" /ready " not in r[2]]

    def by_port(self):
        counts = {}
        for _, port, _ in self.received():
            counts[port] = counts.get(port, 0) + 1
        return counts


def is_sane(s):
    """Times in their order, and none for what never happened."""
    times = [s[k] for k in ("sent", "connected", "first_byte", "done") if k in s]
    assert s["due"] <= s["sent"] and times == sorted(times), s
    if s["phase"] in ("connect", "send", "wait"):
        assert "first_byte" not in s, s
        assert s["phase"] == "send" or "bytes" not in s, s
    else:
        assert "first_byte" in s and s["bytes"] > 0, s
    return True


def serve_well(connection):
    while connection.read():
        connection.send(OK)

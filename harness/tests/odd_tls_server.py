"""Servers that misbehave on purpose over TLS and over HTTP/2, and keep a ledger of what
really reached them.  As odd_server, but that `behave` gets what is left once hands are
shaken (TLS), or streams (HTTP/2)."""

import socket
import ssl
import struct
import subprocess

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from threaded_listener import ThreadedListener

READY = "/ready"


def make_certificate(directory, name, host="127.0.0.1", days=1):
    """A key and a certificate of its own authority; its serial, as OpenSSL prints it."""
    names = f"IP:{host}" if host.replace(".", "").isdigit() else f"DNS:{host}"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{directory}/{name}.key",
                    "-out", f"{directory}/{name}.crt", "-days", str(days), "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName={names}"], check=True, capture_output=True)
    out = subprocess.run(["openssl", "x509", "-in", f"{directory}/{name}.crt", "-noout", "-serial"],
                         check=True, capture_output=True, text=True).stdout
    return out.strip().split("=")[1]


def contexts(directory, name, alpn=("http/1.1",), version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/{name}.crt", f"{directory}/{name}.key")
    context.set_alpn_protocols(list(alpn))
    if version:
        context.maximum_version = version
    return context


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def answer(sock, text=b"ok"):
    """Reads requests and answers them all; `text` may be a function of how many there were."""
    n = 0
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = sock.recv(65536)
            if not data:
                return
            buffer += data
        buffer = buffer.partition(b"\r\n\r\n")[2]
        n += 1
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))


class OddTls(ThreadedListener):
    """handshake(raw socket) may do without one: then it returns None.  behave(TLS socket).
    The first connection is that of the ready probe, and is served well."""

    def __init__(self, context, behave=answer, before=None):
        self.context, self.behave, self.before = context, behave, before
        super().__init__("https")

    def serve(self, sock, number):
        if number > 1 and self.before and self.before(sock):
            return
        with self.context.wrap_socket(sock, server_side=True) as tls:
            (self.behave if number > 1 else answer)(tls)


class Streams:
    """One HTTP/2 connection, as the server's side sees it."""

    def __init__(self, server, sock, number):
        self.server, self.socket, self.number = server, sock, number
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.h2.initiate_connection()
        self.flush()
        self.waiting = []    # requests that came, (stream, path), and were not returned yet
        self.pongs = 0

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def next(self):
        """The next whole request: its stream; None: the client has closed.  The probe's is
        answered here."""
        while True:
            while not self.waiting:
                data = self.socket.recv(65536)
                if not data:
                    return None
                for event in self.h2.receive_data(data):
                    self._take(event)
                self.flush()
            stream, path = self.waiting.pop(0)
            if path == READY:
                self.answer(stream)
                continue
            with self.server.lock:
                self.server.ledger.append((self.number, stream))
            return stream

    def _take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.path = dict(event.headers)[b":path"].decode()
        if isinstance(event, h2.events.DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if isinstance(event, h2.events.PingAckReceived):
            self.pongs += 1
        if isinstance(event, h2.events.StreamEnded):
            self.waiting.append((event.stream_id, self.path))

    def answer(self, stream, text=b"ok", length=None):
        self.h2.send_headers(stream, [(":status", "200"), ("content-length", str(length or len(text)))])
        while len(text) > 10_000:
            self.h2.send_data(stream, text[:10_000])
            text = text[10_000:]
        self.h2.send_data(stream, text, end_stream=length is None)
        self.flush()

    def was_heard(self):
        """Returns once the client has read what it was sent until now."""
        pongs = self.pongs
        self.h2.ping(b"heard it")
        self.flush()
        while self.pongs == pongs and (data := self.socket.recv(65536)):
            for event in self.h2.receive_data(data):
                self._take(event)
            self.flush()

    def refuse(self, stream, code=h2.errors.ErrorCodes.REFUSED_STREAM):
        self.h2.reset_stream(stream, code)
        self.flush()

    def go_away(self, last, code=0):
        """The frame as it stands: the library would have its own way with the connection."""
        self.socket.sendall(b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + struct.pack("!II", last, code))


class OddHttp2(ThreadedListener):
    """behave(Streams) serves one connection; a context makes it TLS."""

    broken = (OSError, h2.exceptions.ProtocolError)

    def __init__(self, behave, context=None):
        self.behave, self.context, self.ledger = behave, context, []
        super().__init__("https" if context else "http")

    def serve(self, sock, number):
        if self.context:
            sock = self.context.wrap_socket(sock, server_side=True)
        with sock:
            self.behave(Streams(self, sock, number))


def serve_streams(streams):
    while (stream := streams.next()) is not None:
        streams.answer(stream)

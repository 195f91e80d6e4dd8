"""What does every server have that misbehaves on purpose?  A listener in this very process, and a
thread for each connection."""

import socket
import threading


class ThreadedListener:
    """Accepts, and gives each connection to self.serve(socket, number), the first being 1."""

    broken = (OSError,)    # what may end a connection

    def __init__(self, scheme="http"):
        self.lock = threading.Condition()
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.accepted += 1
                number = self.accepted
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock, number):
        try:
            with sock:
                self.serve(sock, number)
        except self.broken:
            pass

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # closed before
        self.listener.close()

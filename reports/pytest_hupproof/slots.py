"""May a run begin, or would it disturb another?  Runs measure times, so that only so many may be
made at once: by all workers of pytest-xdist, all pytests and all users of this machine.

A slot is an abstract unix socket that somebody listens at.  It needs no file, so that none is left
over or belongs to the wrong user; it is gone when its holder is, however it ends; who waits is
connected to it, so that the kernel wakes it then; and the kernel tells who holds it."""

import contextlib
import errno
import os
import select
import socket
import struct
import time

WAITERS = 4096


class Taken(Exception):
    """One line: who holds the slots."""


def address(name, i):
    return f"\0hupproof/slot/{name}/{i}"


def take(name, i):
    """The socket that holds it, or None."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(address(name, i))
        held.listen(WAITERS)
        return held
    except OSError as e:
        held.close()
        if e.errno != errno.EADDRINUSE:
            raise
        return None


def queue_up(name, i):
    """A socket that can be read when the slot is free again; None if it is free already."""
    waiting = socket.socket(socket.AF_UNIX)
    waiting.setblocking(False)
    try:
        waiting.connect(address(name, i))
        return waiting
    except ConnectionRefusedError:
        waiting.close()
        return None


def holder(waiting):
    """Who holds the slot that it waits for, for a person."""
    pid = struct.unpack("3i", waiting.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    try:
        return f"pid {pid} in {os.readlink(f'/proc/{pid}/cwd')}"
    except OSError:
        return f"pid {pid}"


@contextlib.contextmanager
def slot(name, n, within):
    """Holds one of the n slots of that name; waits for it, in seconds.  Raises Taken."""
    until = time.monotonic() + within
    while True:
        held = next(filter(None, (take(name, i) for i in range(n))), None)
        if held:
            break
        wait_for_any(name, n, until, within)
    try:
        yield
    finally:
        held.close()


def wait_for_any(name, n, until, within):
    with contextlib.ExitStack() as stack:
        queues = [queue_up(name, i) for i in range(n)]
        for waiting in filter(None, queues):
            stack.enter_context(waiting)
        if None in queues:
            return
        woken, _, _ = select.select(queues, [], [], max(0, until - time.monotonic()))
        if not woken:
            holders = ", ".join(map(holder, queues))
            raise Taken(f"waited {within:g} s for other runs on this machine to end: {holders}")

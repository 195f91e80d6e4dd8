"""A server whose workers are not who started them: guises_server.py PORT [HABIT ...]

The master listens and has two workers; on HUP two new ones come, and the old ones go when they
have answered what they took.

rename     calls itself by another name than its program's, and each worker by another
user       each worker becomes nobody (needs root)
become     the master becomes nobody, too, once it listens
daemon     the master forks twice, and writes ./pid once it listens
"""

import ctypes
import os
import select
import signal
import socket
import sys
import time

from daemon import become_daemon

NOBODY = 65534
habits = sys.argv[2:]
here = os.getcwd()
leaving = False


def call_itself(name):
    if "rename" in habits:
        ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def leave(number, frame):
    global leaving
    leaving = True


def answer(connection):
    with connection:
        top = connection.recv(65536)
        if b"sleep=0." in top:
            time.sleep(0.2)
        body = b"ospid:%d" % os.getpid()
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                           % (len(body), body))


def work():
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    call_itself("worker of it")
    if "user" in habits and os.geteuid() == 0:
        become_nobody()
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    listener.setblocking(False)
    while not leaving:
        if not select.select([listener], [], [], 0.02)[0]:
            continue
        try:
            connection = listener.accept()[0]
        except BlockingIOError:
            continue
        connection.setblocking(True)
        answer(connection)
    os._exit(0)


def two_workers():
    pids = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            work()
        pids.append(pid)
    return pids


def note(name, text):
    with open(f"{here}/{name}.new", "w", encoding="ascii") as f:
        f.write(f"{text}\n")
    os.rename(f"{here}/{name}.new", f"{here}/{name}")


if "daemon" in habits:
    become_daemon()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
print("port", listener.getsockname()[1], flush=True)
call_itself("master of it")
MASKED = [signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD]
signal.pthread_sigmask(signal.SIG_BLOCK, MASKED)
workers = two_workers()
if "become" in habits:
    become_nobody()
if "daemon" in habits:
    note("pid", os.getpid())
while True:
    number = signal.sigwait(MASKED)
    if number == signal.SIGHUP:
        old, workers = workers, two_workers()
        for pid in old:
            os.kill(pid, signal.SIGTERM)
    elif number == signal.SIGTERM:
        for pid in workers:
            os.kill(pid, signal.SIGTERM)
        os._exit(0)
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break

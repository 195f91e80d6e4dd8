"""What do the tests of a master and of its workers share?"""

import pathlib
import signal

from reloadable import is_alive
from supervised import children
from waiting import wait_for

PREFORK = ("--strategy", "prefork")


def workers(server, n=2, master=None):
    """As soon as that many accept; the master's log may lag behind."""
    pid = master or server.pid
    return wait_for(lambda: (lambda them: them if len(them) == n else None)(children(pid)),
                    f"{n} workers of {pid}")


def hup(server, master=None):
    """A set of new workers; returns them once the old ones were told to go."""
    server.wait_log("listening on")  # its log may lag behind what it says
    n = server.log_count("are ready")
    before = children(master or server.pid)
    server.signal(signal.SIGHUP, master or server.pid)
    server.wait_log("are ready", n + 1)
    wait_for(lambda: not any(map(is_alive, before)), "the end of the old workers")
    return workers(server, 2, master)


def upgrade(server):
    """A new master beside the old one; returns its pid."""
    n = server.log_count("is ready, beside us")
    server.signal(signal.SIGUSR2)
    return int(server.wait_log(r"new master (\d+) is ready, beside us", n + 1).group(1))


def oldbin(server):
    return pathlib.Path(f"{server.pidfile}.oldbin")

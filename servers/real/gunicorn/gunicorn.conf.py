# What every way to run gunicorn here has in common.  The code is where a link leads to, which
# is flipped to deploy; gunicorn imports it by the link's name, each time it loads it.
import os

bind = "127.0.0.1:${port}"
chdir = "${work}/current"
pidfile = "${work}/gunicorn.pid"
errorlog = "${work}/gunicorn.log"
daemon = True   # SIGWINCH is ignored without


# What upgrade.sh waits for; gunicorn itself tells nobody.
def pre_exec(server):
    """The new master, about to begin: its pidfile is gone again if it gives up soon."""
    with open("${work}/new_master", "w", encoding="utf-8") as f:
        f.write(f"{os.getpid()}\n")


def post_worker_init(worker):
    """A line for each worker that has loaded the application."""
    with open(f"${work}/loaded.{os.getppid()}", "a", encoding="utf-8") as f:
        f.write(f"{worker.pid}\n")

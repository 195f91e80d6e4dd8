"""What do the tests of masters and holders share?"""

import pathlib

from reloadable import get, is_alive

# A program that says that it is ready, and heeds no signal.
DEAF = "trap '' TERM INT; printf 'ready\\n' >&4; while :; do read -t 1 < <(sleep 2); done"


def children(pid):
    """Of a living process; they have been exec'd or are about to be."""
    text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(word) for word in text.split() if is_alive(int(word))}


def parent(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(stat.rsplit(")", 1)[1].split()[1])


def version(port):
    return get(port).headers["x-version"]


def generation(port):
    return int(get(port).headers["x-generation"])


def until(path):
    """A program that waits until the file is there, and first says, by another one, that
    it runs: the shell opens its script only after the exec, when it may have been replaced."""
    return f'touch "{path}.awaited"; while [ ! -e "{path}" ]; do sleep 0.02; done'

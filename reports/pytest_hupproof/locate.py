"""Where is hupproof?"""

import os
import pathlib
import shutil
import sys

NAME = "hupproof"


def inside(path):
    """A user may name the program, or the directory it is in."""
    path = pathlib.Path(path)
    return path / NAME if path.is_dir() else path


def beside_us():
    """Where we stand in PREFIX/share/hupproof/python/pytest_hupproof."""
    parents = pathlib.Path(__file__).resolve().parents
    if [p.name for p in parents[:4]] == ["pytest_hupproof", "python", "hupproof", "share"]:
        yield parents[4] / "bin" / NAME


def program(asked="", root=".", environ=os.environ):
    """Its absolute path, or None.  asked: by the user, relative to root; then HUPPROOF_BIN, what was
    installed with this plugin, PATH."""
    for said, base in ((asked, root), (environ.get("HUPPROOF_BIN"), ".")):
        if said:
            found = inside(pathlib.Path(base, os.path.expanduser(said)))
            return os.path.abspath(found) if os.access(found, os.X_OK) else None
    for path in (*beside_us(), pathlib.Path(sys.executable).parent / NAME):
        if os.access(path, os.X_OK):
            return str(path)
    return shutil.which(NAME, path=environ.get("PATH"))

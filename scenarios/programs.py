"""Which programs do the scenarios of servers that other people wrote need, and where do they
come from?

    programs.py packages        Debian's packages of all of them

Those of Go are built from the module beside their recipe, into bin/real, by `./dev servers`."""

import os
import pathlib
import re
import shutil
import sys

# program: Debian's package
PACKAGES = {
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "apache2": "apache2",
    "gunicorn": "gunicorn",
    "puma": "puma",
    "node": "nodejs",
    "systemd-socket-activate": "systemd",
}

# Of the servers that other people wrote, those ways to upgrade them that are tried with every
# test of this repository; the others are left to `./dev servers`, for they take a quarter of an
# hour.  Folder of scenarios/real: files.
EVERYDAY = {
    "apache": {"event_graceful", "event_stop_start", "prefork_graceful", "worker_graceful"},
    "beego": {"bad_then_good", "documentation", "replaced"},
    "gunicorn": {"bad_app_usr2", "gthread_hup", "preload_hup", "sync_hup", "sync_stop_start",
                 "sync_usr2"},
    "haproxy": {"sf", "stop_start", "usr2", "usr2_bad_config", "x_sf"},
    "nginx": {"h2_reload", "hup", "hup_bad_config", "stop_start", "tls_forgotten_reload",
              "tls_new_certificate", "tls_reload", "usr2", "usr2_bare_name"},
}

# where those stand that are built: ${bin}/real/NAME from servers/real/NAME
BUILT = "${bin}/real/"


def is_everyday(scenario):
    """Whether a scenario, by its path, is for every test, or for `./dev servers` only."""
    path = pathlib.PurePath(scenario)
    return path.parent.parent.name != "real" or path.stem in EVERYDAY.get(path.parent.name, ())


def named_in(argv):
    """What it runs itself; and of the programs above those that it hands to a shell, or a copy of
    which it runs."""
    yield argv[0]
    for word in re.split(r"[\s;&|()]+", " ".join(argv[1:])):
        name = pathlib.PurePath(word).name
        if name in PACKAGES:
            yield name if "${" in word else word


def is_there(program):
    """Servers stand where an ordinary user's PATH does not lead."""
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")


def built_in(text):
    """Those that a text names, wherever: a shell's command, a file that replaces another."""
    return sorted(set(re.findall(re.escape(BUILT) + r"[\w-]+", text)))


def how_to_get(program):
    """What to say of one that is not there."""
    name = pathlib.Path(program).name
    if program.startswith(BUILT):
        return f"{name} is not built: ./dev servers builds it"
    package = PACKAGES.get(name)
    return f"{program} is not installed" + (f": apt-get install {package}" if package else "")


if __name__ == "__main__":
    if sys.argv[1:] != ["packages"]:
        sys.exit(__doc__)
    print(*sorted(set(PACKAGES.values())))

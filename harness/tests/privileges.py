"""What may a test do here?  Root can become somebody else, and have a network and
mounts of its own; where it cannot, the test is skipped and says why."""

import ctypes
import os
import pathlib
import platform
import struct
import subprocess
import tempfile

import pytest

from running import BIN
from waiting import DEADLINE

NOBODY = 65534
DAEMON = 1  # another ordinary user

is_root = os.geteuid() == 0


def becomes(user):
    """preexec_fn"""
    def become():
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)

    return become


becomes_nobody = becomes(NOBODY)


def open_to_all(bench):
    """Lets an ordinary user write in the bench's directory."""
    directory = bench.directory
    for path in (directory, bench.tmp):
        os.chmod(path, 0o777)
    for above in directory.parents:
        if above == pathlib.Path(tempfile.gettempdir()):
            return
        os.chmod(above, above.stat().st_mode | 0o711)


def perf_events_are_refused():
    """Why we may not have the kernel's perf events of what we start; None: we may."""
    number = {"x86_64": 298, "aarch64": 241}.get(platform.machine())
    if number is None:
        return f"who knows the number of perf_event_open on {platform.machine()}?"
    software, dummy, user_only = 1, 9, 0b110_0000  # exclude_kernel, exclude_hv
    attr = struct.pack("IIQQQQQ", software, 64, dummy, 0, 0, 0, user_only).ljust(64, b"\0")
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(ctypes.c_long(number), attr, 0, 0, -1, ctypes.c_ulong(0))
    if fd < 0:
        return f"perf_event_open: {os.strerror(ctypes.get_errno())}"
    os.close(fd)
    return None


def must_have_perf_events():
    refused = perf_events_are_refused()
    if refused:
        pytest.skip(f"no perf events here: {refused}")


class refusing:
    """preexec_fn: from now on a system call fails, if its arguments are these."""

    NUMBERS = {"x86_64": {"socket": 41, "inotify_init1": 294},
               "aarch64": {"socket": 198, "inotify_init1": 26}}

    def __init__(self, call, error, **arguments):
        number = self.NUMBERS.get(platform.machine(), {}).get(call)
        if number is None:
            pytest.skip(f"who knows the number of {call} on {platform.machine()}?")
        load, equal, give = 0x20, 0x15, 0x06
        pairs = [(0, number)] + [(16 + 8 * int(name[1:]), value)
                                 for name, value in arguments.items()]
        code, left = [], 2 * len(pairs)
        for offset, value in pairs:
            left -= 2
            code += [(load, 0, 0, offset), (equal, 0, left + 1, value)]
        code += [(give, 0, 0, 0x00050000 | error), (give, 0, 0, 0x7FFF0000)]
        self.code = b"".join(struct.pack("HBBI", *line) for line in code)
        self.lines = len(code)

    def __call__(self):
        libc = ctypes.CDLL(None, use_errno=True)
        code = ctypes.create_string_buffer(self.code)
        program = ctypes.create_string_buffer(
            struct.pack("HxxxxxxQ", self.lines, ctypes.addressof(code)))
        no_new_privs, seccomp, by_filter = 38, 22, 2
        if (libc.prctl(no_new_privs, 1, 0, 0, 0) or
                libc.prctl(seccomp, by_filter, ctypes.byref(program), 0, 0)):
            raise OSError(ctypes.get_errno(), "seccomp")


def must_unshare(what):
    """Skips where not even root may have a namespace of its own, as in containers."""
    run = subprocess.run(["unshare", what, "true"], check=False, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode:
        pytest.skip(f"unshare {what} is refused here: {run.stderr.strip()}")


def in_a_net_of_its_own(bench, shell, *argv):
    """Runs hupproof where the network is its own; needs root."""
    must_unshare("-n")
    run = subprocess.run(["unshare", "-n", "sh", "-c",
                          f'ip link set lo up && {shell} || exit 77; exec "$0" "$@"',
                          str(BIN / "hupproof"), *map(str, argv)],
                         cwd=bench.directory, env=bench.env, timeout=DEADLINE, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode == 77 or not is_root:
        pytest.skip(f"no network of its own to be had here: {run.stderr}")
    return run

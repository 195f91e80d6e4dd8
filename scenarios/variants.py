"""Which scenarios are tests more than once?  Those of the strategies, each of which has
to work wherever one can listen: over IPv4 as they are written, and over IPv6 and a unix
socket by a small change to the same plan, made here, so that no file says it again.

And each is tried with a bad upgrade first: the program file is replaced by one that
fails at once.  The old processes must go on, and the good upgrade after it must work.

    variants.py DIRECTORY SCENARIO...

writes these plans, the good one and the bad, to files, for `hupproof matrix`."""

import copy
import json
import pathlib
import socket
import sys

APP = "${work}/app"

# Those that cannot go on by design: they have nothing left to go on with.
NOTHING_TO_FALL_BACK_ON = {"exec", "activation"}


def over_ipv6(plan):
    plan["for"] = "3500ms"      # enough to see the upgrade at 2 s through
    plan["server"]["command"] += ["--host", "::1"]
    plan["server"]["url"] = plan["server"]["url"].replace("127.0.0.1", "[::1]")


def over_a_unix_socket(plan):
    plan["for"] = "3500ms"
    plan["server"]["command"] += ["--unix", "${work}/s"]
    plan["server"]["unix"] = "${work}/s"
    # What SO_REUSEPORT may lose (F02): a path names one socket, and there is no choice.
    plan["limits"].pop("lost", None)


def of_a_file_of_its_own(command):
    """Which may be replaced: a copy of the program."""
    program, *args = command
    return ["/bin/sh", "-c", f'cp {program} {APP} && exec {APP} "$@"', "sh", *args]


def after_a_bad_one(plan):
    """The same trigger, but for now the program on disk is /bin/false."""
    program, *args = plan["server"]["command"]
    trigger, *rest = plan.get("steps") or [{}]
    if plan["expect"]["verdict"] != "pass" or "signal" not in trigger:
        return False
    plan["server"]["command"] = of_a_file_of_its_own(plan["server"]["command"])
    plan["steps"] = [
        {"at": "700ms", "replace": {"file": APP, "with": "/bin/false"}},
        {**without(trigger, "at"), "upgrade": "fails"},
        {"at": "3s", "replace": {"file": APP, "with": program}},
        without(trigger, "at"), *rest]
    if NOTHING_TO_FALL_BACK_ON & set(args):
        plan["limits"]["gap"] = "1s"    # of the two seconds for which nobody serves
        plan["expect"] = {"verdict": "fail", "checks": ["failed_upgrade_kept_serving"]}
    return True


def without(step, key):
    return {k: v for k, v in step.items() if k != key}


def always():
    return None


def no_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
    except OSError as e:
        return f"there is no ::1 here: {e}"
    return None


# name: what changes the plan (False: it is not for this one), and why it cannot be run
# here (None: it can)
VARIANTS = {
    "v6": (over_ipv6, no_ipv6),
    "unix": (over_a_unix_socket, always),
    "bad": (after_a_bad_one, always),
}


def variants_of(path, plan):
    """(name, plan, reason to skip) of each variant of a scenario file."""
    if path.parent.name != "strategies":
        return
    for name, (change, cannot) in VARIANTS.items():
        varied = copy.deepcopy(plan)
        varied["name"] += f"-{name}"
        if change(varied) is not False:
            yield name, varied, cannot()


def main(directory, *files):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for file in map(pathlib.Path, files):
        plan = json.loads(file.read_text("utf-8"))
        plans = {"good": plan} | {name: varied for name, varied, _ in variants_of(file, plan)
                                  if name == "bad"}
        for name, each in plans.items():
            path = directory / f"{file.stem}.{name}.json"
            path.write_text(json.dumps(each, indent=2), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Which scenarios are tests more than once?  Those of the strategies, each of which has
to work wherever one can listen: over IPv4 as they are written, and over IPv6 and a unix
socket by a small change to the same plan, made here, so that no file says it again."""

import copy
import json
import socket

LOAD = "3500ms"     # of a variant: enough to see the upgrade at 2 s through


def over_ipv6(plan):
    plan["server"]["command"] += ["--host", "::1"]
    plan["server"]["url"] = plan["server"]["url"].replace("127.0.0.1", "[::1]")


def over_a_unix_socket(plan):
    plan["server"]["command"] += ["--unix", "${work}/s"]
    plan["server"]["unix"] = "${work}/s"
    # What SO_REUSEPORT may lose (F02): a path names one socket, and there is no choice.
    plan["limits"].pop("lost", None)


def no_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
    except OSError as e:
        return f"there is no ::1 here: {e}"
    return None


# name: what changes the plan, and why it cannot be run here (None: it can)
VARIANTS = {
    "v6": (over_ipv6, no_ipv6),
    "unix": (over_a_unix_socket, lambda: None),
}


def variants_of(path, plan):
    """(name, plan, reason to skip) of each variant of a scenario file."""
    if path.parent.name != "strategies":
        return
    for name, (change, cannot) in VARIANTS.items():
        varied = copy.deepcopy(plan)
        varied["name"] += f"-{name}"
        varied["for"] = LOAD
        change(varied)
        yield name, varied, cannot()


def write_variant(out, plan):
    """The file that hupproof is to run."""
    file = out / "scenario.json"
    file.write_text(json.dumps(plan, indent=2), "utf-8")
    return file

"""Which scenario do keyword arguments mean?  One like that of `hupproof try`: new and kept
connections, and slow requests to be in flight when the signal strikes.  Pure."""

import difflib

RATE = 200          # requests per second, of new and of kept connections each
SLOW_RATE = 10

# What a scenario may have besides; `hupproof list fields` tells what they mean.
OTHERS = ("why", "seed", "states", "limits", "expect")


def signal(name, **more):
    """A step; more: at or after, to, upgrade ... (default: at 2s)."""
    return step({"signal": name}, more)


def stop_start(signal="TERM", within=None, **more):
    """A step: stops the server, and starts it when it is gone."""
    action = {"signal": signal} if within is None else {"signal": signal, "within": within}
    return step({"stop_start": action}, more)


def step(action, more):
    return {**({} if "at" in more or "after" in more else {"at": "2s"}), **action, **more}


def lane(name, connection="new", rate=RATE, path="/", **more):
    return {"name": name, "connection": connection, "rate": rate, "path": path, **more}


def split(url):
    """("http://host:port", "/path")."""
    start = url.find("://") + 3 if "://" in url else 0
    slash = url.find("/", start)
    return (url, "/") if slash < 0 else (url[:slash], url[slash:])


def usual_lanes(path, slow, work, rate):
    lanes = [lane("new", "new", rate, path), lane("reused", "reused", rate, path)]
    more = {} if work is None else {"work": work}
    return lanes + [lane("slow", "new", SLOW_RATE, slow, **more)] if slow else lanes


def plan(name, *, url, command=None, attach=None, slow=None, work=None, rate=None, lanes=None,
         steps=None, duration="6s", server=None, **others):
    """The scenario, as a dict.  url: with the path of the usual lanes; slow: the path of a request
    that takes a while, work: how long by design; server: further fields of "server".  Raises
    TypeError."""
    if (command is None) == (attach is None):
        raise TypeError("run() takes a command or attach=, one of them")
    if isinstance(command, (str, bytes)):
        raise TypeError("run(): command is a list of words, never a shell's line")
    if lanes is not None and (slow, work, rate) != (None, None, None):
        raise TypeError("run(): slow, work and rate are for the usual lanes; lanes= has them itself")
    if work is not None and slow is None:
        raise TypeError("run(): work is how long the slow request takes, and there is no slow=")
    for other in others:
        if other not in OTHERS:
            near = difflib.get_close_matches(other, ("command", "attach", "slow", "work", "rate", "lanes",
                                                     "steps", "duration", "server", *OTHERS), 1)
            raise TypeError(f"run() has no argument {other!r}"
                            + (f"; did you mean {near[0]!r}?" if near else ""))
    base, path = split(url)
    started = {"attach": attach} if command is None else {"command": [*map(str, command)]}
    return {
        "name": name,
        "server": {**started, "url": base, "ready": {"http": path}, **(server or {})},
        "lanes": usual_lanes(path, slow, work, rate or RATE) if lanes is None else lanes,
        "for": duration,
        "steps": [signal("HUP")] if steps is None else steps,
        **others,
    }


def standing_in(value, directory):
    """The same with ${dir} replaced: what a test builds is written to a file elsewhere."""
    if isinstance(value, dict):
        return {key: standing_in(item, directory) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [standing_in(item, directory) for item in value]
    return value.replace("${dir}", str(directory)) if isinstance(value, str) else value

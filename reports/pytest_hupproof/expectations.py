"""Is a report what its scenario expects?

`expect` names a verdict and checks that must be among the failed; or what a server is known
to do to its clients, a behaviour, which says the same of a server whose faults are known."""

# behaviour: the verdicts it may have, and checks of which one at least has to fail
BEHAVIOURS = {
    "clean": (("pass",), ()),
    "loses": (("fail",), ("no_request_lost",)),
    "stalls": (("fail",), ("no_long_gap", "no_slow_answer")),
    "in_vain": (("fail",), ("upgrade_took_effect", "last_upgrade_won")),
    "varies": (("pass", "fail"), ()),
}
LOSE_NOBODY = {"stalls", "in_vain"}


def name(expect):
    return expect.get("behaviour") or expect["verdict"]


def verdicts(expect):
    return BEHAVIOURS[expect["behaviour"]][0] if "behaviour" in expect else (expect["verdict"],)


def failed(report):
    return {f["check"] for f in report["findings"] if f["verdict"] == "fail"}


def did_not_fail(expect, report):
    """Sentences about the checks that should have failed and did not."""
    those = f"; those that did: {', '.join(sorted(failed(report))) or '-'}"
    must = set() if expect.get("behaviour") == "varies" else set(expect.get("checks", []))
    for check in sorted(must - failed(report)):
        yield f"{check} should have failed{those}"
    any_of = BEHAVIOURS[expect["behaviour"]][1] if "behaviour" in expect else ()
    if any_of and not failed(report) & set(any_of):
        yield f"{' or '.join(any_of)} should have failed{those}"


def unexpected(expect, report):
    """Sentences about what failed or was lost though it should not."""
    if expect.get("behaviour") == "varies":
        for check in sorted(failed(report) - set(expect.get("checks", []))):
            yield f"{check} failed, which is not among expect.checks"
    bounds = dict(expect.get("lost", {}))
    for lane in report["lanes"] if bounds or expect.get("behaviour") in LOSE_NOBODY else ():
        bound = bounds.get(lane["name"], 0 if expect.get("behaviour") in LOSE_NOBODY else None)
        least, most = bound if isinstance(bound, list) else (bound, bound)
        if bound is not None and not least <= lane["lost"] <= most:
            yield f"lane {lane['name']}: {bound} lost were expected, got {lane['lost']}"


def had_no_time(expect, report):
    """Why a run is unknown, or fails otherwise than it was expected to fail, if that is the busy
    machine's doing; or None.  How much is lost of a load that leaves late says nothing of one that
    does not."""
    expected = verdicts(expect)
    failed_otherwise = report["verdict"] == "fail" and "fail" in expected \
        and any((*did_not_fail(expect, report), *unexpected(expect, report)))
    if "unknown" in expected or not (report["verdict"] == "unknown" or failed_otherwise):
        return None
    for f in report["findings"]:
        if f["verdict"] == "unknown" \
                and (f["check"] == "load_was_on_time" or "starved" in f["why"]):
            return f"{f['check']}: {f['why']}"
    return None

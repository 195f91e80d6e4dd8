"""What went wrong, for a person, and with which exit status?  They are those of `hupproof`."""

PASS, FAIL, UNKNOWN, COULD_NOT_RUN, BAD_INPUT = range(5)

STATUS = {"pass": PASS, "fail": FAIL, "unknown": UNKNOWN}  # of a verdict


class Complaint(Exception):
    """One line: what, where, and what to do."""

    status = COULD_NOT_RUN


class BadInput(Complaint):
    """Usage, or a file that is not what it should be."""

    status = BAD_INPUT

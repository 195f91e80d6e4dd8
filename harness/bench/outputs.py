"""What does each tool say of its own requests?  Reads it from what the tool prints; a request
counts as failed if the tool tells in any way that it was not answered well."""

import json
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    requests: int  # that ended, as the tool counts them
    failed: int


def numbers(pattern, text):
    return [int(n) for found in re.findall(pattern, text, re.MULTILINE)
            for n in ([found] if isinstance(found, str) else found)]


def one(pattern, text):
    found = numbers(pattern, text)
    if len(found) != 1:
        raise ValueError(f"{pattern!r} is not there once:\n{text}")
    return found[0]


def read_wrk(text):
    """Its requests are the answers; a connection that ends is a socket error."""
    errors = numbers(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    errors += numbers(r"Non-2xx or 3xx responses: (\d+)", text)
    return Told(one(r"^ *(\d+) requests in ", text), sum(errors))


def read_h2load(text):
    return Told(one(r"^requests: .* (\d+) succeeded,", text),
                one(r"^requests: .* (\d+) failed,", text))


def read_hey(text):
    """oha has the same two lists.  What it stopped at its own end did not fail."""
    answers = re.findall(r"^ *\[(\d{3})\]\s+(\d+) responses", text, re.MULTILINE)
    errors = re.findall(r"^ *\[(\d+)\]\s(?!.*aborted due to deadline)",
                        text.partition("Error distribution:")[2], re.MULTILINE)
    bad = sum(int(n) for status, n in answers if not 200 <= int(status) < 400)
    return Told(sum(int(n) for _, n in answers), bad + sum(map(int, errors)))


def read_vegeta(text):
    told = json.loads(text)
    good = sum(n for status, n in told["status_codes"].items() if 200 <= int(status) < 400)
    return Told(told["requests"], told["requests"] - good)


def read_k6(text):
    """Of the rate http_req_failed, `passes` are those of which that was true."""
    metrics = json.loads(text)["metrics"]
    return Told(metrics["http_reqs"]["count"], metrics["http_req_failed"]["passes"])


def read_report(text):
    """hupproof's own."""
    summary = json.loads(text)["summary"]
    return Told(summary["requests"], summary["requests"] - summary["ok"])

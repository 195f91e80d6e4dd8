"""How long is a duration, in seconds?"""

import re


def seconds(duration):
    """As a scenario writes it: a number, or a text with a unit.  Raises ValueError."""
    if isinstance(duration, (int, float)):
        return duration
    found = re.fullmatch(r"([0-9]+\.?[0-9]*|\.[0-9]+) *(us|ms|s|m|h|)", str(duration))
    if not found:
        raise ValueError('a duration such as "250ms", "2s" or a number of seconds')
    number, unit = found.groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}[unit or "s"]

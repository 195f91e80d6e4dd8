"""How long is a duration, in seconds?"""

import re


def seconds(duration):
    """As a scenario writes it: a number, or a text with a unit."""
    if isinstance(duration, (int, float)):
        return duration
    number, unit = re.fullmatch(r"([0-9.]+) *([a-z]*)", duration).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}[unit or "s"]

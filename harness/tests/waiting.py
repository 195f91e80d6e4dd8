"""How does a test wait?  For what happens, never for time to pass; every wait has
a deadline."""

import os
import time

DEADLINE = float(os.environ.get("HUPPROOF_TEST_DEADLINE", 40))     # seconds


def wait_for(happened, what, within=DEADLINE):
    """What happened() returns once that is true."""
    end = time.monotonic() + within
    while True:
        value = happened()
        if value:
            return value
        assert time.monotonic() < end, f"waited {within} s in vain for {what}"
        time.sleep(0.002)

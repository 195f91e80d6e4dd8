"""How does a program become a daemon?  As daemon(7) has it, its descriptors and directory left."""

import os


def become_daemon():
    """Returns in the grandchild."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)

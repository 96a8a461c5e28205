"""How many cores this process may use. Knows nobody who uses them."""

from __future__ import annotations

import os


def num_cores() -> int:
    """Return the cores that this process may run on, which in containers and batch systems are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

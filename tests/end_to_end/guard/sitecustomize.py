"""Refuses every connection that Python attempts, and notes it. Python loads a module of this name by itself.

A process whose PYTHONPATH begins with this folder is guarded from its first line on, and so are the Python processes
that it starts. It hooks in where Python's own C code announces what a socket is about to do, below `socket` and
whatever wraps or replaces its functions. What is written in C from end to end is not seen here.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

LOG = "NETWORK_GUARD_LOG"
"""Environment variable: the file that attempts are noted in. Without it nothing is guarded at start."""
TO_ADDRESS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
TO_NAME = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")


class NetworkAttempt(ConnectionRefusedError):
    """What code that meets the guard sees: as if nobody were there."""


class Guard:
    """Refuses and notes attempts while it is on. Sockets of this machine alone (AF_UNIX, AF_NETLINK) go through.

    Args:
        log: File to append a line to for each attempt; None for none.
    """

    def __init__(self, log: str | None = None) -> None:
        self.log = log
        self.on, self.attempts = False, list[str]()

    def install(self) -> None:
        """Hook into this process, for good: hooks cannot be taken out, but this one can be off."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on or not event.startswith("socket."):
            return
        host = self._host(event, arguments)
        if host is None:
            return
        caller = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_stack()[-8:-1]]
        attempt = f"{event} to {host} from {' < '.join(reversed(caller))}"
        self.attempts.append(attempt)
        if self.log is not None:
            with open(self.log, "a", encoding="utf-8") as file:
                file.write(f"{attempt}\n")
        raise NetworkAttempt(attempt)

    @staticmethod
    def _host(event: str, arguments: tuple[Any, ...]) -> str | None:
        """Whom an event is for; None where it stays on this machine by its nature."""
        if event in TO_NAME:
            name = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
            return name.decode(errors="replace") if isinstance(name, bytes) else str(name or "localhost")
        if event not in TO_ADDRESS or arguments[TO_ADDRESS[event]] is None:
            return None
        address = arguments[TO_ADDRESS[event]]
        named = isinstance(address, tuple) and isinstance(address[0], str)
        return str(address[0]) if named else None  # AF_UNIX has paths, AF_NETLINK numbers


if os.environ.get(LOG):
    GUARD = Guard(os.environ[LOG])
    GUARD.install()
    GUARD.on = True

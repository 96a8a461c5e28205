"""The secret of a run: numbers that depend on a value and a random key. The key is never written, shown or copied."""

from __future__ import annotations

import hmac
import random
import secrets
from typing import NoReturn

KEY_BYTES = 32


class Secret:
    """Numbers from values, by HMAC-SHA256: without the key no stand-in can be traced back by trying out values.

    Args:
        key: At least 16 bytes; None draws 32 from the operating system, which is what a release should do.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes | None = None) -> None:
        if key is not None and len(key) < 16:
            raise ValueError("a key needs at least 16 bytes")
        self._key = secrets.token_bytes(KEY_BYTES) if key is None else bytes(key)

    def number(self, *parts: str | int) -> int:
        """Return a number of 256 bits that depends on the key and on every part."""
        message = b"".join(
            len(part).to_bytes(4, "big") + part for part in (str(p).encode("utf-8", "surrogatepass") for p in parts)
        )
        return int.from_bytes(hmac.digest(self._key, message, "sha256"), "big")

    def draws(self, *parts: str | int) -> random.Random:
        """Return a generator of random numbers that depends on the key and on every part."""
        return random.Random(self.number(*parts))

    def __repr__(self) -> str:
        """Show nothing."""
        return "Secret()"

    def __reduce__(self) -> NoReturn:
        """Refuse pickling and copying: the key lives as long as the run and in its memory only."""
        raise TypeError("a secret cannot be pickled or copied")

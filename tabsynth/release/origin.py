"""Where a table comes from: marks that tie it to a learned table, for whoever has the run directory alone."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tabsynth.artifact.layout import write_text
from tabsynth.data.fingerprint import table_fingerprint
from tabsynth.errors import ArtifactError, TabsynthError
from tabsynth.release.refusal import ReleaseError

log = logging.getLogger("tabsynth")

KEY_BYTES = 32
KEY = re.compile(r"[0-9a-f]{64}")
MARK_DIGITS = 32


@dataclass(frozen=True)
class Origin:
    """The table that a run has learned.

    Its bare fingerprint must not leave: who knows all of a table but one cell could try values until it fits, and
    differential privacy could not hold. So marks are keyed (HMAC-SHA256) with a secret that stays in the run directory.

    Attributes:
        fingerprint: Of the learned table.
        key_file: Holds the secret of the run; made where there is none.
    """

    fingerprint: str
    key_file: Path

    def mark(self, synthetic: pd.DataFrame | None = None) -> str:
        """Return the mark of the learned table, or of it together with a synthetic one: of what was compared.

        Raises:
            ArtifactError: The file of the secret cannot be read or written, or holds none.
            ReleaseError: The synthetic table cannot be told from others.
        """
        parts = [self.fingerprint] if synthetic is None else [self.fingerprint, _told(synthetic)]
        return hmac.digest(self._key(), " ".join(parts).encode(), "sha256").hex()[:MARK_DIGITS]

    def known_mark(self, synthetic: pd.DataFrame) -> str | None:
        """Return the mark of both tables, None where there can be none: a report without it opens no gate."""
        try:
            return self.mark(synthetic)
        except TabsynthError as error:
            log.debug("the report opens no gate: %s", error)
            return None

    def _key(self) -> bytes:
        try:
            key = self.key_file.read_text(encoding="ascii") if self.key_file.exists() else ""
        except (OSError, UnicodeDecodeError):
            key = "unreadable"
        if not key:
            key = secrets.token_hex(KEY_BYTES)
            write_text(self.key_file, key)
            self.key_file.chmod(0o600)
        if not KEY.fullmatch(key):
            raise ArtifactError(
                "this is no secret of a run", where=str(self.key_file), do="remove the file and evaluate again"
            )
        return bytes.fromhex(key)


def _told(frame: pd.DataFrame) -> str:
    try:
        return table_fingerprint(frame)
    except (TypeError, ValueError, AttributeError):  # nested cells, or a name that occurs twice
        raise ReleaseError(
            "cells that are lists or dicts, or columns of the same name, cannot be compared with what was evaluated",
            where="release",
            do="give every column its own name and convert such cells to strings, then evaluate the table again",
        ) from None

"""The error of a table that may not be released. Quotes no cell."""

from __future__ import annotations

from tabsynth.errors import TabsynthError
from tabsynth.evaluator.result import PrivacyVerdict


class ReleaseError(TabsynthError):
    """A table that stays where it is: its privacy light is red, or was never measured.

    Attributes:
        privacy: What the attacks say; None where the evaluation holds none, or where another table was evaluated.
    """

    def __init__(
        self, message: str, *, privacy: PrivacyVerdict | None = None, where: str | None = None, do: str | None = None
    ) -> None:
        super().__init__(message, where=where, do=do)
        self.privacy = privacy

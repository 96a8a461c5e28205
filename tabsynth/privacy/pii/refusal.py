"""The error of a table whose personal data could not be dealt with. Quotes no cell."""

from __future__ import annotations

from tabsynth.errors import TabsynthError


class PrivacyError(TabsynthError):
    """A column that looks personal and cannot be handled, or a correction that makes no sense."""

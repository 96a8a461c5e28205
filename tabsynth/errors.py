"""The error tree. Every error that tabsynth raises on purpose derives from TabsynthError.

    TabsynthError
    ├── ConfigError        a setting that does not exist or is out of its bounds
    ├── DataError          a table that cannot be read or split
    ├── SchemaError        a column that cannot be typed, or a frame that does not fit its schema
    ├── PrivacyError       personal data that cannot be dealt with, or a promise that cannot be kept
    ├── CodecError         values that cannot be written as tokens, or tokens that are no record
    ├── ModelError         a base model that is not there or cannot be used
    ├── TrainingError      training that cannot start or go on
    ├── EngineError        an inference engine that cannot start or refuses a request
    │   └── EngineDiedError    one that failed or hangs while it decodes
    ├── GenerationError    fewer rows than asked for; carries the counts and where the rows so far lie
    ├── ArtifactError      a run directory that is missing, torn or from a newer version
    ├── EvaluationError    tables that cannot be compared
    └── ReleaseError       a table that may not go out; carries what the privacy light says (tabsynth.release)

An error says what was found, where, and what to do. It never quotes a cell of a user's table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path


class TabsynthError(Exception):
    """Base of all tabsynth errors.

    Args:
        message: What was found. Counts and positions, never cell values.
        where: The file, column or stage in which it was found.
        do: What the user can do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, do: str | None = None) -> None:
        self.message = message
        self.where = where
        self.do = do
        text = message if where is None else f"{where}: {message}"
        super().__init__(text if do is None else f"{text}. {do[0].upper()}{do[1:]}.")


class ConfigError(TabsynthError):
    """A setting that does not exist or is out of its bounds."""


class DataError(TabsynthError):
    """A table that cannot be read or split."""


class SchemaError(TabsynthError):
    """A column that cannot be typed, or a frame that does not fit its schema."""


class PrivacyError(TabsynthError):
    """Personal data that cannot be dealt with, or a promise of privacy that cannot be kept."""


class CodecError(TabsynthError):
    """Values that cannot be written as tokens, or tokens that are no record."""


class ModelError(TabsynthError):
    """A base model that is not there or cannot be used."""


class TrainingError(TabsynthError):
    """Training that cannot start or go on."""


class EngineError(TabsynthError):
    """An inference engine that cannot start or refuses a request."""


class EngineDiedError(EngineError):
    """An inference engine that failed or hangs while it decodes: no further call will succeed."""


class GenerationError(TabsynthError):
    """Fewer valid rows than asked for.

    Attributes:
        num_valid: Valid rows made.
        num_requested: Rows asked for.
        reasons: Rejected records per reason.
        saved_to: File that holds the valid rows so far, or None if there were none.
    """

    def __init__(
        self,
        message: str,
        *,
        num_valid: int = 0,
        num_requested: int = 0,
        reasons: Mapping[str, int] | None = None,
        saved_to: Path | None = None,
        where: str | None = None,
        do: str | None = None,
    ) -> None:
        super().__init__(message, where=where, do=do)
        self.num_valid = num_valid
        self.num_requested = num_requested
        self.reasons = dict(reasons or {})
        self.saved_to = saved_to


class ArtifactError(TabsynthError):
    """A run directory that is missing, torn or from a newer version."""


class EvaluationError(TabsynthError):
    """Tables that cannot be compared."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the advice that ends an "unknown name" error.

    Args:
        word: The name that was not understood.
        known: The names that exist.

    Returns:
        ``did you mean 'x'?`` when one is close, else the list of known names.
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'"
    return f"known names are {', '.join(names)}"

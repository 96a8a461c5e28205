"""The constraint: whether requests follow the record grammar. Knows the probe's outcome; writes no grammar itself.

A grammar renormalises token by token, so it samples another distribution than rejection does. The better the model
writes by itself, the smaller the gap; `auto` therefore takes the grammar only after a mostly valid probe.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal, Self

from tabsynth.codec.codec import Codec
from tabsynth.errors import CodecError
from tabsynth.generator.budget import PROBE_PROMPTS
from tabsynth.generator.engine.engine import Engine

MIN_PROBE_VALIDITY = 0.9
"""Valid share of the probe's records from which `auto` takes the grammar."""
LOGGER = logging.getLogger("tabsynth")

Mode = Literal["auto", "grammar", "reject"]


@dataclass
class GrammarChoice:
    """The grammar of a table, or why there is none. Shared by all parts.

    Attributes:
        mode: What the user asked for.
        grammar: EBNF; None where records are checked in flight only.
        fallback: Why a grammar that was wanted is not used.
    """

    mode: Mode
    grammar: str | None = None
    fallback: str | None = None

    @classmethod
    def of(cls, mode: Mode, codec: Codec, engine: Engine) -> Self:
        """Build the grammar where the mode, the record format and the engine allow it."""
        if mode == "reject":
            return cls(mode)
        choice = cls(mode)
        try:
            choice.grammar = codec.grammar()
        except CodecError as error:
            choice.give_up(error.message if error.where is None else f"{error.where}: {error.message}")
        if choice.grammar is not None and not engine.can_constrain:
            choice.give_up(f"the engine {engine.name} follows no grammar for this model")
        return choice

    def give_up(self, reason: str) -> None:
        """Go on with rejection in flight; says so once."""
        if self.fallback is None:
            LOGGER.warning("no grammar is used: %s; records are checked while they are written", reason)
        self.grammar, self.fallback = None, reason


class Constraint:
    """The constraint of one part, settled by that part's probe.

    Args:
        choice: The table's grammar.
    """

    def __init__(self, choice: GrammarChoice) -> None:
        self._choice = choice
        self._valid = self._judged = 0

    @property
    def grammar(self) -> str | None:
        """The grammar that the next request follows; None for free decoding."""
        return self._choice.grammar if self._choice.mode == "grammar" or self._passed else None

    @property
    def fallback(self) -> str | None:
        """Why a grammar that was wanted is not used."""
        return self._choice.fallback

    @property
    def _passed(self) -> bool:
        return self._judged >= PROBE_PROMPTS and self._valid >= MIN_PROBE_VALIDITY * self._judged

    def probed(self, *, valid: bool) -> None:
        """Take note of a record of the probe."""
        self._judged += 1
        self._valid += valid

    def give_up(self, reason: str) -> None:
        """Go on with rejection in flight."""
        self._choice.give_up(reason)

"""A draft: the rows that one place in the queue owes, through as many requests as it takes. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from tabsynth.codec.cells import Cell
from tabsynth.generator.validator import Validator

MAX_REDRAWS = 16
"""Draws in a row of one token, after which its record counts as rejected."""


@dataclass
class Draft:
    """Some rows in the making.

    Attributes:
        place: Position in the order of submission, which is the order of delivery.
        quota: Rows that it owes.
        validator: Checks what its requests write.
        is_probe: Whether its next request tells how valid the model writes by itself.
        rows: Token ids of each accepted row, and the values that rules looked at.
        chain: Accepted token ids of the present completion, which a resumed request starts from.
        chained: Records in it.
        pending: Token ids of the record in progress.
        attempts: Requests so far.
        has_grammar: Whether the present request follows a grammar.
        probes: Whether the present request is part of the probe.
        redraws: Draws in a row of the token at `redrawn_at`.
        redrawn_at: Length of the record in progress when a token was last drawn again.
    """

    place: int
    quota: int
    validator: Validator
    is_probe: bool
    rows: list[tuple[list[int], dict[int, Cell]]] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    chained: int = 0
    pending: list[int] = field(default_factory=list)
    attempts: int = 0
    has_grammar: bool = False
    probes: bool = False
    redraws: int = 0
    redrawn_at: int = 0

    @property
    def done(self) -> bool:
        """Whether it owes no more rows."""
        return len(self.rows) >= self.quota

    def accept(self, token: int) -> None:
        """Take in the token that closed a valid record."""
        record = [*self.pending, token]
        self.rows.append((record, self.validator.cells))
        self.chain += record
        self.chained += 1
        self.pending, self.redraws = [], 0

    def may_redraw(self) -> bool:
        """Whether the next token may be drawn once more; counts that it is."""
        if len(self.pending) != self.redrawn_at:
            self.redraws, self.redrawn_at = 0, len(self.pending)
        self.redraws += 1
        return self.redraws <= MAX_REDRAWS

    def roll_back(self) -> int:
        """Forget the record in progress; return its tokens so far."""
        lost, self.pending, self.redraws = len(self.pending), [], 0
        self.validator.reset()
        return lost

    def start_afresh(self) -> None:
        """Begin a new completion: the accepted rows stay, the next request does not see them."""
        self.chain, self.chained = [], 0
        self.roll_back()

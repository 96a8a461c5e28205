"""A draft: the rows that one place in the queue owes, through as many requests as it takes. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from tabsynth.codec.cells import Cell
from tabsynth.generator.validator import Validator

MAX_RESUMES = 5
"""Rejections in a row after which a completion is given up: some rows can only be followed by broken ones."""


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
        failures: Rejections since the last accepted record of the present completion.
        attempts: Requests so far.
        has_grammar: Whether the present request follows a grammar.
        banned: Tokens that the present request will not write.
        probes: Whether the present request is part of the probe.
    """

    place: int
    quota: int
    validator: Validator
    is_probe: bool
    rows: list[tuple[list[int], dict[int, Cell]]] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    chained: int = 0
    pending: list[int] = field(default_factory=list)
    failures: int = 0
    attempts: int = 0
    has_grammar: bool = False
    banned: tuple[int, ...] = ()
    probes: bool = False

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
        self.failures = 0
        self.pending = []

    def roll_back(self) -> int:
        """Forget the record in progress; return its tokens so far."""
        lost, self.pending = len(self.pending), []
        self.validator.reset()
        self.failures += 1
        return lost

    @property
    def is_stuck(self) -> bool:
        """Whether its completion should not be resumed once more."""
        return self.failures >= MAX_RESUMES and bool(self.chain)

    def start_afresh(self) -> None:
        """Begin a new completion: the accepted rows stay, the next request does not see them."""
        self.chain, self.chained = [], 0
        self.roll_back()
        self.failures = 0

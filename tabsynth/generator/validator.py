"""The in-flight validator: tokens of one request in, verdicts out. Knows codecs and rules; no engine, no count of rows.

Stages: a token or character that no valid record has there, a closed field, a rule as soon as its last column is
closed, the whole record. It is sound: it rejects a prefix only if no accepted record begins with it, so what is kept
is exactly what rejection at the end would keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabsynth.codec.cells import Cell
from tabsynth.codec.codec import Codec
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.errors import ConfigError
from tabsynth.generator.rules import Rule

_BROKEN_RULE = Rejected(Reason.RULE, Stage.RULE)


@dataclass(frozen=True)
class StagedRule:
    """A rule and the earliest stage that can decide it.

    Attributes:
        rule: The rule.
        columns: Positions of the columns it looks at.
        after: Position of the column whose end settles the last of them.
    """

    rule: Rule
    columns: tuple[int, ...]
    after: int


def staged(rules: Sequence[Rule], codec: Codec, names: Sequence[str]) -> tuple[StagedRule, ...]:
    """Return the rules in the order in which they can be decided.

    Args:
        rules: The user's rules.
        codec: Settles when a column is settled.
        names: The table's columns in order.

    Raises:
        ConfigError: A rule looks at an identifier column, which is made after decoding.
    """
    found = []
    for rule in rules:
        columns = tuple(list(names).index(name) for name in rule.columns)
        settled = [codec.settled_by(column) for column in columns]
        late = [name for name, column in zip(rule.columns, settled, strict=True) if column is None]
        if late:
            raise ConfigError(
                f"the rule '{rule.name}' looks at the identifier column '{late[0]}', which is made after decoding",
                where="rules",
                do="leave it out, or give the column another kind (types=) when fitting",
            )
        found.append(StagedRule(rule, columns, max((at for at in settled if at is not None), default=-1)))
    return tuple(sorted(found, key=lambda item: item.after))


class Validator:
    """Checks one completion while it is written.

    Args:
        codec: Settles which records are valid.
        rules: The user's rules, staged.
        seed: Of the draws inside bins that rules make necessary.

    Attributes:
        cells: The values that rules looked at in the record that closed last, by column position.
    """

    __slots__ = ("_is_closed", "_next", "_rng", "_rules", "_scanner", "_seed", "cells")

    def __init__(self, codec: Codec, rules: tuple[StagedRule, ...], seed: Sequence[int]) -> None:
        self._scanner = codec.scanner()
        self._rules = rules
        self._seed = seed
        self._rng: np.random.Generator | None = None
        self._next, self._is_closed = 0, False
        self.cells: dict[int, Cell] = {}

    @property
    def own_close(self) -> int | None:
        """The one token that may close the text in progress."""
        return self._scanner.own_close

    @property
    def foreign_closes(self) -> tuple[int, ...]:
        """Tokens that close other texts than the one in progress or the next."""
        return self._scanner.foreign_closes

    def push(self, token: int) -> Verdict | Rejected:
        """Take in the next token. After a rejection `reset` must be called."""
        if self._is_closed:
            self._forget()
        verdict = self._scanner.push(token)
        if isinstance(verdict, Rejected) or verdict is Verdict.ENDED:
            return verdict
        while self._next < len(self._rules) and self._rules[self._next].after < self._scanner.closed:
            if not self._holds(self._rules[self._next]):
                return _BROKEN_RULE
            self._next += 1
        self._is_closed = verdict is Verdict.ACCEPTED
        return verdict

    def reset(self) -> None:
        """Forget the record in progress."""
        self._scanner.reset()
        self._forget()

    def _forget(self) -> None:
        self._next, self._is_closed = 0, False
        if self._rules:
            self.cells = {}

    def _holds(self, staged_rule: StagedRule) -> bool:
        for column in staged_rule.columns:
            if column not in self.cells:
                self.cells[column] = self._scanner.cell(column, self._draws())
        return staged_rule.rule.check([self.cells[column] for column in staged_rule.columns])

    def _draws(self) -> np.random.Generator:
        if self._rng is None:
            self._rng = np.random.default_rng(list(self._seed))
        return self._rng

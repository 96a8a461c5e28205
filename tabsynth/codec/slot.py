"""A slot: one place in a record, with its closed set of table tokens. Knows positions, not token ids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """One place in a record.

    Attributes:
        name: The column and the part of it that the slot holds, such as ``age`` or ``fare/step``.
        size: Number of table tokens.
        terminal: The first `terminal` tokens end the column; the others lead to its next slot.
        repeats: Whether the others stay in this slot instead, as characters of a string do.
    """

    name: str
    size: int
    terminal: int
    repeats: bool = False

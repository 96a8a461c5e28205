"""Who a row is about: the name of its person, from a full name or from first and last name. Replaces nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.fullname import Role, words_in
from tabsynth.privacy.pii.standins.book import is_placeholder

Name = tuple[str, str]
"""First name and last name as they are written; empty where unknown."""
NOBODY: Name = ("", "")


def persons_of(targets: Mapping[str, Entity], cells: Mapping[str, Sequence[str | None]], rows: int) -> list[Name]:
    """Return the first and last name of each row's person; of several columns of a kind the first tells.

    Args:
        targets: What the columns hold.
        cells: The cells of these columns as text.
        rows: Rows of the table.
    """
    kinds = (Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME)
    full, first, last = ([name for name, entity in targets.items() if entity is kind][:1] for kind in kinds)
    persons = [NOBODY] * rows
    if first or last:
        firsts: Sequence[str | None] = cells[first[0]] if first else [None] * rows
        lasts: Sequence[str | None] = cells[last[0]] if last else [None] * rows
        persons = [(_first_word(one), _whole(other)) for one, other in zip(firsts, lasts, strict=True)]
    if full:
        persons = [
            known if all(known) else _parted(cell) or known for known, cell in zip(persons, cells[full[0]], strict=True)
        ]
    return persons


def _first_word(cell: str | None) -> str:
    return "" if cell is None or is_placeholder(cell) else cell.split()[0] if cell.split() else ""


def _whole(cell: str | None) -> str:
    return "" if cell is None or is_placeholder(cell) else cell.strip()


def _parted(cell: str | None) -> Name | None:
    if cell is None or is_placeholder(cell):
        return None
    first = next(words_in(cell, Role.FIRST), "")
    lasts = list(words_in(cell, Role.LAST))
    return (first, lasts[0] if lasts else "")

"""One column judged: which personal data it holds, how sure that is, and from what. Knows no other column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabsynth.privacy.pii.cells import Cells
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.evidence import SPECIFICITY, certain_shares, possible_share, weak_share
from tabsynth.privacy.pii.headings import STRONG, hints_of
from tabsynth.schema.column import Kind

FOUND, ASKED = 0.6, 0.4
"""Confidence from which a column is taken for personal, and from which the user is asked."""
LEAST_POSSIBLE = 0.3
"""Share of values that must at least be possible before a heading counts."""
Source = Literal["name", "values", "name and values", "beside persons", "you"]

INSIDE_TEXT = frozenset(
    {
        Entity.EMAIL, Entity.URL, Entity.UUID, Entity.IBAN, Entity.MAC_ADDRESS, Entity.IP_ADDRESS, Entity.API_KEY,
        Entity.SSN, Entity.CREDIT_CARD, Entity.COORDINATES, Entity.STREET_ADDRESS, Entity.PHONE, Entity.NAME,
        Entity.POSTCODE, Entity.USERNAME,
    }
)  # fmt: skip
"""What is also found inside texts: where only some cells hold it, those are replaced and nobody is asked."""


@dataclass(frozen=True)
class Judgement:
    """What a column is taken for.

    Attributes:
        entity: The personal data.
        confidence: How sure that is, 0 to 1.
        share: Share of its distinct values that are such data by form, or could be.
        source: What it was told from.
    """

    entity: Entity
    confidence: float
    share: float
    source: Source


def judge(cells: Cells) -> Judgement | None:
    """Return what a column is taken for, None for nothing personal.

    Heading and values are two witnesses: the confidence is that at least one of them is right,
    1 - (1 - h) (1 - v). A heading whose words the values contradict is no witness.
    """
    certain = certain_shares(cells)
    candidates: dict[Entity, Judgement] = {}
    for entity, share in certain.items():
        confidence = SPECIFICITY.get(entity, 0.6) * share
        candidates[entity] = Judgement(entity, confidence, share, "values")
    for hint in hints_of(cells.name):
        strong = hint.strength >= STRONG
        possible = possible_share(hint.entity, cells) if strong else weak_share(hint.entity, cells, certain)
        if possible < LEAST_POSSIBLE:
            continue
        by_name = hint.strength * min(1.0, possible if strong else 1.5 * possible)
        seen = candidates.get(hint.entity)
        by_values = seen.confidence if seen else 0.0
        source: Source = "name and values" if by_values >= 0.2 else "name"
        share = max(possible, seen.share if seen else 0.0)
        candidates[hint.entity] = Judgement(hint.entity, 1 - (1 - by_name) * (1 - by_values), share, source)
    best = max(candidates.values(), key=lambda found: found.confidence, default=None)
    if best is None or best.confidence < ASKED:
        return None
    if best.confidence < FOUND and best.source == "values" and best.entity in INSIDE_TEXT and not cells.is_number:
        return None
    return _sharper(best, candidates, cells)


def _sharper(best: Judgement, candidates: dict[Entity, Judgement], cells: Cells) -> Judgement:
    """A heading that says "name" leaves open which: the values tell."""
    full, bare = candidates.get(Entity.NAME), Entity.NAME
    if best.entity is bare and full is not None:
        for part in (Entity.FIRST_NAME, Entity.LAST_NAME):
            found = candidates.get(part)
            if found is not None and found.share > 0.6:
                return Judgement(part, best.confidence, found.share, best.source)
    if best.entity is Entity.DATE_OF_BIRTH and cells.kind is Kind.DATETIME:
        return Judgement(best.entity, best.confidence, 1.0, best.source)
    return best

"""Memorised passages of free text: the attacker searches synthetic texts for sentences that a person wrote.

The attacker's story: someone who knows a person's words, such as a letter of complaint or a note of their doctor, looks
for a row of eight or thirteen of them in the synthetic texts. Common phrases and letterheads are found with or without
memory, which is why overlap as such flags clean tables. So passages that only training texts have are counted against
passages that only holdout texts have, as many texts a side.

This module refuses to know what a passage means.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.excess import excess_p_value
from tabsynth.evaluator.attacks.matching import Sample, matched_samples
from tabsynth.evaluator.attacks.passages import Passages, num_near_copies, own_passages, read_passages
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.intervals import Z_95, wilson
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.evaluator.words import Words, read_words

LONG_SIZE, SHORT_SIZE = 13, 8
"""Words of a passage in documents, where shorter ones are boilerplate, and in reviews. Five words are noise."""
LONG_TEXT = 100
MIN_TEXTS = 10  # of each side that are long enough
LIMIT = 0.01  # one synthetic text in a hundred with a passage that is no common phrase
NAME, TITLE = "ngrams", "Memorised passages of text"
STORY = "Someone who knows what a person wrote searches the synthetic texts for a row of their words."
UNIT = "share of synthetic texts with a passage"


@dataclass(frozen=True)
class _Column:
    """The outcome for one text column."""

    part: AttackPart
    value: float
    low: float
    high: float
    p_value: float


def attack(sides: Sides) -> Attack:
    """Run the attack on every column of texts."""
    samples = matched_samples(sides, MAX_ROWS)
    read = sides.training.table.texts
    order = sorted(range(len(read)), key=lambda k: read[k].column.name)
    found = [_column(sides, samples, place) for place in order]
    columns = [one for one in found if isinstance(one, _Column)]
    short = tuple(one for one in found if isinstance(one, AttackPart))
    if not columns:
        return _record(None, None, short, "the texts are too short" if short else "there is no text column")
    corrected = [p for p in holm([column.p_value for column in columns]) if p is not None]
    ranked = sorted(columns, key=lambda column: (column.p_value, -column.value, column.part.name))
    parts = (*(column.part for column in ranked), *short)
    size = samples[0].size
    note = (
        f"{size:,} training and as many holdout units; the p value counts each real text once, however often it is hit"
    )
    return _record(ranked[0], min(corrected), parts, note)


def _column(sides: Sides, samples: tuple[Sample, Sample], place: int) -> _Column | AttackPart:
    texts = [side.table.texts[place] for side in (sides.training, sides.holdout, sides.synthetic)]
    name = texts[0].column.name
    labels = [cells.labels if cells.labels is not None else np.zeros(0, dtype=object) for cells in texts]
    outside = np.setdiff1d(np.arange(len(labels[0])), samples[0].rows)
    taken = [labels[0][samples[0].rows], labels[1][samples[1].rows], labels[2], labels[0][outside]]
    words = read_words(taken)
    size = _size(words)
    if size is None:
        return AttackPart(
            name=name, value=None, note=f"too few texts of {SHORT_SIZE} words or more on one of the sides"
        )
    ours, theirs, fake, rest = read_passages(words, size)
    tallies = [
        sample.per_unit(_run_beyond(mine, other, rest, fake))
        for sample, mine, other in zip(samples, (ours, theirs), (theirs, ours), strict=True)
    ]
    p_value = excess_p_value(tallies[0], tallies[1])
    return _compared(name, (ours, theirs, fake), samples, taken, p_value)


def _size(words: list[Words]) -> int | None:
    """Words of a passage for texts of this length, None if they are too short."""
    lengths = words[0].lengths[words[0].lengths > 0]
    size = LONG_SIZE if len(lengths) and np.median(lengths) >= LONG_TEXT else SHORT_SIZE
    enough = [int((side.lengths >= size).sum()) >= MIN_TEXTS for side in words[:3]]
    return size if all(enough) else None


def _run_beyond(mine: Passages, other: Passages, outside: Passages, fake: Passages) -> NDArray[np.int64]:
    """How many n-grams in a row, of those that only these texts have, are in a synthetic text. Shape (texts,).

    Long rows weigh more: two texts may well share eight words by chance, but not thirty.
    """
    longest = mine.longest(own_passages(mine, other, outside) & fake.held[mine.codes])
    return np.where(longest > 0, longest - mine.size + 1, 0)


def _compared(
    name: str,
    sides: tuple[Passages, Passages, Passages],
    samples: tuple[Sample, Sample],
    taken: list[NDArray[np.object_]],
    p_value: float,
) -> _Column:
    """Compare how many synthetic texts share a passage with either side."""
    ours, theirs, fake = sides
    asked = fake.words.lengths >= fake.size
    count = int(asked.sum())
    sources = [fake.sources(side)[asked] for side in (ours, theirs)]
    hits = [source >= 0 for source in sources]
    shares = [int(hit.sum()) / count for hit in hits]
    # Synthetic texts that share a passage with one real unit are one finding, not many.
    spread = 2.0
    for which in range(2):
        once = hits[which] & ~hits[1 - which]
        spread += float((np.bincount(samples[which].units[sources[which][once]]) ** 2).sum())
    half = Z_95 * sqrt(spread) / count
    value = shares[0] - shares[1]
    low, high = wilson(int(hits[0].sum()), count)
    part = AttackPart(
        name=f"{name}, {fake.size} words in a row",
        value=shares[0],
        control=shares[1],
        low=low,
        high=high,
        p_value=p_value,
        n=count,
        note=_note(sides, taken, asked, sources),
    )
    return _Column(part, value, max(-1.0, value - half), min(1.0, value + half), p_value)


def _note(
    sides: tuple[Passages, Passages, Passages],
    taken: list[NDArray[np.object_]],
    asked: NDArray[np.bool_],
    sources: list[NDArray[np.int64]],
) -> str:
    """Longest passages and near copies, of training and of the holdout."""
    fake = sides[2]
    texts = taken[2][asked].tolist()
    told = []
    for what, side, labels, places in zip(("training", "the holdout"), sides[:2], taken[:2], sources, strict=True):
        runs = fake.longest(side.held[fake.codes])[asked]
        near = num_near_copies(texts, labels.tolist(), places)
        told.append(
            f"with {what}, the longest passage in common has {int(runs.max())} words (99% of texts: at most "
            f"{int(np.quantile(runs, 0.99))}), and {near / len(texts):.1%} are near copies"
        )
    return "; ".join(told)


def _record(worst: _Column | None, p_value: float | None, parts: tuple[AttackPart, ...], note: str) -> Attack:
    score = Score(value=None, note=note)
    if worst is not None:
        score = Score(
            value=worst.value,
            low=worst.low,
            high=worst.high,
            reference=0.0,
            n=worst.part.n,
            note=f"{worst.part.name}: {note}",
        )
    return Attack(
        name=NAME,
        title=TITLE,
        story=STORY,
        unit=UNIT,
        effect=None if worst is None else worst.value,
        limit=LIMIT,
        p_value=p_value,
        parts=parts,
        scores={"ngram_excess": score},
        note=note,
    )

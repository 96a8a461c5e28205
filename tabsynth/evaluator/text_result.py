"""Text columns beside the real ones: how varied, how repetitive, how complete. Figures only, it scores nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.drawing import Measure, TextResult
from tabsynth.evaluator.overlay import overlay
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.text import text_form
from tabsynth.evaluator.words import Words, read_words

MAX_SAMPLE_WORDS = 20_000
MAX_SAMPLE_CHARACTERS = 200_000
_FINAL = frozenset(".!?…。！？؟।\"'”’»)]")
_SAME_WORDS = "of equally many words, since shares fall with length"


@dataclass(frozen=True)
class _Side:
    """Texts of one side.

    Attributes:
        cells: All cells.
        texts: Those that hold a text.
        words: Their words.
        sample: The first words, as many as of the other sides.
        counts: Words of each text, all of them.
    """

    cells: Cells
    texts: list[str]
    words: Words
    sample: NDArray[np.int64]
    counts: NDArray[np.float64]


def text_results(sides: Sides) -> tuple[TextResult, ...]:
    """Describe every text column, in the order of the schema."""
    columns = [side.table.texts for side in (sides.training, sides.holdout, sides.synthetic)]
    return tuple(_result(*cells) for cells in zip(*columns, strict=True))


def _result(training: Cells, holdout: Cells, synthetic: Cells) -> TextResult:
    read = _sides((training, holdout, synthetic))
    texts = min(len(side.texts) for side in read)
    known = set(read[0].sample.tolist())
    script = _main_script(read[0].texts)
    overlaps = [_overlap(side, known) for side in read]
    overlaps[0] = None  # training has every word of its own

    def each(measure: Callable[[_Side], float | None]) -> list[float | None]:
        return [measure(side) for side in read]

    rows = [
        ("words per text, median", each(lambda side: _quantile(side, 0.5)), ""),
        ("words per text, 99% have fewer", each(lambda side: _quantile(side, 0.99)), "the highest is not shown"),
        ("distinct words per word", each(lambda side: _distinct(side.sample, 1)), f"distinct-1; {_SAME_WORDS}"),
        ("distinct word pairs per pair", each(lambda side: _distinct(side.sample, 2)), f"distinct-2; {_SAME_WORDS}"),
        ("texts that repeat another", each(lambda side: _repeats(side.texts[:texts])), "of equally many texts"),
        ("distinct words that training has", overlaps, _SAME_WORDS),
        ("empty or missing texts", each(_empty), "of all rows"),
        ("texts without a final mark", each(_open_ended), "a cut-off text ends in the middle of a sentence"),
        ("letters of another script", each(lambda side: _foreign(side.texts, script)), "than training's main one"),
    ]
    measures = tuple(_measure(*row) for row in rows)
    return TextResult(name=training.column.name, lengths=overlay(training, synthetic), measures=measures)


def _measure(name: str, figures: list[float | None], note: str) -> Measure:
    training, holdout, synthetic = (None if figure is None else round(figure, 4) for figure in figures)
    return Measure(name=name, training=training, holdout=holdout, synthetic=synthetic, note=note)


def _sides(columns: tuple[Cells, Cells, Cells]) -> list[_Side]:
    texts = []
    for cells in columns:
        assert cells.labels is not None
        texts.append([text for text in cells.labels.tolist() if text])
    words = read_words([np.array(side, dtype=object) for side in texts])
    size = min(MAX_SAMPLE_WORDS, *(len(side.ids) for side in words))
    found = []
    for cells, side, read in zip(columns, texts, words, strict=True):
        counts = text_form(np.array(side, dtype=object)).words
        found.append(_Side(cells, side, read, read.ids[:size], counts))
    return found


def _quantile(side: _Side, share: float) -> float | None:
    return float(np.quantile(side.counts, share)) if len(side.counts) else None


def _distinct(sample: NDArray[np.int64], size: int) -> float | None:
    """Distinct n-grams per n-gram (Li et al. 2016)."""
    if len(sample) < size:
        return None
    ngrams = sample if size == 1 else sample[:-1] * (int(sample.max()) + 1) + sample[1:]
    return len(pd.unique(ngrams)) / len(ngrams)


def _repeats(texts: list[str]) -> float | None:
    return 1 - len(set(texts)) / len(texts) if texts else None


def _overlap(side: _Side, known: set[int]) -> float | None:
    words = set(side.sample.tolist())
    return len(words & known) / len(words) if words else None


def _empty(side: _Side) -> float | None:
    rows = len(side.cells.missing)
    return 1 - len(side.texts) / rows if rows else None


def _open_ended(side: _Side) -> float | None:
    return sum(text[-1] not in _FINAL for text in side.texts) / len(side.texts) if side.texts else None


def _scripts(texts: list[str]) -> Counter[str]:
    """Letters of each script: the first word of a letter's Unicode name, such as LATIN or CJK."""
    scripts: Counter[str] = Counter()
    letters = Counter("".join(text[:MAX_SAMPLE_CHARACTERS] for text in texts)[:MAX_SAMPLE_CHARACTERS])
    for letter, count in letters.items():
        if letter.isalpha():
            scripts[unicodedata.name(letter, "OTHER").split(" ")[0]] += count
    return scripts


def _main_script(texts: list[str]) -> str:
    scripts = _scripts(texts)
    return min(scripts, key=lambda name: (-scripts[name], name)) if scripts else ""


def _foreign(texts: list[str], script: str) -> float | None:
    scripts = _scripts(texts)
    return 1 - scripts[script] / scripts.total() if scripts else None

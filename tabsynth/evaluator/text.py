"""The form of free text: sentences, words and characters of each record. Refuses to know what the text means."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.marginals import numbers_js

_SENTENCE = re.compile(r"[^.。︀?？؟⸮!！…:।෴።]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class TextForm:
    """Per-record measures of a text column, records with text only.

    Attributes:
        sentences: Sentences in a record. Shape (records,).
        words_per_sentence: Shape (records,).
        characters_per_word: 0 for a record without words. Shape (records,).
        words: Words in a record. Shape (records,).
    """

    sentences: NDArray[np.float64]
    words_per_sentence: NDArray[np.float64]
    characters_per_word: NDArray[np.float64]
    words: NDArray[np.float64]


def text_form(labels: NDArray[np.object_]) -> TextForm:
    """Measure the records that are not missing."""
    rows = []
    for text in labels[~pd.isna(labels)]:
        words = _WORD.findall(text)
        sentences = sum(1 for part in _SENTENCE.findall(text) if part.strip())
        letters = sum(map(len, words)) / len(words) if words else 0.0
        rows.append((sentences, len(words) / max(1, sentences), letters, len(words)))
    table = np.array(rows, dtype="float64").reshape(-1, 4)
    return TextForm(*table.T)


def text_structure_distance(training: Cells, other: Cells) -> float | None:
    """Return the mean Jensen-Shannon distance of sentences/record, words/sentence and characters/word.

    Returns:
        A distance in [0, 1], 1 if `other` holds no text; None if the training column holds none.
    """
    assert training.labels is not None and other.labels is not None
    real, fake = text_form(training.labels), text_form(other.labels)
    if len(real.words) == 0:
        return None
    if len(fake.words) == 0:
        return 1.0
    names = ("sentences", "words_per_sentence", "characters_per_word")
    return float(np.mean([numbers_js(getattr(real, name), getattr(fake, name)) for name in names]))

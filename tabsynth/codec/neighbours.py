"""Which tokens stand for nearly the same value: the order inside a slot, for embeddings and for smoothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.facts import Facts
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.vocabulary import Vocabulary


def token_positions(vocabulary: Vocabulary, facts: Facts) -> NDArray[np.float64]:
    """Return the rank of every table token inside its slot in 0..1, NaN where tokens have no order.

    Shape (table tokens,): a base of our own starts the embeddings of neighbouring numbers close together.
    """
    parts: list[NDArray[Any]] = [np.full(2, np.nan)]
    for place in vocabulary.places:
        codec = facts.columns[place.column]
        if not isinstance(codec, (CategoricalCodec, NumericCodec, TimestampCodec)):
            parts.append(np.full(place.slot.size, np.nan))
        elif place.part == 0:
            parts.append(codec.positions())
        else:
            parts.append(np.arange(place.slot.size) / max(1, place.slot.size - 1))
    parts.append(np.full(sum(place.is_text for place in vocabulary.places), np.nan))
    return np.concatenate(parts)


def neighbour_runs(vocabulary: Vocabulary, facts: Facts) -> list[tuple[int, int]]:
    """Return first and last token id of each run of bins in which neighbours are nearly the same value."""
    runs = []
    for at, place in enumerate(vocabulary.places):
        codec, start = facts.columns[place.column], int(vocabulary.first[at])
        if isinstance(codec, NumericCodec) and place.part == 0 and codec.num_bins:
            end = start + place.slot.size
            runs.append((end - codec.num_bins, end - 1))
    return runs

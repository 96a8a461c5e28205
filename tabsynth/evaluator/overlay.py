"""The small histogram of one column in both tables, with what is rare in training masked. Knows no scores."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.drawing import Overlay
from tabsynth.evaluator.text import text_form
from tabsynth.schema.column import Kind

MIN_TRAINING_ROWS = 5  # fewer could point at a person
MAX_BARS = 20
MAX_CATEGORIES = 11
MAX_LABEL = 40
LARGEST = 1e300  # the difference of larger numbers is no float any more
RARE = "(rare)"
OTHERS = "(others)"
ABSENT = "(not in training)"


def overlay(training: Cells, synthetic: Cells) -> Overlay | None:
    """Draw up the histogram of one column, None if training holds no value."""
    if training.readable.sum() < MIN_TRAINING_ROWS:
        return None
    if training.column.kind is Kind.TEXT:
        assert training.labels is not None and synthetic.labels is not None
        return _histogram(text_form(training.labels).words, text_form(synthetic.labels).words, "words")
    if training.numbers is not None and synthetic.numbers is not None:
        kind: Literal["dates", "numbers"] = "dates" if training.column.kind is Kind.DATETIME else "numbers"
        return _histogram(training.numbers[training.readable], synthetic.numbers[synthetic.readable], kind)
    return _categories(training, synthetic)


def _histogram(
    real: NDArray[np.float64], fake: NDArray[np.float64], of: Literal["numbers", "dates", "words"]
) -> Overlay:
    real, fake = (np.clip(side, -LARGEST, LARGEST) for side in (real, fake))
    low, high = np.quantile(real, [0.01, 0.99])
    distinct = np.unique(real)
    whole = bool((distinct == np.rint(distinct)).all()) and of != "dates"
    if whole and high - low < MAX_BARS:
        # One bar a number, so that no bar holds two numbers and its neighbour one.
        edges = np.arange(np.floor(low) - 0.5, np.floor(high) + 1.5)
        labels = [f"{edge + 0.5:.0f}" for edge in edges[:-1]]
    else:
        bars = int(np.clip(len(real) // 25, 4, MAX_BARS - 2))
        edges = np.linspace(low, high if high > low else low + 1.0, bars + 1)
        texts = [_edge_text(edge, edges[1] - edges[0], of) for edge in edges]
        labels = [f"{a} to {b}" for a, b in pairwise(texts)]
    first, last = labels[0].split(" to ")[0], labels[-1].split(" to ")[-1]
    # Open ends: the smallest and the largest value of a table can each belong to one person.
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    labels = [f"below {first}", *labels, f"above {last}"]
    counts = [np.histogram(side, bounds)[0] for side in (real, fake)]
    shown = np.where(counts[0] < MIN_TRAINING_ROWS, 0, counts[0])
    kept = [
        place for place in range(len(labels)) if 0 < place < len(labels) - 1 or counts[0][place] or counts[1][place]
    ]
    return _overlay(of, [labels[k] for k in kept], shown[kept] / len(real), counts[1][kept] / max(1, len(fake)))


def _edge_text(edge: float, width: float, of: str) -> str:
    if of == "dates":
        stamp = pd.Timestamp(round(edge), unit="s")
        return stamp.strftime("%Y-%m-%d" if width >= 86_400 else "%Y-%m-%d %H:%M")
    digits = int(np.clip(-np.floor(np.log10(width)), 0, 8)) if width > 0 else 0
    return f"{edge:.{digits}f}" if abs(edge) < 1e9 else f"{edge:.3g}"


def _categories(training: Cells, synthetic: Cells) -> Overlay:
    assert training.labels is not None and synthetic.labels is not None
    real = Counter(training.labels[training.readable].tolist())
    fake = Counter(synthetic.labels[synthetic.readable].tolist())
    common = sorted(
        (label for label in real if real[label] >= MIN_TRAINING_ROWS), key=lambda label: (-real[label], label)
    )
    shown, pooled = common[:MAX_CATEGORIES], common[MAX_CATEGORIES:]
    rare = [label for label in real if real[label] < MIN_TRAINING_ROWS]
    absent = [label for label in fake if label not in real]
    rows = [(label, real[label], fake[label]) for label in shown]
    for name, group in ((OTHERS, pooled), (RARE, rare), (ABSENT, absent)):
        if group:
            rows.append((name, sum(real[label] for label in group), sum(fake[label] for label in group)))
    texts = [label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…" for label, _, _ in rows]
    shares = np.array([row[1:] for row in rows]).reshape(-1, 2) / (max(1, real.total()), max(1, fake.total()))
    return _overlay("categories", texts, shares[:, 0], shares[:, 1])


def _overlay(
    of: Literal["numbers", "dates", "categories", "words"],
    labels: list[str],
    real: NDArray[np.float64],
    fake: NDArray[np.float64],
) -> Overlay:
    return Overlay(
        of=of,
        labels=tuple(labels),
        training=tuple(round(float(share), 4) for share in real),
        synthetic=tuple(round(float(share), 4) for share in fake),
    )

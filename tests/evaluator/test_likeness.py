from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.cells import read_cells
from tabsynth.evaluator.likeness import Likeness, Side, likeness
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def side(kind: Kind, values: object) -> Side:
    column = Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
    return Side(read_cells(pd.Series(values, dtype=object), column))


def compared(kind: Kind, real: object, fake: object) -> Likeness:
    """Compare with a holdout that is the training column turned round."""
    holdout = side(kind, list(real)[::-1])  # type: ignore[call-overload]
    found = likeness(holdout, side(kind, fake), side(kind, real), holdout)
    assert found is not None
    return found


LINE = [float(value) for value in range(1000)]
SHARES = ["a"] * 500 + ["b"] * 300 + ["c"] * 200
NAMES = [
    f"{first}{last} {last}{first}" for first in ("Al", "Bo", "Cy", "Di", "Ed", "Fay") for last in "abcdefghijklmnop"
]


def test_the_score_is_the_product_of_its_parts() -> None:
    assert Likeness(0.5, 0.8, 1.0, 0.5).score == pytest.approx(2.0)


def test_an_equal_column_has_lost_nothing() -> None:
    for kind, values in ((Kind.DECIMAL, LINE), (Kind.CATEGORICAL, SHARES), (Kind.TEXT, NAMES)):
        assert astuple(compared(kind, values, values)) == pytest.approx((1, 1, 1, 1))


def test_the_shape_of_labels_is_as_solved_by_hand() -> None:
    # Shares .5, .3, .2 against .2, .3, .5: 0.3 of all, less about 0.02 that chance explains.
    found = compared(Kind.CATEGORICAL, SHARES, ["c"] * 500 + ["b"] * 300 + ["a"] * 200)
    assert found.shape == pytest.approx(0.7, abs=0.03)
    assert (found.typed, found.varied, found.filled) == (1.0, 1.0, 1.0)


def test_the_shape_of_numbers_is_as_solved_by_hand() -> None:
    # Half of the numbers lie beyond all real ones: KS 1/2, less .87 * sqrt(2 / 1000).
    found = compared(Kind.DECIMAL, LINE, [value + 500 for value in LINE])
    assert found.shape == pytest.approx(1 - (0.5 - 0.0388) / (1 - 0.0388), abs=1e-3)


def test_filled_is_the_ratio_of_filled_cells_beyond_chance() -> None:
    # 500 of 1000 against all of 1000: chance explains 2 sqrt(3/4 * 1/4 * 2/1000) = .0387.
    found = compared(Kind.DECIMAL, LINE, [*LINE[::2], *[None] * 500])
    assert found.filled == pytest.approx(1 - (0.5 - 0.0387), abs=1e-3)
    # Cells that were rarely filled and now are always count as much.
    assert compared(Kind.DECIMAL, [*LINE[::2], *[None] * 500], LINE).filled == pytest.approx(found.filled)


def test_unreadable_cells_and_fractions_of_whole_numbers_cost_their_share() -> None:
    whole = list(range(100))
    assert compared(Kind.INTEGER, whole, [*whole[:80], *["x"] * 20]).typed == pytest.approx(0.8)
    assert compared(Kind.INTEGER, whole, [value + 0.5 for value in whole]).typed == 0.0
    assert compared(Kind.DECIMAL, whole, [value + 0.5 for value in whole]).typed == 1.0


@pytest.mark.parametrize("rare", [1, 10, 25, 250])
def test_a_constant_is_worth_nothing_where_its_absence_is_no_chance(rare: int) -> None:
    values = ["no"] * (500 - rare) + ["yes"] * rare
    found = compared(Kind.CATEGORICAL, values, ["no"] * 500)
    # One row of 500 is absent from as many others every third time; 10 are once in 20,000 times.
    assert found.score < 0.01 if rare >= 10 else found.score > 9.9


def test_a_constant_number_is_worth_nothing_though_nearly_all_are_so() -> None:
    values = [0] * 920 + list(range(1, 81))
    assert compared(Kind.INTEGER, values, [0] * 1000).score == 0.0
    assert compared(Kind.INTEGER, [7] * 100, [7] * 100).score == 10.0


def test_texts_that_repeat_have_lost_variety() -> None:
    texts = [f"{name} {place}" for place, name in enumerate(NAMES * 4)]
    found = compared(Kind.TEXT, texts, texts[: len(texts) // 16] * 16)
    # log(n / 16) of log(n)
    assert found.varied == pytest.approx(1 - np.log(16) / np.log(len(texts)), abs=0.02)


def test_strings_of_other_letters_patterns_or_lengths_are_not_alike() -> None:
    rng = np.random.default_rng(0)
    phones = [f"{a}-{b}" for a, b in rng.integers([100, 1000], [999, 9999], (300, 2))]
    for ruined in (
        [f"junk{place}" for place in range(300)],
        rng.normal(size=300).tolist(),
        list(range(300)),
        [f"{a}{b}x" for a, b in rng.integers([100, 100], [999, 999], (300, 2))],
        [f"{phone} {phone}" for phone in phones],
    ):
        assert compared(Kind.TEXT, phones, ruined).score < 1
    other = [f"{a}-{b}" for a, b in rng.integers([100, 1000], [999, 9999], (300, 2))]
    assert compared(Kind.TEXT, phones, other).score > 9


@pytest.mark.parametrize("rows", [40, 200])
def test_fresh_rows_are_not_blamed_for_chance(rows: int) -> None:
    rng = np.random.default_rng(rows)
    draws = {
        Kind.DECIMAL: lambda: rng.normal(size=rows).tolist(),
        Kind.INTEGER: lambda: rng.geometric(0.3, rows).tolist(),
        Kind.CATEGORICAL: lambda: [f"label {k}" for k in rng.zipf(1.8, rows)],
        Kind.BOOLEAN: lambda: (rng.random(rows) < 0.05).tolist(),
        Kind.TEXT: lambda: [" ".join(rng.choice(NAMES, 3)) for _ in range(rows)],
    }
    for kind, draw in draws.items():
        scores = []
        for _ in range(10):
            training, holdout, fresh = (side(kind, draw()) for _ in range(3))
            found = likeness(holdout, fresh, training, holdout)
            assert found is not None
            scores.append(found.score)
        assert np.mean(scores) > 9 and min(scores) > 7, kind


def test_too_few_values_are_not_compared() -> None:
    full, short = side(Kind.INTEGER, range(50)), side(Kind.INTEGER, [1, 2, *[None] * 50])
    assert likeness(full, short, full, full) is not None
    for case in ((short, full, full, short), (full, full, short, full), (full, side(Kind.INTEGER, [1, 2]), full, full)):
        assert likeness(*case) is None


def test_nothing_readable_is_worth_nothing() -> None:
    full = side(Kind.INTEGER, range(50))
    for ruined in ([None] * 50, ["x"] * 50, ["x", None] * 25):
        found = likeness(full, side(Kind.INTEGER, ruined), full, full)
        assert found is not None and found.score == 0.0

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.privacy.dp.histograms import Noise
from tabsynth.privacy.dp.numbers import QUERIES, NumberMarginal
from tabsynth.privacy.dp.scales import Scale
from tabsynth.schema.values import Values

UNITS = Scale("units", 0, is_whole=True)


def values(cells: list[float]) -> Values:
    missing = np.isnan(np.array(cells))
    return Values(np.where(missing, 0, np.nan_to_num(np.array(cells))).astype(np.int64), missing)


def learn(cells: list[float], scale: float = 3.0, *, can_miss: bool = True) -> NumberMarginal:
    rng = np.random.default_rng(0)
    return NumberMarginal.learn(
        values(cells), UNITS, {name: Noise(scale, 1e-6, rng) for name in QUERIES}, can_miss=can_miss
    )


def spread(rows: int) -> list[float]:
    return np.random.default_rng(5).integers(1_000, 2_000, rows).astype(float).tolist()


def test_a_value_of_many_is_exact_and_the_others_are_drawn_from_cells() -> None:
    marginal = learn([0.0] * 3_000 + spread(1_000))
    assert marginal.atoms.tolist() == [0]
    drawn = marginal.draw(4_000, np.random.default_rng(1)).data
    assert (drawn == 0).mean() == pytest.approx(0.75, abs=0.02)
    # Some 24 of the others lie below 1,024: enough for no finer cell than the upper half of that octave.
    assert drawn[drawn != 0].min() >= 768 and drawn.max() <= 2_048
    assert np.median(drawn[drawn != 0]) == pytest.approx(1_500, abs=60)


def test_the_greatest_value_of_one_subject_is_cut() -> None:
    marginal = learn([*spread(3_000), 10**12])
    assert marginal.coerce(values([10**12])).data[0] < 2_100
    assert marginal.draw(5_000, np.random.default_rng(0)).data.max() < 2_100


def test_values_inside_the_range_stay_as_they_are() -> None:
    marginal = learn(spread(3_000))
    inside = [float(number) for number in range(1_100, 1_900)]
    assert marginal.coerce(values(inside)).data.tolist() == inside


def test_with_exact_values_alone_others_take_the_nearest() -> None:
    marginal = learn([10.0] * 500 + [20.0] * 500)
    assert marginal.coerce(values([-5, 14, 16, 99])).data.tolist() == [10, 10, 20, 20]


def test_a_grid_is_kept() -> None:
    marginal = learn((np.random.default_rng(5).integers(10, 5_000, 5_000) * 100.0).tolist())
    assert marginal.grid == 100
    assert (marginal.draw(1_000, np.random.default_rng(0)).data % 100 == 0).all()
    assert marginal.coerce(values([12_345])).data.tolist() == [12_300]


def test_missing_cells_keep_their_share_where_they_are_many() -> None:
    marginal = learn(spread(900) + [np.nan] * 300)
    assert marginal.draw(1_000, np.random.default_rng(0)).missing.mean() == pytest.approx(0.25, abs=0.03)


def test_a_few_missing_cells_take_the_middle() -> None:
    marginal = learn([*spread(3_000), np.nan])
    assert not marginal.nullable
    assert marginal.coerce(values([np.nan])).data[0] == pytest.approx(1_500, abs=100)


@pytest.mark.parametrize("cells", [[], [5.0] * 3, [np.nan] * 3, [float(10**k) for k in range(15)]])
def test_too_few_subjects_leave_a_constant(cells: list[float]) -> None:
    marginal = learn(cells, scale=50.0)
    assert marginal.is_constant
    assert set(marginal.draw(5, np.random.default_rng(0)).data) == {0}
    assert set(marginal.coerce(values([1, 2, np.nan])).data) == {0}


def test_a_column_of_nothing_stays_missing() -> None:
    marginal = learn([np.nan] * 1_000)
    assert marginal.draw(5, np.random.default_rng(0)).missing.all()
    assert marginal.coerce(values([1.0, np.nan])).missing.all()


class Witness:
    """Noise that writes down the counts it is given, and releases what it released the first time.

    Privacy of adaptive queries is about equal answers so far: with the same answers, the next question is the same, and
    its true counts may differ by one subject only.
    """

    scale, threshold = 3.0, 10**9

    def __init__(self, answers: list[np.ndarray]) -> None:
        self.answers, self.seen = answers, list[np.ndarray]()

    def add(self, counts: np.ndarray) -> np.ndarray:
        at = len(self.seen)
        self.seen.append(counts)
        if at == len(self.answers):
            self.answers.append(counts.copy())
        return self.answers[at] if len(self.answers[at]) == len(counts) else np.zeros(len(counts), dtype=np.int64)


@settings(max_examples=30, deadline=None)
@given(
    added=st.one_of(st.none(), st.integers(-(10**15), 10**15), st.integers(900, 2_100)),
    rows=st.integers(0, 400),
)
def test_one_subject_changes_every_histogram_by_one_at_most_however_it_was_chosen(added: int | None, rows: int) -> None:
    answers: dict[str, list[np.ndarray]] = {name: [] for name in QUERIES}
    few = spread(rows)

    def counts(cells: list[float]) -> dict[str, np.ndarray]:
        witnesses = {name: Witness(answers[name]) for name in QUERIES}
        NumberMarginal.learn(values(cells), UNITS, witnesses, can_miss=True)  # type: ignore[arg-type]
        assert all(len(witness.seen) == 1 for witness in witnesses.values())
        return {name: witness.seen[0] for name, witness in witnesses.items()}

    before, after = counts(few), counts([*few, np.nan if added is None else float(added)])
    for name in QUERIES:
        if name == "atoms":  # one count a value that occurs: a new value is one more count, of one
            assert after[name].sum() - before[name].sum() == 1
            assert len(after[name]) - len(before[name]) in (0, 1)
        else:
            assert np.abs(after[name] - before[name]).sum() <= 1

"""Poisson sampling: independent coins, one record of a subject."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tabsynth.trainer.private.sampler import PoissonSampler

DRAWS = 4_000


def batches(sampler: PoissonSampler, draws: int = DRAWS) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [sampler.draw(rng) for _ in range(draws)]


@pytest.mark.parametrize(("subjects", "rate"), [(200, 0.05), (50, 0.5), (3, 0.01)])
def test_batch_sizes_are_binomial(subjects: int, rate: float) -> None:
    sizes = np.array([len(drawn) for drawn in batches(PoissonSampler(subjects, None, rate))])
    expected = stats.binom.pmf(np.arange(subjects + 1), subjects, rate) * DRAWS
    common = expected >= 5
    seen = np.bincount(sizes, minlength=subjects + 1)
    table = np.array([[*seen[common], seen[~common].sum()], [*expected[common], expected[~common].sum()]])
    keep = table[1] > 0
    assert stats.chisquare(table[0, keep], table[1, keep] * DRAWS / table[1, keep].sum()).pvalue > 1e-3


def test_every_subject_is_drawn_at_the_rate_and_apart_from_the_others() -> None:
    drawn = np.zeros((DRAWS, 20))
    for step, records in enumerate(batches(PoissonSampler(20, None, 0.3))):
        drawn[step, records] = 1
    assert np.abs(drawn.mean(axis=0) - 0.3).max() < 5 * np.sqrt(0.3 * 0.7 / DRAWS)
    off = np.corrcoef(drawn.T)[~np.eye(20, dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(DRAWS)


def test_a_subject_with_many_records_is_drawn_as_often_as_one_with_a_single_record() -> None:
    subjects = np.array([7] * 90 + [3] + [5] * 9)
    sampler = PoissonSampler(100, subjects, 0.4)
    assert sampler.num_subjects == 3
    drawn = np.concatenate([subjects[records] for records in batches(sampler)])
    shares = [np.mean(drawn == subject) * len(drawn) / DRAWS for subject in (3, 5, 7)]
    assert shares == pytest.approx([0.4] * 3, abs=5 * np.sqrt(0.24 / DRAWS))


def test_each_record_of_a_subject_has_its_turn() -> None:
    records = np.concatenate(batches(PoissonSampler(8, np.zeros(8, dtype=np.int64), 1.0)))
    assert stats.chisquare(np.bincount(records, minlength=8)).pvalue > 1e-3


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.floats(0.01, 1.0), st.integers(0, 1_000))
def test_a_step_holds_at_most_one_record_of_a_subject(subjects: list[int], rate: float, seed: int) -> None:
    of_record = np.array(subjects)
    drawn = PoissonSampler(len(subjects), of_record, rate).draw(np.random.default_rng(seed))
    assert len(np.unique(of_record[drawn])) == len(drawn)


def test_at_a_rate_of_one_every_subject_is_drawn_and_at_a_tiny_one_often_nobody() -> None:
    assert all(len(drawn) == 5 for drawn in batches(PoissonSampler(5, None, 1.0), 50))
    assert sum(len(drawn) == 0 for drawn in batches(PoissonSampler(5, None, 0.001), 50)) > 30


def test_subjects_of_another_number_of_records_are_refused() -> None:
    with pytest.raises(ValueError, match="records"):
        PoissonSampler(3, np.array([0, 1]), 0.5)

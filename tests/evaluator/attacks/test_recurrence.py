import numpy as np
import pytest

from tabsynth.evaluator.attacks.recurrence import Copies, Sought, compare
from tabsynth.evaluator.attacks.targets import Targets
from tabsynth.seeds import Seeds


def prints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def sought(members: np.ndarray, others: np.ndarray, repeated: np.ndarray, scale: float = 1.0) -> Sought:
    size = len(members) + len(others)
    targets = Targets(np.arange(len(members)), np.arange(len(others)), np.arange(size), np.arange(size) < len(members))
    return Sought(np.concatenate([members, others]), targets, repeated, scale)


def search(real: Sought, synthetic: np.ndarray) -> Copies:
    return compare(real, synthetic, np.arange(len(synthetic)), Seeds(0))


def test_holdout_hits_count_as_often_as_there_are_training_rows_for_each_holdout_row() -> None:
    # 4 of 10 rows equal training rows, 1 equals a holdout row, of which there are half as many.
    found = search(sought(prints(1, 2, 3, 4), prints(5, 6), prints()), prints(1, 1, 2, 3, 5, 7, 7, 8, 8, 9))
    assert found.excess.value == pytest.approx(0.4 - 2 * 0.1)
    assert (found.training_share, found.holdout_share) == (0.4, 0.2)
    # 3 of 4 members and 1 of 2 others are hit: (C(4,3) C(2,1) + C(4,4) C(2,0)) / C(6,4).
    assert found.p_value == pytest.approx(9 / 15)


def test_synthetic_rows_that_equal_a_repeated_real_row_are_not_counted() -> None:
    found = search(sought(prints(1, 2), prints(3), prints(9)), prints(1, 2, 9, 9))
    assert found.excess.value == pytest.approx(1.0)
    assert found.excess.num_rows == 2


def test_many_copies_of_one_row_are_one_hit() -> None:
    found = search(sought(prints(1, 2, 3), prints(4, 5, 6), prints()), prints(*[1] * 50))
    assert found.p_value == pytest.approx(0.5)


def test_what_a_sample_of_training_shows_holds_for_all_of_it() -> None:
    synthetic = prints(*range(100), *range(1_000, 1_900))
    found = search(sought(prints(*range(100)), prints(*range(500, 600)), prints(), scale=3.0), synthetic)
    assert found.training_share == 0.1
    assert found.excess.value == pytest.approx(0.3)
    assert search(sought(prints(1), prints(2), prints(), scale=3.0), prints(1)).excess.value == 1.0


def test_the_interval_holds_the_excess() -> None:
    excess = search(sought(prints(*range(50)), prints(*range(50, 90)), prints()), prints(*range(20, 120))).excess
    assert excess.low is not None and excess.high is not None and excess.value is not None
    assert excess.low < excess.value < excess.high


def test_without_a_row_that_is_alone_there_is_nothing_to_copy_or_no_control() -> None:
    assert search(sought(prints(), prints(1), prints(9)), prints(1)).excess.value == 0.0
    assert search(sought(prints(1), prints(2), prints(9)), prints(9)).excess.value == 0.0
    without_control = search(sought(prints(1), prints(), prints(9)), prints(1))
    assert without_control.excess.value is None
    assert "no control" in without_control.excess.note

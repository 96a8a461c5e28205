import numpy as np

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.steps import Steps

GROUPS = Groups(np.array([0, 1, 0, 1, 0, 2]), np.array([2.0, 0.0, 1.0, 5.0, 3.0, 4.0]))


def test_a_step_goes_to_the_next_row_of_the_same_group() -> None:
    steps = Steps.of(GROUPS)
    assert list(zip(steps.before, steps.after, steps.groups, strict=True)) == [(2, 0, 0), (0, 4, 0), (1, 3, 1)]


def test_a_longer_step_leaves_rows_out_and_no_step_stays() -> None:
    far, none, still = (Steps.of(GROUPS, lag) for lag in (2, 9, 0))
    assert list(zip(far.before, far.after, strict=True)) == [(2, 4)]
    assert len(none.before) == 0
    assert still.before.tolist() == still.after.tolist() and len(still.before) == 6

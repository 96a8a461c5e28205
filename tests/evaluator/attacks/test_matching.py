import numpy as np
import pandas as pd

from tabsynth.evaluator.attacks.matching import Sample, matched_samples
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.seeds import Seeds


def sides_of(training: pd.DataFrame, holdout: pd.DataFrame, group_by: str | None = None) -> Sides:
    schema, seeds = with_keys(read_kinds(training), group_by, None, None), Seeds(0)
    real, fresh = (read_side(frame, schema, seeds, what="it", group_by=group_by) for frame in (training, holdout))
    return Sides(real, fresh, fresh, schema, None, seeds)


def test_as_many_rows_are_drawn_as_the_smaller_side_has() -> None:
    rng = np.random.default_rng(0)
    sides = sides_of(pd.DataFrame({"x": rng.random(50)}), pd.DataFrame({"x": rng.random(20)}))
    ours, theirs = matched_samples(sides, 100)
    assert (ours.size, theirs.size, len(ours.rows), len(theirs.rows)) == (20, 20, 20, 20)
    assert matched_samples(sides, 7)[0].size == 7


def test_groups_are_drawn_whole_and_long_ones_are_not_preferred() -> None:
    rng = np.random.default_rng(0)
    keys = np.concatenate([np.arange(100), np.repeat(np.arange(100, 200), 20)])
    training = pd.DataFrame({"key": keys, "x": rng.random(len(keys))})
    holdout = pd.DataFrame({"key": np.arange(60), "x": rng.random(60)})
    sample, _ = matched_samples(sides_of(training, holdout, "key"), 1000)
    sizes = np.bincount(sample.units)
    assert sample.size == 60
    assert set(sizes.tolist()) == {1, 20}
    assert 15 < (sizes == 1).sum() < 45  # half of the groups are single rows


def test_one_row_stands_for_each_unit_and_amounts_are_summed() -> None:
    sample = Sample(np.array([3, 5, 8]), np.array([0, 1, 0]), 2)
    assert sample.one_row_each().tolist() == [3, 5]
    assert sample.per_unit(np.array([1, 2, 4])).tolist() == [5, 2]

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.seeds import Seeds


def _make_sides(
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    group_by: str | None = None,
    random_state: int = 0,
) -> Sides:
    schema, seeds = with_keys(read_kinds(training), group_by, None, None), Seeds(random_state)
    sides = [read_side(frame, schema, seeds, what="it", group_by=group_by) for frame in (training, holdout, synthetic)]
    return Sides(*sides, schema, None, seeds)


@pytest.fixture(scope="session")
def make_sides() -> Callable[..., Sides]:
    """Builds the sides of an evaluation from frames."""
    return _make_sides


def _shuffle_columns(frame: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return frame.apply(lambda column: column.sample(frac=1, random_state=rng).to_numpy())


@pytest.fixture(scope="session")
def shuffle_columns() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Shuffles every column on its own."""
    return _shuffle_columns

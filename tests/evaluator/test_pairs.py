from collections.abc import Callable

import numpy as np
import pandas as pd

from tabsynth.evaluator.pairs import MAX_COLUMNS, correlations
from tabsynth.evaluator.sides import Side, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

People = Callable[[int, int], pd.DataFrame]


def side(frame: pd.DataFrame, like: pd.DataFrame) -> Side:
    return read_side(frame, infer_schema(like), Seeds(0), what="x")


def test_the_pair_that_lost_its_association_comes_first(people: People) -> None:
    real = people(400, 1)
    fake = real.assign(income=np.random.default_rng(0).permutation(real["income"]))
    found = correlations(side(real, real), side(fake, real))
    assert found is not None and {"income"} < {found.worst[0].first, found.worst[0].second}
    assert found.worst[0].difference == max(map(max, found.difference))
    assert len(found.worst) == 10


def test_one_column_has_no_pairs() -> None:
    one = pd.DataFrame({"a": range(1, 41, 2)})
    assert correlations(side(one, one), side(one, one)) is None


def test_a_column_without_values_has_no_association_and_differs_by_one(people: People) -> None:
    real = people(100, 1)
    found = correlations(side(real, real), side(real.assign(income=None), real))
    assert found is not None
    place = found.names.index("income")
    other = found.names.index("age")
    assert found.synthetic[place][other] is None and found.difference[place][other] == 1.0


def test_the_matrix_stays_small_for_wide_tables() -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(30, MAX_COLUMNS + 20))).add_prefix("c")
    found = correlations(side(wide, wide), side(wide, wide))
    assert found is not None and len(found.names) == len(found.training) == MAX_COLUMNS

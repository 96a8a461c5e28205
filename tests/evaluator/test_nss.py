from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.nss import field_type, sqs_nss


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([None] * 60, "empty"),
        ([0, 1] * 30, "binary"),
        ([0.5, 1.5, 2.5] * 20, "numeric"),
        ([1, 2, 3] * 20, "categorical"),
        ([-1, 2, 3] * 20, "numeric"),
        (list(range(60)), "numeric"),
        (["a", "b", "c"] * 20, "categorical"),
        ([f"row number {i} here" for i in range(60)], "text"),
        ([f"id{i}" for i in range(60)], "other"),
    ],
)
def test_types_are_read_as_the_peer_reads_them(values: list[object], expected: str) -> None:
    assert field_type(pd.Series(values)) == expected


def test_a_copy_scores_ten(people: Callable[[int, int], pd.DataFrame]) -> None:
    table = people(300, 1)
    assert sqs_nss(table, table, 5_000) == 10.0


def test_a_ruined_number_column_stays_perfect_as_in_the_original() -> None:
    real = pd.DataFrame({"x": np.linspace(0, 1, 200)})
    junk = pd.DataFrame({"x": [f"junk{i}" for i in range(200)]})
    assert sqs_nss(real, junk, 5_000) == 10.0

import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.schema.column import Kind


def kinds(frame: pd.DataFrame) -> dict[str, Kind]:
    return {column.name: column.kind for column in read_kinds(frame).columns}


def test_what_training_would_refuse_is_read_as_far_as_it_can_be_compared() -> None:
    found = kinds(
        pd.DataFrame(
            {
                "infinite": [1.5, np.inf, 2.5],
                "mixed": [1, "a", None],
                "nested": [[1], [2, 3], []],
                "empty": [None, None, None],
                "whole": [1, 2, 4],
            }
        )
    )
    assert found == {
        "infinite": Kind.DECIMAL,
        "mixed": Kind.CATEGORICAL,
        "nested": Kind.CATEGORICAL,
        "empty": Kind.CATEGORICAL,
        "whole": Kind.INTEGER,
    }


def test_names_that_are_no_strings_are_read_as_strings() -> None:
    assert read_kinds(pd.DataFrame({0: [1, 2], 1: [3, 4]})).names == ["0", "1"]


def test_two_thousand_columns_and_one_row_are_read() -> None:
    assert len(read_kinds(pd.DataFrame(np.zeros((1, 2_000)))).columns) == 2_000


def test_a_table_without_columns_or_with_one_twice_is_refused() -> None:
    with pytest.raises(EvaluationError, match="has no columns"):
        read_kinds(pd.DataFrame(index=[0, 1]))
    with pytest.raises(EvaluationError, match="1 column names twice"):
        read_kinds(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_the_column_that_names_the_group_is_an_identifier() -> None:
    schema = read_kinds(pd.DataFrame({"id": [1, 1, 2], "day": [1, 2, 1], "y": [0.5, 1.5, 2.5]}))
    assert with_keys(schema, "id", "day", "y")["id"].kind is Kind.IDENTIFIER
    assert with_keys(schema, None, None, None) == schema


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (("ib", None, None), "there is no column 'ib'"),
        (("id", "dax", None), "there is no column 'dax'"),
        (("id", None, "z"), "there is no column 'z'"),
        ((None, "day", None), "orders the rows of a group"),
        (("id", None, "id"), "the target names the groups"),
    ],
)
def test_keys_that_make_no_sense_are_refused(keys: tuple[str | None, str | None, str | None], message: str) -> None:
    schema = read_kinds(pd.DataFrame({"id": [1, 1, 2], "day": [1, 2, 1]}))
    with pytest.raises(EvaluationError, match=message):
        with_keys(schema, *keys)

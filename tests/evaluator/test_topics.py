import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.table import Table, read_table
from tabsynth.evaluator.topics import MAX_CHARACTERS, NUM_TOPICS, Topics
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(**texts: list[object]) -> Table:
    columns = [Column(name=name, kind=Kind.TEXT, dtype=ColumnDtype(name="x"), nullable=True) for name in texts]
    return read_table(pd.DataFrame(texts, dtype=object), Schema(columns=tuple(columns)))


PRAISE, BLAME = "warm and soft, fits well", "thin and cold, tore soon"


def test_texts_about_the_same_lie_together() -> None:
    topics = Topics.fit(table(review=[PRAISE, BLAME] * 20))
    assert topics is not None
    near, far, again = topics.matrix(table(review=[PRAISE, BLAME, "soft and warm, fits well"]))
    assert np.linalg.norm(near - again) < np.linalg.norm(near - far) / 2


def test_the_order_of_columns_does_not_matter() -> None:
    straight, turned = (
        table(**{name: [f"{name} {PRAISE}", f"{name} {BLAME} again"] * 20 for name in names}) for names in ("ab", "ba")
    )
    first, second = Topics.fit(straight), Topics.fit(turned)
    assert first is not None and second is not None
    assert first.matrix(straight).tolist() == second.matrix(turned).tolist()


def test_missing_unknown_and_endless_texts_have_a_place_as_well() -> None:
    topics = Topics.fit(table(review=[PRAISE, BLAME, None] * 20))
    assert topics is not None and topics.size <= NUM_TOPICS
    found = topics.matrix(table(review=[None, "🙂 שלום", PRAISE + " x" * 5_000, "x" * MAX_CHARACTERS + PRAISE]))
    assert np.isfinite(found).all()
    assert (found[[0, 1, 3]] == 0).all() and found[2].any()


@pytest.mark.parametrize("texts", [[None] * 9, ["🙂"] * 9, [f"only{i} here{i}" for i in range(9)], ["word"] * 9])
def test_texts_that_share_no_words_or_say_one_thing_have_no_topics(texts: list[object]) -> None:
    assert Topics.fit(table(review=texts)) is None


def test_a_target_and_other_kinds_are_left_out() -> None:
    assert Topics.fit(table(review=[PRAISE, BLAME] * 20), without="review") is None
    assert Topics.fit(Table((), 3)) is None

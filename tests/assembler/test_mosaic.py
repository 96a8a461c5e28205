"""Made-up rows: first columns that go together, last ones that do not, and nobody's row."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.assembler.mosaic import MIN_ROWS_OF_A_LABEL, Mosaic
from tabsynth.codec.facts import Facts
from tabsynth.codec.text import ByteTokenizer
from tabsynth.schema.infer import infer_schema


def drawn(frame: pd.DataFrame, rows: int = 400, *, derive: bool = False, seed: int = 0) -> pd.DataFrame:
    schema = infer_schema(frame)
    facts = Facts.fit(frame, schema, ByteTokenizer(), derive=derive)
    return Mosaic(frame, schema, facts).draw(rows, np.random.default_rng(seed))


def chained() -> pd.DataFrame:
    """Six columns that say the same in other words."""
    codes = np.arange(300) % 5
    return pd.DataFrame({name: np.char.add(name, codes.astype(str)) for name in "abcdef"})


def test_the_first_columns_go_together_and_the_last_third_does_not() -> None:
    made = drawn(chained()).map(lambda label: label[1:])
    for first, second in ("ab", "bc", "cd"):
        assert (made[first] == made[second]).all()
    for first, second in ("de", "ef"):
        assert (made[first] == made[second]).mean() < 0.3  # one in five by chance


def test_a_column_that_another_one_settles_follows_it() -> None:
    frame = pd.DataFrame({"size": np.arange(300) % 7, "half": np.arange(300) % 7 > 3, "noise": np.arange(300) % 11})
    schema = infer_schema(frame)
    facts = Facts.fit(frame, schema, ByteTokenizer())
    assert [codec.type for codec in facts.columns].count("derived") == 1
    made = Mosaic(frame, schema, facts).draw(400, np.random.default_rng(0))
    assert ((made["size"] > 3) == made["half"]).all()


def test_no_row_is_followed_for_longer_than_a_cell() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(size=500) for name in "abcdefghi"})
    owner = {name: dict(zip(frame[name], range(500), strict=True)) for name in frame}
    made = drawn(frame).apply(lambda column: column.map(owner[column.name]))
    same = [(made[a] == made[b]).mean() for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert max(same) < 0.06  # 500 rows in 8 ranges: one in about 60


def test_numbers_go_together_by_range() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=800)})
    for name in "bcdef":
        frame[name] = frame["a"] + rng.normal(scale=0.1, size=800)
    made = drawn(frame)
    assert made["a"].corr(made["b"]) > 0.8
    assert abs(made["e"].corr(made["f"])) < 0.2


def test_labels_of_few_rows_are_not_used() -> None:
    labels = ["often"] * 90 + ["never"] * (MIN_ROWS_OF_A_LABEL - 1) + ["some"] * MIN_ROWS_OF_A_LABEL
    frame = pd.DataFrame({"label": labels, "more": labels[::-1], "n": np.arange(len(labels)) % 9})
    made = drawn(frame)
    assert set(made["label"]) == set(made["more"]) == {"often", "some"}


def test_where_all_labels_are_rare_they_are_used() -> None:
    labels = list("abcdef") * (MIN_ROWS_OF_A_LABEL - 1)
    frame = pd.DataFrame({"label": labels, "n": np.arange(len(labels)) % 7})
    schema = infer_schema(frame, {"label": "categorical"})
    mosaic = Mosaic(frame, schema, Facts.fit(frame, schema, ByteTokenizer()))
    assert set(mosaic.draw(200, np.random.default_rng(0))["label"]) == set("abcdef")


def test_a_table_of_every_kind_keeps_its_dtypes_and_loses_its_identifiers(table: pd.DataFrame) -> None:
    made = drawn(table)
    assert list(made.columns) == [name for name in table.columns if name != "customer"]
    assert all(made[name].dtype == table[name].dtype for name in made)
    assert 0.03 < made["income"].isna().mean() < 0.2
    assert set(made["city"]) == {"Bern", "Oslo", "Rome"}


def test_texts_are_new() -> None:
    rng = np.random.default_rng(0)
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "it", "was", "good", "so", "they", "went", "home"]
    texts = [" ".join(rng.choice(words, 9)) for _ in range(200)]
    frame = pd.DataFrame({"n": rng.integers(0, 9, 200), "note": texts})
    made = drawn(frame)
    assert not set(made["note"]) & set(texts)
    assert set(" ".join(made["note"]).split()) <= set(words)


def test_a_text_that_is_stored_as_a_category_stays_one_of_them() -> None:
    frame = pd.DataFrame({"note": pd.Categorical([f"see page {at}" for at in range(60)]), "n": range(60)})
    schema = infer_schema(frame, {"note": "text"})
    mosaic = Mosaic(frame, schema, Facts.fit(frame, schema, ByteTokenizer()))
    assert set(mosaic.draw(50, np.random.default_rng(0))["note"]) <= set(frame["note"])


@pytest.mark.parametrize("width", [1, 2, 3])
def test_narrow_tables_have_secrets_alone(width: int) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{at}": rng.integers(0, 50, 300) for at in range(width)})
    assert drawn(frame).shape == (400, width)


def test_the_same_seed_gives_the_same_rows(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(drawn(table), drawn(table))
    assert not drawn(table).equals(drawn(table, seed=1))

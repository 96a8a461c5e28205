"""What a training is prepared from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth import Config
from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.data.split import Split, split_holdout
from tabsynth.preparing import Prepared, prepare, subjects_of
from tabsynth.progress import Silent
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds


@pytest.fixture
def spiked() -> pd.DataFrame:
    """300 rows with a town that three of them name and one income far beyond all others."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "town": ["Thule"] * 3 + list(rng.choice(["Bern", "Oslo"], 297)),
            "income": [9_999_999, *rng.integers(1_000, 5_000, 299)],
        }
    )


def prepared(frame: pd.DataFrame, tiny: dict[str, Any], **options: Any) -> Prepared:
    split = Split(training=frame, holdout=frame.tail(20))
    return prepare(split, infer_schema(frame), Config(**(tiny | options)), Silent())


def test_what_few_rows_hold_is_gone_before_the_codec_learns(spiked: pd.DataFrame, tiny: dict[str, Any]) -> None:
    town, income = prepared(spiked, tiny).facts.columns
    assert isinstance(town, CategoricalCodec) and set(town.categories) == {"Bern", "Oslo"}
    assert isinstance(income, NumericCodec) and "9999999" not in income.model_dump_json()


def test_without_protection_all_is_learned_and_nothing_recorded(spiked: pd.DataFrame, tiny: dict[str, Any]) -> None:
    ready = prepared(spiked, tiny, protect=False)
    town = ready.facts.columns[0]
    assert isinstance(town, CategoricalCodec) and "Thule" in town.categories
    assert ready.protection is None


def test_protection_counts_persons_where_a_column_names_them(spiked: pd.DataFrame, tiny: dict[str, Any]) -> None:
    frame = spiked.assign(who=[f"p{number // 15}" for number in range(300)])
    frame.loc[:29, "town"] = "Thule"  # thirty rows, two persons
    ready = prepared(frame, tiny, group_by="who", pii="off")
    town = ready.facts.columns[0]
    assert isinstance(town, CategoricalCodec) and "Thule" not in town.categories
    assert ready.protection is not None and (ready.protection.unit, ready.protection.subjects) == ("group", 20)


def test_rows_are_subjects_unless_a_column_names_them(spiked: pd.DataFrame) -> None:
    assert subjects_of(spiked, Config()) is None
    numbers = subjects_of(spiked, Config(group_by="town"))
    assert numbers is not None and len(set(numbers.tolist())) == 3


def test_the_holdout_is_watched_as_far_as_it_can_be_written(spiked: pd.DataFrame, tiny: dict[str, Any]) -> None:
    split = split_holdout(spiked, 60, Seeds(2))
    holdout = pd.concat([split.holdout, spiked.head(3)], ignore_index=True)  # Thule has no token
    ready = prepare(Split(split.training, holdout), infer_schema(spiked), Config(**tiny), Silent())
    assert ready.watched is not None
    assert 50 <= len(ready.watched.records) <= 60

"""What a differentially private training is prepared from: nothing but what is paid for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth import Config, ConfigError
from tabsynth.data.split import Split
from tabsynth.privacy.dp import epsilon_of
from tabsynth.private_preparing import PrivatePrepared, prepare_privately
from tabsynth.progress import Silent
from tabsynth.schema.infer import infer_schema

ROWS = 3_000


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"kind": rng.choice(["a", "b", "c"], ROWS, p=[0.5, 0.3, 0.2]), "n": rng.integers(0, 50, ROWS)})
    frame.loc[0, ["kind", "n"]] = ["alone", 987_654]
    return frame


def prepared(table: pd.DataFrame, secret: Path, **options: Any) -> PrivatePrepared:
    config = Config(**({"epsilon": 8.0, "model": "tabsynth-mini", "pii": "off"} | options))
    return prepare_privately(Split(table, table.head(20)), infer_schema(table), config, Silent(), secret)


def test_a_value_that_one_row_holds_is_neither_learned_nor_written(table: pd.DataFrame, tmp_path: Path) -> None:
    made = prepared(table, tmp_path / "secret").ready
    text = made.facts.model_dump_json() + made.schema.model_dump_json()
    assert "alone" not in text and "987654" not in text
    assert len(made.training.records) == ROWS
    assert made.watched is None and made.protection is None


def test_the_same_secret_releases_the_same_marginals_and_another_others(table: pd.DataFrame, tmp_path: Path) -> None:
    first, again, other = (prepared(table, tmp_path / name).ready for name in ("one", "one", "two"))
    assert np.array_equal(first.table.records.ids, again.table.records.ids)
    assert not np.array_equal(first.table.records.ids, other.table.records.ids)


def test_counts_of_the_metadata_come_from_made_up_records(table: pd.DataFrame, tmp_path: Path) -> None:
    ready = prepared(table, tmp_path / "secret").ready
    assert len(ready.table.records) != ROWS


def test_shares_of_a_slot_are_those_of_the_table_about(table: pd.DataFrame, tmp_path: Path) -> None:
    made = prepared(table, tmp_path / "secret")
    vocabulary = made.ready.codec.vocabulary
    kinds = made.shares[vocabulary.first[0] : vocabulary.first[1]]
    assert kinds.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(np.sort(kinds), [0.2, 0.3, 0.5], atol=0.05)


def test_preprocessing_and_training_together_stay_below_the_promise(table: pd.DataFrame, tmp_path: Path) -> None:
    made = prepared(table, tmp_path / "secret")
    ledger = made.ledger()
    assert 7.8 < ledger.total.epsilon <= 8.0
    assert ledger.subjects == ROWS
    assert epsilon_of(ledger.training.history, ledger.delta).value < ledger.total.epsilon


def test_persons_are_the_unit_where_a_column_names_them(table: pd.DataFrame, tmp_path: Path) -> None:
    frame = table.assign(who=np.arange(ROWS) // 2)
    made = prepared(frame, tmp_path / "secret", group_by="who")
    assert made.promise.num_subjects == ROWS // 2
    assert made.ledger().unit.column == "who"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"canaries": 2}, "'canaries' cannot be kept"),
        ({"max_minutes": 1.0}, "'max_minutes' cannot be kept"),
        ({"records_per_example": 2}, "'records_per_example' cannot be kept"),
        ({"record_format": "jsonl"}, "nobody has paid for"),
        ({"delta": 0.01}, "does not protect 3,000 subjects"),
    ],
)
def test_settings_that_would_break_the_promise_are_refused(
    table: pd.DataFrame, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        prepared(table, tmp_path / "secret", **options)

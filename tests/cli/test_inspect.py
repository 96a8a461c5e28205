"""`tabsynth inspect` shows schemas and runs in counts and reasons, never in cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def rows(text: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split() for line in text.splitlines() if line.split()}


def test_a_table_is_shown_with_the_schema_that_it_would_get(data: Path, call: Callable[..., Any]) -> None:
    shown = call("inspect", data).stdout
    assert "240 rows, 7 columns" in shown
    columns = rows(shown)
    assert columns["customer"][1:5] == ["identifier", "str", "0.0%", "0"]
    assert columns["age"][1:3] == ["integer", "int16"]
    assert columns["city"][1:5] == ["categorical", "category", "0.0%", "1"]
    assert columns["joined"][1] == "datetime"
    assert columns["income"][3] != "0.0%"
    assert "Base model: tabsynth-mini" in shown


def test_a_declared_kind_is_shown(data: Path, call: Callable[..., Any]) -> None:
    assert rows(call("inspect", data, "--types", "age=categorical").stdout)["age"][1] == "categorical"


def test_a_run_is_shown_with_its_plan_and_the_reasons(run: Path, call: Callable[..., Any]) -> None:
    shown = call("inspect", run).stdout
    assert "192 rows learned, 48 kept aside" in shown
    assert "Tokens a record: mean" in shown
    plan = rows(shown)
    assert plan["hidden_size"][1:] == ["32", "set", "by", "the", "user"]
    assert len(plan["learning_rate"]) > 4  # its value and why
    assert plan["city"][-2:] == ["3", "categories"]


def test_canaries_of_a_run_are_counted(run: Path, call: Callable[..., Any]) -> None:
    assert "anaries" not in call("inspect", run).stdout
    file = run / "training_metadata.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"canaries": {"repetitions": [1, 4, 1, 16]}}))
    assert "Canaries: 4 made-up rows planted in 22 records." in call("inspect", run).stdout


def test_a_column_name_is_no_markup(tmp_path: Path, call: Callable[..., Any]) -> None:
    pd.DataFrame({"[red]x": [1, 2, 2, 3] * 10}).to_csv(tmp_path / "t.csv", index=False)
    assert "[red]x" in call("inspect", tmp_path / "t.csv").stdout


def test_personal_data_of_a_table_is_listed_and_no_cell_of_it(tmp_path: Path, call: Callable[..., Any]) -> None:
    mails = [f"ann{number}@example.org" for number in range(40)]
    pd.DataFrame({"mail": mails, "n": range(0, 80, 2)}).to_csv(tmp_path / "t.csv", index=False)
    shown = call("inspect", tmp_path / "t.csv", "--pii").stdout
    assert "Personal data in 1 of 2 columns, 40 rows." in shown
    assert any(line.split()[:2] == ["mail", "email"] and "replace" in line for line in shown.splitlines())
    assert "ann3" not in shown and "--pii COLUMN=ENTITY" in shown


def test_personal_data_of_a_run_is_what_was_found_before_training(run: Path, call: Callable[..., Any]) -> None:
    assert "Personal data in" in call("inspect", run, "--pii").stdout

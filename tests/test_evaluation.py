"""Evaluating a run of a table with personal data, right after fit and after load."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from faker import Faker

from tabsynth import ArtifactError, Synthesizer
from tabsynth.evaluation import learned_rows
from tabsynth.progress import Silent

KEY = b"a key for tests, thirty-two byte"


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    fake = Faker("en_US")
    fake.seed_instance(3)
    mails = [fake.unique.email() for _ in range(150)]
    return pd.DataFrame({"email": mails, "score": [number * number % 17 for number in range(150)]})


@pytest.fixture(scope="module")
def fitted(people: pd.DataFrame, tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    run = tmp_path_factory.mktemp("people") / "run"
    return Synthesizer(progress=False, **tiny).fit(people, run_dir=run, pii_key=KEY)


def test_with_the_key_the_learned_rows_come_back(fitted: Synthesizer, people: pd.DataFrame) -> None:
    again = learned_rows(people, fitted.metadata, KEY, Silent())
    assert again.strange == ()
    assert fitted.split is not None
    pd.testing.assert_frame_equal(again.split.training, fitted.split.training)
    pd.testing.assert_frame_equal(again.split.holdout, fitted.split.holdout)


def test_without_the_key_the_rows_come_back_and_their_stand_ins_are_called_strange(
    fitted: Synthesizer, people: pd.DataFrame
) -> None:
    again = learned_rows(people, fitted.metadata, None, Silent())
    assert again.strange == ("email",)
    assert fitted.split is not None
    pd.testing.assert_series_equal(again.split.training["score"], fitted.split.training["score"])


def test_another_table_is_refused(fitted: Synthesizer, people: pd.DataFrame) -> None:
    with pytest.raises(ArtifactError, match="this is not the table that was learned"):
        learned_rows(people.assign(score=1), fitted.metadata, KEY, Silent())


def test_strange_columns_are_left_out_and_said(
    fitted: Synthesizer, people: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fake = fitted.generate(60)
    loaded = Synthesizer.load(fitted.save(tmp_path / "saved"), progress=False)
    with caplog.at_level(logging.WARNING, "tabsynth"):
        report = loaded.evaluate(fake, training=people)
    assert "1 columns of stand-ins are left out" in caplog.text
    assert [column.name for column in report.evaluation.columns] == ["score"]
    assert {column.name for column in fitted.evaluate(fake).evaluation.columns} == {"email", "score"}


def test_no_planted_address_is_in_the_output_or_in_any_file(fitted: Synthesizer, people: pd.DataFrame) -> None:
    fake = fitted.generate(200)
    assert not set(fake["email"]) & set(people["email"])
    assert fitted._run is not None
    written = b"\0".join(file.read_bytes() for file in fitted._run.root.rglob("*") if file.is_file())
    assert not [mail for mail in people["email"] if mail.encode() in written]
    assert str(KEY).encode() not in written and KEY not in written


def test_the_findings_are_kept_with_the_run(fitted: Synthesizer, tmp_path: Path) -> None:
    loaded = Synthesizer.load(fitted.save(tmp_path / "saved"), progress=False)
    assert loaded.pii is not None and loaded.pii == fitted.pii
    assert [finding.column for finding in loaded.pii.findings] == ["email"]


def test_whose_row_it_is_settles_what_the_report_counts(tiny: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    visits = pd.DataFrame(
        {"who": np.repeat(np.arange(60), 5), "n": rng.integers(0, 9, 300), "c": rng.integers(0, 3, 300)}
    )
    synth = Synthesizer(progress=False, group_by="who", **tiny).fit(visits)
    assert synth.split is not None
    assert not set(synth.split.training["who"]) & set(synth.split.holdout["who"])
    found = synth.evaluate(synth.generate(100)).evaluation
    assert found.scores["sequence_length"].value is not None
    assert synth.metadata.protection is not None and synth.metadata.protection.unit == "group"

"""The Synthesizer's order of stages, and what it refuses before any of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth import ArtifactError, ConfigError, DataError, SchemaError, Synthesizer
from tabsynth.generator.rules import Rule


@pytest.fixture
def loaded(fitted_run: Path, tmp_path: Path) -> Synthesizer:
    return Synthesizer.load(shutil.copytree(fitted_run, tmp_path / "run"), progress=False)


@pytest.mark.parametrize("num_rows", [0, -1, 1.5, True, "10", None])
def test_a_number_of_rows_that_is_none_is_refused(loaded: Synthesizer, num_rows: Any) -> None:
    with pytest.raises(ConfigError, match="num_rows must be a whole number from 1"):
        loaded.generate(num_rows)


def test_a_number_of_rows_may_come_out_of_numpy(loaded: Synthesizer) -> None:
    assert len(loaded.generate(np.int64(3))) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [lambda s: s.generate(3), lambda s: s.save("x"), lambda s: s.metadata])
def test_before_fit_there_is_nothing_to_use(act: Any) -> None:
    with pytest.raises(ArtifactError, match="nothing has been fitted yet"):
        act(Synthesizer(progress=False))


def test_a_misspelt_setting_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'max_epochs'"):
        Synthesizer(max_epoch=3)


def test_a_misspelt_target_is_an_error_with_a_suggestion(table: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match=r"there is no column 'incom'\. Did you mean 'income'"):
        Synthesizer(target="incom", progress=False).fit(table)


def test_a_run_directory_that_is_a_file_is_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "run"
    file.write_text("mine")
    with pytest.raises(ArtifactError, match="it is a file"):
        Synthesizer(progress=False).fit(table, run_dir=file)
    assert file.read_text() == "mine"


def test_save_refuses_a_directory_that_is_in_use(loaded: Synthesizer, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(ArtifactError, match="not empty"):
        loaded.save(tmp_path / "full")


def test_save_into_its_own_directory_does_nothing(loaded: Synthesizer, tmp_path: Path) -> None:
    assert loaded.save(tmp_path / "run") == tmp_path / "run"


def test_load_takes_generation_settings_and_refuses_unknown_ones(fitted_run: Path) -> None:
    assert Synthesizer.load(fitted_run, temperature=0.5).config.temperature == 0.5
    with pytest.raises(ConfigError, match="Did you mean 'temperature'"):
        Synthesizer.load(fitted_run, temprature=0.5)


def test_evaluate_after_load_asks_for_the_training_table(loaded: Synthesizer, table: pd.DataFrame) -> None:
    with pytest.raises(ArtifactError, match=r"the training rows are not kept.*training="):
        loaded.evaluate(table)


def test_evaluate_after_load_refuses_another_table(loaded: Synthesizer, table: pd.DataFrame) -> None:
    with pytest.raises(ArtifactError, match="this is not the table that was learned"):
        loaded.evaluate(table, training=table.iloc[::-1])


def test_evaluate_after_load_splits_as_fit_did_whatever_is_set_now(fitted_run: Path, table: pd.DataFrame) -> None:
    synthesizer = Synthesizer.load(fitted_run, random_state=999, holdout=30)
    holdout = synthesizer._learned(table).split.holdout
    pd.testing.assert_frame_equal(holdout, pd.read_parquet(fitted_run / "holdout.parquet"))


def test_a_failed_fit_leaves_what_was_fitted_before(loaded: Synthesizer, table: pd.DataFrame) -> None:
    before = loaded.generate(5)
    with pytest.raises(DataError):
        loaded.fit("no such table.csv")
    with pytest.raises(SchemaError):
        loaded.fit(table.head(0))
    pd.testing.assert_frame_equal(loaded.generate(5), before)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.jsonl"])
def test_rows_that_go_to_a_file_are_those_of_the_frame(loaded: Synthesizer, tmp_path: Path, name: str) -> None:
    from tabsynth.data.write import write_table

    write_table(loaded.generate(30), tmp_path / f"expected-{name}")
    assert loaded.generate(30, to=tmp_path / name) == str(tmp_path / name)
    read = pd.read_parquet if name.endswith(".parquet") else lambda path: path.read_bytes()
    made, expected = read(tmp_path / name), read(tmp_path / f"expected-{name}")
    assert made.equals(expected) if isinstance(made, pd.DataFrame) else made == expected
    assert sorted(path.name for path in (tmp_path / "run").glob("generation/*/*")) == ["lock", "manifest.json", "pid"]


def test_a_table_goes_to_any_address_that_fsspec_knows(loaded: Synthesizer) -> None:
    import fsspec

    assert loaded.generate(5, to="memory://synthesizer/t.csv") == "memory://synthesizer/t.csv"
    with fsspec.open("memory://synthesizer/t.csv", "rt") as file:
        assert len(file.read().splitlines()) == 6


@pytest.mark.parametrize(
    ("to", "found"),
    [("t.xlsx", "not a kind of table"), ("no/such/t.csv", "does not exist"), ("no://x/t.csv", "not known")],
)
def test_a_place_where_no_table_can_lie_is_refused_before_anything_is_made(
    loaded: Synthesizer, tmp_path: Path, to: str, found: str
) -> None:
    with pytest.raises(DataError, match=found):
        loaded.generate(5, to=to)
    assert not list((tmp_path / "run").glob("generation/*"))


def test_the_rows_do_not_depend_on_how_often_the_generation_was_interrupted(
    fitted_run: Path, tmp_path: Path, interrupting: Any
) -> None:
    run = shutil.copytree(fitted_run, tmp_path / "run")
    whole = Synthesizer.load(run, progress=False, rows_per_part=10).generate(60)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            Synthesizer.load(run, progress=interrupting("generate", 20), rows_per_part=10).generate(60)
    (folder,) = (run / "generation").iterdir()
    finished = {path.name for path in folder.glob("part-*")}
    assert 2 <= len(finished) < 6
    synthesizer = Synthesizer.load(run, progress=False, rows_per_part=10)
    pd.testing.assert_frame_equal(synthesizer.generate(60), whole)
    summary = synthesizer.last_generation
    assert summary is not None
    assert (summary.num_rows, summary.parts) == (60, 6)
    assert not folder.exists()


def test_every_row_meets_the_rules(loaded: Synthesizer) -> None:
    fake = loaded.generate(40, rules=["age >= 50", Rule.of("city", lambda city: city != "Oslo")])
    assert len(fake) == 40
    assert fake["age"].min() >= 50
    assert "Oslo" not in set(fake["city"])
    assert loaded.last_generation is not None
    assert loaded.last_generation.rejected["rule"] > 0


def test_rules_of_the_config_and_of_the_call_hold_together(fitted_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(fitted_run, tmp_path / "run")
    fake = Synthesizer.load(run, progress=False, rules=["age >= 50"]).generate(20, rules="age <= 70")
    assert fake["age"].between(50, 70).all()


@pytest.mark.parametrize(
    ("rule", "found"),
    [("age >=", "rule"), ("agge > 3", "Did you mean 'age'"), ("customer != 'x'", "identifier column")],
)
def test_a_rule_that_cannot_be_checked_is_refused(loaded: Synthesizer, rule: str, found: str) -> None:
    with pytest.raises(ConfigError, match=found):
        loaded.generate(5, rules=[rule])


def test_a_model_that_learned_legal_tokens_cannot_be_told_to_reject(fitted_run: Path) -> None:
    synthesizer = Synthesizer.load(fitted_run, progress=False, constraint="reject")
    assert synthesizer.metadata.legal
    with pytest.raises(ConfigError, match=r"was trained to write legal table tokens only.*Fit with constraint="):
        synthesizer.generate(5)


def test_weights_are_free_or_legal_as_the_constraint_says(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path
) -> None:
    run, settings = tmp_path / "run", tiny | {"max_epochs": 12.0, "constraint": "reject"}
    columns = table[["city", "member"]]
    free = Synthesizer(progress=False, **settings).fit(columns, run_dir=run)
    assert not free.metadata.legal
    assert len(free.generate(30)) == 30
    summary = free.last_generation
    assert summary is not None
    assert (summary.constraint, summary.num_rejected > 0, summary.valid_record_fraction < 1) == ("reject", True, True)
    legal = Synthesizer.load(run, progress=False, constraint="grammar")
    assert len(legal.generate(30)) == 30
    summary = legal.last_generation
    assert summary is not None
    assert (summary.constraint, summary.num_rejected, summary.valid_record_fraction) == ("weights", 0, 1.0)
    assert sorted(path.name for path in (run / "merged").iterdir()) == ["free", "legal"]


def test_what_was_decoded_is_accounted_for_in_the_report(loaded: Synthesizer, table: pd.DataFrame) -> None:
    fake = loaded.generate(25)
    report = loaded.evaluate(fake, training=table)
    facts, summary = report.evaluation.facts, loaded.last_generation
    assert facts is not None and summary is not None
    labels = (
        "Tokens of delivered rows",
        "Tokens of rejects",
        "Tokens of surplus",
        "Tokens of structure",
    )
    lines = {fact.label: fact.value for fact in facts.run_facts}
    assert sum(int(lines[label].replace(",", "")) for label in labels) == facts.decode_tokens == summary.decoded_tokens
    assert all(label in report.html() for label in labels)


def attacks_of(report: Any) -> dict[str, Any]:
    return {attack.name: attack for attack in report.evaluation.attacks}


def test_the_model_is_asked_where_it_is_at_hand(loaded: Synthesizer, table: pd.DataFrame) -> None:
    attacks = attacks_of(loaded.evaluate(table.head(60), training=table))
    assert attacks["loss"].parts[0].n == 48
    assert not attacks["loss"].decides
    assert "no canaries were planted" in attacks["canaries"].note


def test_without_the_adapter_only_the_tables_are_compared(
    loaded: Synthesizer, table: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(tmp_path / "run" / "adapter")
    report = loaded.evaluate(table.head(60), training=table)
    assert attacks_of(report)["loss"].note == "not run: the model is not at hand"
    assert "attacks that need the model are left out" in caplog.text


def test_planted_canaries_are_sought_after_a_run_was_saved_and_loaded(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path
) -> None:
    Synthesizer(progress=False, canaries=4, **tiny).fit(table).save(tmp_path / "run")
    fake = pd.read_parquet(tmp_path / "run" / "canaries.parquet").head(4).assign(customer="C000000")
    report = Synthesizer.load(tmp_path / "run", progress=False).evaluate(fake, training=table)
    found = attacks_of(report)["canaries"]
    assert [part.value for part in found.parts[:3]] == [1.0, 1.0, 1.0]
    assert all(part.value is not None for part in found.parts[3:])
    assert found.decides and found.p_value < 1e-4

"""The dataset card: what machines read, what people read, and what must never get in."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from tabsynth.data.write import write_table
from tabsynth.evaluator.result import Evaluation, RunFact
from tabsynth.release.card import dataset_card, file_of, front_matter
from tabsynth.release.facts import CardFacts

SHA = "ab" * 32

LEDGER = (("ε", "7.98"), ("δ", "1e-5"), ("Unit", "one row"))


@pytest.fixture
def card(fabricated: Callable[..., Evaluation], facts: CardFacts, fake: pd.DataFrame) -> Callable[..., str]:
    """Makes a card; everything can be replaced."""

    def made(frame: pd.DataFrame = fake, **changes: Any) -> str:
        arguments = {"evaluation": fabricated(), "facts": facts, "file": "t.parquet", "sha256": SHA} | changes
        return dataset_card(frame, arguments.pop("evaluation"), arguments.pop("facts"), **arguments)

    return made


def cells(card: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head, split at the pipes that end a cell."""
    section = card.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_machines_read_licence_tags_and_size(card: Callable[..., str]) -> None:
    front = yaml.safe_load(card(licence="CC-BY-4.0").split("---\n")[1])
    assert front["license"] == "cc-by-4.0"
    assert {"synthetic", "tabular"} <= set(front["tags"])
    assert front["size_categories"] == ["n<1K"]
    assert front["pretty_name"] == "Synthetic table t.parquet"
    assert front["configs"] == [{"config_name": "default", "data_files": ["t.parquet"]}]


@pytest.mark.parametrize(
    ("rows", "size"),
    [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (99_999, "10K<n<100K"), (5_000_000, "1M<n<10M"),
     (10_000_000, "n>10M")],
)  # fmt: skip
def test_sizes_are_the_hub_s(rows: int, size: str) -> None:
    assert yaml.safe_load(front_matter(rows, "t.csv", None))["size_categories"] == [size]


def test_a_licence_that_is_not_given_is_said_to_be_missing(card: Callable[..., str]) -> None:
    text = card(licence=None)
    assert yaml.safe_load(text.split("---\n")[1])["license"] == "unknown"
    assert "| Licence | **not given**" in text


@pytest.mark.parametrize("licence", ["Our Own: v2\n---\nlicense: mit", "Crédit, © 2026", "---", "*"])
def test_a_licence_of_one_s_own_keeps_its_name(card: Callable[..., str], licence: str) -> None:
    text = card(licence=licence)
    front = yaml.safe_load(text.split("\n---\n", 1)[0].removeprefix("---\n"))
    assert front["license"] == "other"
    assert front["license_details"] == licence
    assert re.fullmatch(r"[a-z0-9.-]+", front["license_name"])
    assert text.count("\n---\n") == 1


def test_every_measured_score_is_there_as_the_report_writes_it(
    card: Callable[..., str], fabricated: Callable[..., Evaluation]
) -> None:
    rows = {row[0]: row[1:] for row in cells(card(), "Metrics")}
    quality = fabricated().scores["sqs"]
    assert quality.value is not None and quality.low is not None and quality.high is not None
    assert rows["Synthetic quality"][:4] == [
        f"{quality.value:.1f}",
        f"{quality.low:.1f} to {quality.high:.1f}",
        f"{quality.reference:.1f}",
        f"{quality.floor:.1f}",
    ]
    assert rows["Valid records"][0] == "97.1%"
    assert len(rows) == len(fabricated().scores) - 1  # one that the wording does not know
    first = cells(card(), "Metrics")[0][0]
    assert first == "Synthetic quality"


def test_a_score_that_could_not_be_measured_is_not_left_out(
    card: Callable[..., str], fabricated: Callable[..., Evaluation]
) -> None:
    evaluation = fabricated()
    unknown = evaluation.scores["tstr_ratio"].model_copy(update={"value": None, "note": "no target"})
    text = card(evaluation=evaluation.model_copy(update={"scores": evaluation.scores | {"tstr_ratio": unknown}}))
    assert {row[0]: row[1] for row in cells(text, "Metrics")}["Use for prediction"] == "not measured"


def test_the_privacy_light_stands_with_what_decided_it(
    card: Callable[..., str], fabricated: Callable[..., Evaluation]
) -> None:
    text = card(evaluation=fabricated(light="amber"))
    assert "The light is **amber**. Decided by: Membership inference, p = 0.031 corrected" in text
    attacks = {row[0]: row for row in cells(text, "Privacy")}
    assert len(attacks) == len(fabricated().attacks)
    assert attacks["Exact copies"][1:] == ["0.01%", "1.0%", "1.000", "Not beyond chance"]
    assert attacks["Planted canaries"][1] == "–"


def test_what_is_not_protected_is_said_in_bold(card: Callable[..., str], facts: CardFacts) -> None:
    text = card()
    assert "| Personal data | 2 columns replaced by stand-ins |" in text
    assert "| Rare and extreme values | **Missing.** protect=False: kept as they are |" in text
    assert "| Differential privacy | **Missing.** There is no formal guarantee" in text
    assert "| Formal guarantee | **none** |" in text
    bare = card(facts=dataclasses.replace(facts, protections=()))
    assert "| All | **Missing.** Nothing is recorded of any protection" in bare


def test_a_guarantee_is_listed_and_what_it_does_not_cover_is_said(card: Callable[..., str], facts: CardFacts) -> None:
    text = card(facts=dataclasses.replace(facts, guarantee=tuple(RunFact(label=k, value=v) for k, v in LEDGER)))
    assert "| ε | 7.98 |" in text and "| δ | 1e-5 |" in text
    assert "| Formal guarantee | differential privacy" in text
    assert "does not cover them" in text.replace("\n", " ")
    assert "no formal guarantee" not in text


def test_columns_come_with_dtype_kind_and_missing_share(card: Callable[..., str]) -> None:
    assert cells(card(), "Columns") == [
        ["`age`", "`int16`", "integer", "0%"],
        ["`city`", "`category`", "categorical", "0%"],
        ["`income`", "`float64`", "decimal", "25.0%"],
    ]


def test_hostile_column_names_stay_names(
    card: Callable[..., str], hostile: list[str], fabricated: Callable[..., Evaluation], facts: CardFacts
) -> None:
    frame = pd.DataFrame(np.zeros((20, len(hostile))), columns=pd.Index(hostile, dtype=object))
    kinds = dict.fromkeys(hostile, "decimal")
    calm = card(pd.DataFrame(np.zeros((20, len(hostile))), columns=[f"c{k}" for k in range(len(hostile))]))
    text = card(frame, facts=dataclasses.replace(facts, kinds=kinds), evaluation=fabricated(40, names=hostile))
    rows = cells(text, "Columns")
    assert len(rows) == len(hostile)
    assert all(len(row) == 4 and row[1:] == ["`float64`", "decimal", "0%"] for row in rows)
    assert len(text.splitlines()) == len(calm.splitlines())
    assert "\u202e" not in text and "\u2028" not in text
    body = text.split("\n---\n", 1)[1]
    assert set(re.findall(r"<[^>]*>", body)) == {"<code>", "</code>"}
    outside = re.sub(r"`[^`\n]*`", "", body)
    assert not re.search(r"\w://|www\.|\]\(|^#{1,2} Title", outside, re.MULTILINE)
    shown = [html.unescape(re.sub(r"^(`|<code>)|(`|</code>)$", "", row[0])) for row in rows]
    assert shown[hostile.index("a|b")] == "a|b"
    assert shown[hostile.index("capital_gain")] == "capital_gain"


def test_hostile_facts_and_notes_stay_text(
    card: Callable[..., str], hostile: list[str], fabricated: Callable[..., Evaluation], facts: CardFacts
) -> None:
    calm = card(evaluation=fabricated(words="calm")).splitlines()
    for words in hostile:
        changed = dataclasses.replace(facts, model=words, revision=words, source=words, versions={words: words})
        base = dataclasses.replace(facts, versions={"torch": "2"})
        text = card(evaluation=fabricated(words=words), facts=changed)
        assert len(text.splitlines()) == len(calm) - 1 == len(card(facts=base).splitlines())
        body = text.split("\n---\n", 1)[1]
        assert set(re.findall(r"<[^>]*>", body)) <= {"<code>", "</code>"}
        assert not re.search(r"\w://|\]\(", body)


def test_the_card_holds_no_cell(
    card: Callable[..., str], fabricated: Callable[..., Evaluation], fake: pd.DataFrame
) -> None:
    frame = fake.assign(city="Wumpfelingen", income=987_654_321.25)
    frame["born"] = pd.Categorical(["1871-03-19"] * len(frame))
    text = card(frame, evaluation=fabricated(words=""))
    assert not [cell for cell in ("Wumpfelingen", "987", "1871-03") if cell in text]
    overlays = [column.overlay for column in fabricated().columns if column.overlay is not None]
    categories = {label for overlay in overlays if overlay.of == "categories" for label in overlay.labels}
    assert categories and not [label for label in categories if label in text]


@pytest.mark.parametrize(
    "file",
    ["t.parquet", "t.csv", "t.tsv", "t.jsonl", "t.ndjson", "t.csv.gz", 'it"s a `t`\\.csv', "a\nb```.csv", "tä|<b>.csv"],
)
def test_the_lines_that_load_it_load_it(
    card: Callable[..., str], fake: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    frame = fake.assign(city=np.where(np.arange(60) % 2, "NA", "Oslo"))
    write_table(frame, tmp_path / file)
    text = card(frame, file=file)
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    found: dict[str, Any] = {}
    exec(blocks[0], found)
    assert found["frame"].shape == frame.shape
    assert found["frame"]["city"].tolist() == frame["city"].tolist()
    assert found["frame"]["income"].isna().sum() == 15
    compile(blocks[1], "card", "exec")
    assert file_of(text) == file


@pytest.mark.parametrize("text", ["", "# A card", "---\nlicense: mit\n---\n", "---\n: [\n---\n", "---\n- 1\n---\n"])
def test_another_file_is_no_card_of_ours(text: str) -> None:
    assert file_of(text) is None


def test_a_wide_table_has_a_line_a_column(card: Callable[..., str]) -> None:
    wide = pd.DataFrame(np.zeros((3, 2_000)), columns=[f"c{k}" for k in range(2_000)])
    assert len(cells(card(wide), "Columns")) == 2_000

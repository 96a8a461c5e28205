"""The Synthesizer: the order of the stages, fit to report. Holds no algorithm."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import numpy as np
import pandas as pd

from tabsynth.artifact.layout import RunDirectory, write_file
from tabsynth.config import Config
from tabsynth.data.fingerprint import table_fingerprint
from tabsynth.data.read import read_table
from tabsynth.data.split import Split, split_holdout
from tabsynth.errors import ArtifactError, ConfigError, SchemaError, did_you_mean
from tabsynth.progress import Progress, default_progress
from tabsynth.seeds import Seeds

if TYPE_CHECKING:
    from tabsynth.artifact.metadata import TrainingMetadata
    from tabsynth.codec.codec import Codec
    from tabsynth.evaluation import Learned
    from tabsynth.generator.engine.engine import Engine
    from tabsynth.generator.rules import Rule
    from tabsynth.generator.summary import GenerationSummary
    from tabsynth.privacy.pii import PiiReport
    from tabsynth.release.release import Release
    from tabsynth.report.report import Report


class Synthesizer:
    """Learns a private table and writes synthetic ones.

    Args:
        progress: True for bars, False for silence, None to choose; or an object with a `task` method.
        **options: Settings by name, see `tabsynth.Config`.

    Raises:
        ConfigError: A setting does not exist or is out of its bounds.

    Example:
        >>> synth = Synthesizer(random_state=0).fit("people.csv")  # doctest: +SKIP
        >>> fake = synth.generate(1_000)  # doctest: +SKIP
        >>> synth.evaluate(fake).save("report.html")  # doctest: +SKIP
    """

    def __init__(self, *, progress: bool | Progress | None = None, **options: Any) -> None:
        self.config = Config.from_options(**options)
        self._progress = default_progress(progress) if progress is None or isinstance(progress, bool) else progress
        self._seeds = Seeds(self.config.random_state)
        self._run: RunDirectory | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._metadata: TrainingMetadata | None = None
        self._split: Split | None = None
        self._engine: Engine | None = None
        self.last_generation: GenerationSummary | None = None

    @property
    def metadata(self) -> TrainingMetadata:
        """What training left for generation.

        Raises:
            ArtifactError: Nothing has been fitted yet.
        """
        if self._metadata is None:
            raise ArtifactError("nothing has been fitted yet", where="Synthesizer", do="call fit first")
        return self._metadata

    @property
    def split(self) -> Split | None:
        """The rows that were learned and those kept aside; None after `load`."""
        return self._split

    @property
    def pii(self) -> PiiReport | None:
        """The personal data that was found before training; None if nothing was looked for.

        Raises:
            ArtifactError: Nothing has been fitted yet.
        """
        from tabsynth.privacy.pii import PiiReport

        found = self.metadata.pii
        return None if found is None else PiiReport.model_validate(found)

    def fit(
        self, data: pd.DataFrame | str | Path, *, run_dir: str | Path | None = None, pii_key: bytes | None = None
    ) -> Self:
        """Learn a table.

        Args:
            data: A frame, a path or a URL.
            run_dir: Where the run is kept; a training that was killed there goes on. None keeps it in memory
                until `save`.
            pii_key: At least 16 bytes that the stand-ins of personal data depend on, never stored: the same key gives
                the same stand-ins, so that a killed training can go on. None draws them, as a release should.

        Returns:
            The synthesizer itself.

        Raises:
            DataError: The table cannot be read or split.
            SchemaError: A column cannot be learned.
            PrivacyError: A column looks personal and cannot be replaced, or it is not clear what it holds.
            ModelError: The base model is not there.
            TrainingError: Training cannot go on.
        """
        from tabsynth.fitting import fit_table
        from tabsynth.personal import clear

        frame = read_table(data)
        self._check_columns(list(frame.columns))
        cleared = clear(frame, self.config, pii_key, self._progress)
        split = split_holdout(cleared.frame, self.config.holdout, self._seeds, self.config.group_by)
        run, temporary = self._open_run(run_dir)
        self.close()
        metadata = fit_table(split, cleared.schema, config=self.config, run=run, progress=self._progress)
        pii = None if cleared.pii is None else cleared.pii.model_dump(mode="json")
        metadata = metadata.model_copy(update={"pii": pii, "source_fingerprint": table_fingerprint(frame)})
        if self.config.store_holdout:
            write_file(run.holdout_file, lambda file: split.holdout.to_parquet(file))
        run.write_metadata(metadata)
        self._run, self._temporary, self._metadata, self._split = run, temporary, metadata, split
        self.last_generation = None
        return self

    @overload
    def generate(self, num_rows: int, *, rules: Sequence[str | Rule] = ...) -> pd.DataFrame: ...

    @overload
    def generate(self, num_rows: int, *, to: str | Path, rules: Sequence[str | Rule] = ...) -> str: ...

    def generate(
        self, num_rows: int, *, to: str | Path | None = None, rules: Sequence[str | Rule] = ()
    ) -> pd.DataFrame | str:
        """Write a synthetic table.

        Rows are journaled part by part in the run directory: the same call after a crash goes on with the first part
        that is missing.

        Args:
            num_rows: Rows to make, 1 or more.
            to: A path or an fsspec URL that ends in .parquet, .csv, .tsv, .jsonl or .ndjson: the table is written
                there, and memory does not grow with its rows. None returns it.
            rules: Conditions that every row meets, beside those of the config: expressions such as
                ``"start <= end"`` or ``"total == net + tax"``, or a `Rule` with a Python function.

        Returns:
            Exactly `num_rows` rows with the columns, order and dtypes of the learned table; with `to`, the path. The
            same `random_state` gives the same rows.

        Raises:
            ConfigError: `num_rows` is no positive whole number, or a rule cannot be understood.
            GenerationError: The model does not write enough valid records; the rows so far are saved.
            ArtifactError: The journal cannot be written, or another process writes the same generation.
            DataError: `to` cannot be written.
        """
        from tabsynth.data.deliver import check_target
        from tabsynth.generation import Task, generate_file, generate_frame
        from tabsynth.generator.rules import rules_of

        if isinstance(num_rows, bool) or not isinstance(num_rows, int | np.integer) or num_rows < 1:
            raise ConfigError(f"num_rows must be a whole number from 1, not {num_rows!r}", where="generate")
        metadata, codec, run = self.metadata, self._codec(), self._run
        assert run is not None
        given = [rules] if isinstance(rules, str) or hasattr(rules, "check") else rules
        checked = rules_of([*self.config.rules, *given], metadata.table.names)
        if to is not None:
            check_target(to)
        task = Task(run, metadata, self.config, int(num_rows), checked, self._legal_weights())
        engine = self._open_engine(codec)
        try:
            if to is None:
                frame, self.last_generation = generate_frame(task, engine, codec, self._progress)
                return frame
            delivered, self.last_generation = generate_file(task, engine, codec, self._progress, to)
            return delivered.path
        except BaseException:
            self.close()  # requests of an interrupted generation would go on in the next one
            raise

    def evaluate(
        self,
        synthetic: pd.DataFrame | str | Path,
        *,
        training: pd.DataFrame | str | Path | None = None,
        pii_key: bytes | None = None,
    ) -> Report:
        """Compare a synthetic table with the rows that were learned and those that were kept aside.

        Args:
            synthetic: A frame, a path or a URL.
            training: The table that was given to `fit`; needed only after `load`.
            pii_key: The key that was given to `fit`; needed only after `load`, to compare columns of stand-ins as well.

        Raises:
            EvaluationError: The tables cannot be compared.
            ArtifactError: The training rows are not at hand.
        """
        from tabsynth.evaluation import evaluate_run
        from tabsynth.report.report import Report

        metadata, run = self.metadata, self._run
        assert run is not None
        learned = self._learned(training, pii_key)
        fake = metadata.table.check(read_table(synthetic), what="the synthetic table")
        evaluation = evaluate_run(
            run,
            metadata,
            learned,
            fake,
            config=self.config,
            summary=self.last_generation,
            progress=self._progress,
        )
        return Report(evaluation)

    def release(
        self,
        synthetic: pd.DataFrame | str | Path,
        to: str | Path,
        *,
        report: Report | None = None,
        training: pd.DataFrame | str | Path | None = None,
        pii_key: bytes | None = None,
        allow: Literal["amber", "green"] = "amber",
        licence: str | None = None,
    ) -> Release:
        """Write a synthetic table and its dataset card, if the privacy light allows it.

        Args:
            synthetic: A frame, a path or a URL.
            to: A local path that ends in .parquet, .csv, .tsv, .jsonl or .ndjson; `dataset_card.md` goes beside it.
            report: What `evaluate` found of this very table; None evaluates it.
            training: The table that was given to `fit`; needed only after `load`, and without a report.
            pii_key: The key that was given to `fit`; needed only after `load`, and without a report.
            allow: The worst privacy light that is let through, "amber" or "green".
            licence: Of the synthetic table, for the card; best an identifier such as "cc-by-4.0".

        Returns:
            Where table and card lie, and the light.

        Raises:
            ReleaseError: The light is worse, could not be measured, or `report` is about other tables; nothing is
                written then.
            DataError: `to` cannot be written.
            EvaluationError: The tables cannot be compared.
            ArtifactError: The training rows are not at hand.
        """
        from tabsynth.release.gate import check_allowed
        from tabsynth.release.release import Terms, check_place, release_run

        check_allowed(allow)
        check_place(to)
        fake = self.metadata.table.check(read_table(synthetic), what="the synthetic table")
        if report is None:
            report = self.evaluate(fake, training=training, pii_key=pii_key)
        assert self._run is not None
        terms = Terms(allow, licence)
        return release_run(self._run, self.metadata, fake, to, report.evaluation, terms=terms)

    def save(self, path: str | Path) -> Path:
        """Copy the run directory to `path`.

        Raises:
            ArtifactError: `path` exists and is no empty directory.
        """
        target, run = Path(path), self._run
        if run is None:
            raise ArtifactError("nothing has been fitted yet", where="save", do="call fit first")
        if run.root.resolve() != target.resolve():
            if target.exists() and (not target.is_dir() or any(target.iterdir())):
                raise ArtifactError("it exists and is not empty", where=str(target), do="choose another path")
            shutil.copytree(run.root, target, dirs_exist_ok=True)
            self._run = RunDirectory(target)
        return target

    @classmethod
    def load(cls, path: str | Path, *, progress: bool | Progress | None = None, **options: Any) -> Self:
        """Open a saved run.

        Args:
            path: The run directory.
            progress: As for the constructor.
            **options: Generation settings to change, such as `temperature` or `schedule`.

        Raises:
            ArtifactError: There is no finished run, it is torn, or it is from a newer version.
        """
        run = RunDirectory(Path(path))
        metadata = run.read_metadata()
        synthesizer = cls(progress=progress, **(metadata.config | options))
        synthesizer._run, synthesizer._metadata = run, metadata
        return synthesizer

    def close(self) -> None:
        """Free the engine."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _check_columns(self, names: list[str]) -> None:
        for setting in ("target", "group_by"):
            column = getattr(self.config, setting)
            if column is not None and column not in names:
                raise SchemaError(f"there is no column '{column}'", where=setting, do=did_you_mean(column, names))

    @staticmethod
    def _open_run(run_dir: str | Path | None) -> tuple[RunDirectory, tempfile.TemporaryDirectory[str] | None]:
        if run_dir is None:
            temporary = tempfile.TemporaryDirectory(prefix="tabsynth-")
            return RunDirectory(Path(temporary.name)), temporary
        root = Path(run_dir)
        if root.exists() and not root.is_dir():
            raise ArtifactError("it is a file, not a directory", where=str(root), do="choose another run_dir")
        return RunDirectory(root), None

    def _codec(self) -> Codec:
        from tabsynth.run_codec import codec_of

        return codec_of(self.metadata)

    def _open_engine(self, codec: Codec) -> Engine:
        from tabsynth.generator.engine.choose import open_engine
        from tabsynth.generator.engine.engine import Sampling
        from tabsynth.generator.settings import cap_of
        from tabsynth.models.merged import write_merged
        from tabsynth.run_codec import tokenizer_of

        if self._engine is None:
            run, metadata = self._run, self.metadata
            assert run is not None
            legal = self._legal_weights()
            weights = run.weights(legal=legal)
            if not (weights / "config.json").is_file():
                if not any(run.adapter.glob("*.safetensors")):
                    raise ArtifactError("the adapter is missing", where=str(run.adapter), do="run the training again")
                write_merged(
                    weights,
                    adapter=run.adapter,
                    reference=metadata.base,
                    codec=codec,
                    tokenizer=tokenizer_of(metadata),
                    legal=legal,
                )
            sampling = Sampling(self.config.temperature, self.config.top_p, codec.vocabulary.stop_tokens)
            context = metadata.statistics.prompt_tokens + cap_of(metadata.statistics, self.config)
            self._engine = open_engine(self.config.engine, weights, sampling, context)
        return self._engine

    def _legal_weights(self) -> bool:
        """Whether generation decodes with weights that write legal table tokens only.

        Raises:
            ConfigError: Rejection is wanted of a model that never learned which tokens are legal.
        """
        metadata = self.metadata
        if metadata.record_format == "table" and metadata.legal and self.config.constraint == "reject":
            raise ConfigError(
                "this model was trained to write legal table tokens only",
                where="constraint='reject'",
                do="fit with constraint='reject', or leave it out",
            )
        if metadata.legal or self.config.constraint != "grammar":
            return metadata.legal
        from tabsynth.models.legal import can_fold_base

        return can_fold_base(Path(metadata.base.folder) if metadata.base.folder else None)

    def _learned(self, training: pd.DataFrame | str | Path | None, pii_key: bytes | None = None) -> Learned:
        """The very rows that `fit` learned and kept aside."""
        from tabsynth.evaluation import Learned, learned_rows

        if self._split is not None:
            return Learned(self._split)
        if training is None:
            raise ArtifactError(
                "the training rows are not kept in the run directory",
                where="evaluate",
                do="pass training= (on the command line --data), the table that was learned",
            )
        return learned_rows(read_table(training), self.metadata, pii_key, self._progress)

"""The generator: part after part until exactly n rows lie in the journal. Knows no file names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tabsynth.artifact.metadata import TokenStatistics
from tabsynth.codec.codec import Codec
from tabsynth.config import Config
from tabsynth.errors import EngineError, GenerationError, TabsynthError
from tabsynth.generator.batches import Batches
from tabsynth.generator.constraint import Constraint, GrammarChoice
from tabsynth.generator.engine.engine import Engine
from tabsynth.generator.journal import Journal
from tabsynth.generator.rules import Rule
from tabsynth.generator.settings import GenerationSettings
from tabsynth.generator.stopping import Stop
from tabsynth.generator.stream import Stream
from tabsynth.generator.tally import Tally
from tabsynth.generator.validator import staged
from tabsynth.progress import Progress, Task
from tabsynth.seeds import Seeds


class Generator:
    """Makes exactly n valid rows.

    Args:
        engine: Decodes.
        codec: Says what a record is.
        statistics: What training left: prompt length, longest example, context.
        config: Schedule, constraint, caps and limits.
        names: The table's columns in order.
        rules: Conditions that every delivered row meets.
        missed: Why a constraint that the weights should hold is not there; None if it is.

    Raises:
        ConfigError: A rule looks at a column that is made after decoding.
    """

    def __init__(
        self,
        engine: Engine,
        codec: Codec,
        statistics: TokenStatistics,
        config: Config,
        names: Sequence[str],
        rules: Sequence[Rule] = (),
        *,
        missed: str | None = None,
    ) -> None:
        self._engine = engine
        self._codec = codec
        self._streams = config.schedule == "stream"
        self._settings = GenerationSettings.of(statistics, config, staged(rules, codec, names))
        self._choice = GrammarChoice.of(config.constraint, codec, engine) if self._streams else GrammarChoice("reject")
        if missed is not None:
            self._choice.give_up(missed)

    def generate(self, journal: Journal, num_rows: int, seeds: Seeds, progress: Progress) -> Tally:
        """Make the parts that the journal misses.

        Args:
            journal: Open; keeps finished parts.
            num_rows: Rows of all parts.
            seeds: The same seeds give the same rows; every part has its own.
            progress: Where the bar goes.

        Returns:
            The tally of all parts, those of earlier calls included.

        Raises:
            GenerationError: Too few valid records, or the engine died; the rows so far are saved.
            ArtifactError: The journal cannot be written.
        """
        missing = journal.missing()
        owed = sum(journal.rows_of(part) for part in missing)
        done = num_rows - owed
        with progress.task("generate", num_rows) as task:
            for part in missing:
                task.update(done)
                self._make(part, journal, seeds, task, done)
                done += journal.rows_of(part)
        return sum((Tally.model_validate_json(text) for text in journal.tallies()), Tally())

    def _make(self, part: int, journal: Journal, seeds: Seeds, task: Task, done: int) -> None:
        rows, seed = journal.rows_of(part), seeds.number(f"generator part {part}")
        maker = self._maker(part, rows, seed)
        first_row = journal.first_row(part)
        try:
            self._engine.seed(seed)
            stop = maker.run(task, done)
        except BaseException as error:
            saved = self._save(part, maker, journal, seeds, first_row)
            is_ours = isinstance(error, TabsynthError) and not isinstance(error, EngineError)
            if is_ours or not isinstance(error, Exception):  # a rule that cannot be told of a row, or Ctrl-C
                raise
            found = error.message if isinstance(error, TabsynthError) else type(error).__name__
            failed = Stop(f"the engine failed: {found}", error.do if isinstance(error, EngineError) else None)
            raise self._failure(failed, maker, done, journal, saved) from None
        if stop is not None:
            saved = self._save(part, maker, journal, seeds, first_row)
            raise self._failure(stop, maker, done, journal, saved)
        drawn = maker.drawn()
        frame = self._codec.decode(drawn.records, seeds.stream(f"decode part {part}"), drawn.cells, first_row)
        journal.write(part, frame, drawn.tally.model_dump_json())

    def _maker(self, part: int, rows: int, seed: int) -> Stream | Batches:
        if self._streams:
            constraint = Constraint(self._choice)
            return Stream(self._engine, self._codec, self._settings, constraint, part=part, num_rows=rows, seed=seed)
        return Batches(self._engine, self._codec, self._settings, part=part, num_rows=rows, seed=seed)

    def _save(self, part: int, maker: Stream | Batches, journal: Journal, seeds: Seeds, first_row: int) -> Path | None:
        """Keep the rows of a part that could not be finished; return the folder, None if there are no rows."""
        try:
            drawn = maker.drawn()
            frame = self._codec.decode(drawn.records, seeds.stream(f"decode part {part}"), drawn.cells, first_row)
            return journal.write_unfinished(part, frame)
        except Exception:
            return None  # what went wrong first is what the user must hear of

    @staticmethod
    def _failure(
        stop: Stop, maker: Stream | Batches, done: int, journal: Journal, saved: Path | None
    ) -> GenerationError:
        tally, total = maker.tally, journal.total_rows
        valid = done + tally.rows
        ordered = sorted(tally.rejects.items(), key=lambda item: -item[1])
        top = ", ".join(f"{name} {count:,}" for name, count in ordered[:3])
        kept = f"the valid rows so far are in {saved}, and the same call goes on from there" if saved else ""
        return GenerationError(
            f"{valid:,} of {total:,} rows: {stop.reason}; rejected: {top or 'none'}",
            num_valid=valid,
            num_requested=total,
            reasons=tally.rejects,
            saved_to=saved,
            where="generate",
            do="; ".join(part for part in (stop.advice, kept) if part) or None,
        )

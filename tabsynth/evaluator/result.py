"""What an evaluation found, as data that survives JSON. Holds no rows and computes nothing."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from tabsynth.artifact.protection import Protection
from tabsynth.errors import EvaluationError
from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.drawing import DensityMap, DistanceCurve, Overlay, SequenceResult, TextResult
from tabsynth.evaluator.score import Record, Score

FORMAT_VERSION = 2


class RunFact(Record):
    """One labelled fact about the run, in words."""

    label: str
    value: str


class Safeguard(Record):
    """One of the protections that a table may have.

    Attributes:
        label: Its name, such as "Personal data".
        value: What was done, or that nothing was. No cell of the table.
        in_place: False makes report and card say that it is missing.
    """

    label: str
    value: str
    in_place: bool = True


class GenerationFacts(Record):
    """How the synthetic rows were made.

    Attributes:
        num_rows: Rows delivered.
        num_valid: Generated records that passed validation.
        num_invalid: Generated records that did not.
        rejects: Rejected records per reason.
        prompt_tokens: Tokens read by the model.
        decode_tokens: Tokens written by the model.
        seconds: Wall time of generation.
        model: Name of the base model.
        run_facts: Further facts in the order to show them.
    """

    num_rows: int
    num_valid: int
    num_invalid: int
    rejects: dict[str, int] = Field(default_factory=dict)
    prompt_tokens: int | None = None
    decode_tokens: int | None = None
    seconds: float | None = None
    model: str | None = None
    run_facts: tuple[RunFact, ...] = ()


class ColumnResult(Record):
    """One column of the synthetic table beside the real ones.

    Attributes:
        name: Name of the column.
        kind: Its kind in the schema.
        measure: What the shape of the column was compared with: "1 - KS", "1 - TV" or "1 - TV of letters".
        score: Against the holdout, 0 to 10; None if it cannot be computed.
        score_training: The same against training.
        reference: What holdout rows score against training.
        missing_training: Share of missing cells, 0 to 1.
        missing_synthetic: Likewise.
        unreadable_synthetic: Share of synthetic cells that are no value of the column's kind.
        overlay: Histogram, None if there is nothing to draw.
        note: What is wrong with the column, or why it has no score.
    """

    name: str
    kind: str
    measure: str
    score: float | None
    score_training: float | None
    reference: float | None
    missing_training: float
    missing_synthetic: float
    unreadable_synthetic: float
    overlay: Overlay | None
    note: str = ""


class PairDifference(Record):
    """The association of two columns in both tables; None where a side has none."""

    first: str
    second: str
    training: float
    synthetic: float | None
    difference: float


class Correlations(Record):
    """Association matrices over the tabular columns, row by row.

    Attributes:
        names: Columns in order.
        training: Associations in training, -1 to 1.
        synthetic: Associations in the synthetic table, None where a column holds no value of its kind.
        difference: Absolute differences.
        worst: The ten pairs that differ most.
    """

    names: tuple[str, ...]
    training: tuple[tuple[float, ...], ...]
    synthetic: tuple[tuple[float | None, ...], ...]
    difference: tuple[tuple[float, ...], ...]
    worst: tuple[PairDifference, ...]


class Importance(Record):
    """A feature that gives synthetic rows away, and the loss of AUC when it is permuted."""

    feature: str
    drop: float


class RowCounts(Record):
    """Rows of the three tables."""

    training: int
    holdout: int
    synthetic: int


class Coverage(Record):
    """How much of the table could be judged.

    Attributes:
        scored: Columns that have a score; identifiers never have one.
        columns: All columns.
        known_scores: Scores that could be computed.
        scores: All scores.
    """

    scored: int
    columns: int
    known_scores: int = 0
    scores: int = 0


class PrivacyVerdict(Record):
    """What the attacks say about release.

    Attributes:
        light: red if an attack succeeds beyond its limit and beyond chance, amber if that is doubtful or an attack
            could not be run, else green.
        decided_by: Name of the attack that decided it: the one with the lowest corrected p value.
        p_value: Its p value, corrected for all attacks (Holm); None if none could be run.
        reason: One sentence.
    """

    light: Literal["green", "amber", "red"]
    decided_by: str
    p_value: float | None
    reason: str


class Verdict(Record):
    """A recommendation in plain words.

    Attributes:
        light: green, amber or red.
        headline: One sentence.
        reasons: Why, worst first.
        look_at: What to look at next.
        not_checked: What this evaluation does not measure.
    """

    light: Literal["green", "amber", "red"]
    headline: str
    reasons: tuple[str, ...]
    look_at: tuple[str, ...]
    not_checked: tuple[str, ...]


class Evaluation(Record):
    """Everything that was found about one synthetic table.

    Attributes:
        format_version: Version of this layout.
        scores: By name; a score that could not be computed is there with value None.
        columns: One per column that is no identifier, worst first.
        correlations: Association matrices, None with fewer than two tabular columns.
        importances: Up to five features that give synthetic rows away.
        target: Column of the utility scores.
        utility_metric: Their metric.
        rows: Row counts.
        coverage: Columns scored.
        random_state: Root seed of all sampling.
        facts: How the rows were made, if known.
        verdict: The recommendation.
        privacy: What the attacks say; None in evaluations of format version 1.
        attacks: Every attack, in the order to show them.
        texts: One per text column.
        sequences: Groups of rows; None without `group_by`.
        map: Where rows lie on the first two principal components; None with fewer than two columns.
        distances: Cumulative distributions of distances to closest records.
        notes: What readers must know of all figures, such as how rows were sampled.
        mark: Of the tables that were compared, known to the owner of the run alone; None if nobody set it.
        safeguards: What protected the rows before training, and what did not; empty if nobody knows.
        guarantee: The ledger of differential privacy, line by line; empty without one.
        protection: What value protection replaced, by column; None where it did not run.
    """

    format_version: int = FORMAT_VERSION
    scores: dict[str, Score]
    columns: tuple[ColumnResult, ...]
    correlations: Correlations | None
    importances: tuple[Importance, ...]
    target: str | None
    utility_metric: str
    rows: RowCounts
    coverage: Coverage
    random_state: int
    facts: GenerationFacts | None
    verdict: Verdict
    privacy: PrivacyVerdict | None = None
    attacks: tuple[Attack, ...] = ()
    texts: tuple[TextResult, ...] = ()
    sequences: SequenceResult | None = None
    map: DensityMap | None = None
    distances: tuple[DistanceCurve, ...] = ()
    notes: tuple[str, ...] = ()
    mark: str | None = None
    safeguards: tuple[Safeguard, ...] = ()
    guarantee: tuple[RunFact, ...] = ()
    protection: Protection | None = None

    @property
    def privacy_light(self) -> Literal["green", "amber", "red"] | None:
        """The light of `privacy`."""
        return None if self.privacy is None else self.privacy.light

    def to_json(self) -> str:
        """Return the evaluation as JSON."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> Evaluation:
        """Read an evaluation.

        Raises:
            EvaluationError: The text is no evaluation, or one of a newer version.
        """
        try:
            version = _Version.model_validate_json(text).format_version
            if version <= FORMAT_VERSION:
                return cls.model_validate_json(text)
        except ValueError:
            raise EvaluationError(
                "the text is not an evaluation", where="Evaluation.from_json", do="pass what to_json wrote"
            ) from None
        raise EvaluationError(
            f"the evaluation has format version {version}, this tabsynth reads up to {FORMAT_VERSION}",
            where="Evaluation.from_json",
            do="update tabsynth",
        )


class _Version(BaseModel):
    format_version: int

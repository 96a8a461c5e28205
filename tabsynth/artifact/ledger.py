"""The privacy ledger: what was promised, what was spent on what, and what is taken to be public. Holds no values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """Base of the ledger's parts: frozen, no unknown keys, no values in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GaussianSteps(Entry):
    """Steps of the Poisson-subsampled Gaussian mechanism that share their settings.

    Attributes:
        noise_multiplier: Standard deviation of the noise over the sensitivity.
        sample_rate: Probability that a subject takes part in a step; 1 without subsampling.
        steps: How many, those with an empty batch included.
    """

    noise_multiplier: Annotated[float, Field(gt=0)]
    sample_rate: Annotated[float, Field(gt=0, le=1)]
    steps: Annotated[int, Field(ge=0)]


class PrivacyUnit(Entry):
    """Whose data is protected.

    Attributes:
        kind: One row, or all rows of one group.
        column: The column that names the group; None for rows.
        relation: How neighbouring tables differ.
    """

    kind: Literal["row", "group"]
    column: str | None = None
    relation: Literal["add or remove one subject"] = "add or remove one subject"

    def __str__(self) -> str:
        """Say it in words."""
        return "one row" if self.column is None else f"all rows of one value of '{self.column}'"


class PreprocessingSpend(Entry):
    """What was spent on the marginals that the codec is fitted on.

    Attributes:
        learned: What was learned.
        mechanism: How noise was added.
        queries: Histograms that were asked; their noise is set so that all of them together are one Gaussian step.
        steps: That step: noise against the joint sensitivity.
        epsilon: Of this part alone.
        delta: Of this part alone, the threshold's share included.
        threshold_delta: The probability that a value held by one subject alone is shown.
    """

    learned: str = "ranges, bins, categories, shares, missing cells, text lengths"
    mechanism: str = "Gaussian noise on histograms, rounded to integers, thresholded"
    queries: int
    steps: GaussianSteps
    epsilon: float
    delta: float
    threshold_delta: float


class TrainingSpend(Entry):
    """What was spent on training.

    Attributes:
        mechanism: How noise was added.
        history: The steps done, in order, in runs of equal settings.
        clipping_norm: Bound of a subject's gradient.
        expected_batch: Subjects in a batch in the mean: the constant that sums of gradients are divided by.
        epsilon: Of this part alone.
        delta: Of this part alone.
    """

    mechanism: str = "Poisson-subsampled Gaussian noise on clipped gradients (DP-SGD)"
    history: tuple[GaussianSteps, ...]
    clipping_norm: float
    expected_batch: float
    epsilon: float
    delta: float

    @property
    def steps(self) -> int:
        """Steps done, those with an empty batch included."""
        return sum(part.steps for part in self.history)


class TotalSpend(Entry):
    """Epsilon of everything together at the ledger's delta.

    Attributes:
        epsilon: The bound that counts: the lower of the valid ones below.
        prv: By numerical composition of privacy losses; None where it failed.
        rdp: By Rényi differential privacy.
        basic: The sum of the parts.
    """

    epsilon: float
    prv: float | None
    rdp: float
    basic: float


class Ledger(Entry):
    """The whole account.

    Attributes:
        target_epsilon: What the user asked for.
        delta: The same for delta; holds for everything together.
        subjects: Subjects in the training table, taken to be public.
        unit: Whose data is protected.
        preprocessing: Spent before training; None if nothing was learned then.
        training: Spent on training.
        total: All of it.
        public: What is taken to be known to everyone, and so cost nothing.
        accountants: Who counted.
    """

    target_epsilon: float
    delta: float
    subjects: int
    unit: PrivacyUnit
    preprocessing: PreprocessingSpend | None
    training: TrainingSpend
    total: TotalSpend
    public: tuple[str, ...] = (
        "column names, kinds and dtypes, and which columns hold personal data",
        "decimals of numbers, formats of dates, whether texts hold sentences",
        "the number of rows and of subjects",
    )
    accountants: tuple[str, ...] = ("PRV (Opacus)", "RDP (Opacus)")

    def lines(self) -> list[tuple[str, str]]:
        """Return the account as label and value, for a report."""
        total, spent = self.total, self.training
        prv = "failed" if total.prv is None else f"{total.prv:.4f}"
        lines = [
            ("promise", f"ε = {total.epsilon:.4f} of {self.target_epsilon:g} allowed, δ = {self.delta:.3g}"),
            ("unit of privacy", f"{self.unit}; tables are neighbours if they differ by one subject"),
            ("subjects", f"{self.subjects:,}"),
        ]
        if self.preprocessing is not None:
            first = self.preprocessing
            lines += [
                ("before training", f"ε = {first.epsilon:.4f}, δ = {first.delta:.3g}: {first.learned}"),
                (
                    "its mechanism",
                    f"{first.mechanism}: {first.queries} histograms, joint noise multiplier "
                    f"{first.steps.noise_multiplier:.4g}, threshold δ = {first.threshold_delta:.3g}",
                ),
            ]
        lines += [
            ("training", f"ε = {spent.epsilon:.4f}, δ = {spent.delta:.3g}"),
            ("its mechanism", spent.mechanism),
            ("steps", f"{spent.steps:,}, those with an empty batch included"),
            *(
                (
                    "sampling and noise",
                    f"sampling rate {part.sample_rate:.4g}, noise multiplier {part.noise_multiplier:.4g}, "
                    f"{part.steps:,} steps",
                )
                for part in spent.history
            ),
            ("clipping norm", f"{spent.clipping_norm:g}"),
            ("expected batch", f"{spent.expected_batch:g} subjects"),
            ("accountants", f"{', '.join(self.accountants)}: PRV {prv}, RDP {total.rdp:.4f}, sum {total.basic:.4f}"),
            ("taken to be public", "; ".join(self.public)),
        ]
        return lines

"""What each score is called and what it means, in plain words. Knows no values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ScoreWording:
    """How a score is shown.

    Attributes:
        name: Its name in `Evaluation.scores`.
        title: Its name for people.
        top: The end of its scale, which starts at 0.
        form: How numbers are written.
        best: What good looks like, in a few words.
        explanation: One short paragraph.
    """

    name: str
    title: str
    top: float
    form: Literal["points", "share", "ratio"]
    best: str
    explanation: str

    def written(self, value: float | None) -> str:
        """Write a value of this score."""
        if value is None:
            return "–"
        return {"points": f"{value:.1f}", "share": f"{value:.1%}", "ratio": f"{value:.2f}"}[self.form]


CARDS = (
    ScoreWording(
        "sqs",
        "Synthetic quality score",
        10.0,
        "points",
        "as high as real holdout rows",
        "Distributions of single columns, associations of pairs and the joint shape, put on a scale from 0 to 10. It "
        "is not enough alone: shuffling every column on its own destroys all that columns have in common and still "
        "reaches the floor. Read it between floor and real holdout.",
    ),
    ScoreWording(
        "sqs_skill",
        "Skill",
        1.0,
        "ratio",
        "1, as good as real rows",
        "How far the quality score gets from shuffled columns (0) to real holdout rows (1). Above 1 the table "
        "resembles the training rows more than fresh real rows do; far above 1 suggests copying.",
    ),
    ScoreWording(
        "c2st_auc",
        "Told apart by a classifier",
        1.0,
        "ratio",
        "0.50, cannot be told apart",
        "A model is trained to tell synthetic from training rows and tested on rows that it did not see. 0.50 means it "
        "guesses, 1.00 that it is always right. Clearly below 0.50 means that synthetic rows repeat training rows.",
    ),
    ScoreWording(
        "tstr_ratio",
        "Use for prediction",
        1.0,
        "ratio",
        "1, learns as much as from real rows",
        "A model trained on synthetic rows predicts the target of real holdout rows. 1 means it does as well as a "
        "model trained on real rows, 0 that it does as badly as one trained on shuffled columns.",
    ),
    ScoreWording(
        "exact_copy_excess",
        "Copied rows",
        1.0,
        "share",
        "0%, no more than chance",
        "Share of synthetic rows that equal a training row in every cell, beyond what equal holdout rows predict. Some "
        "tables repeat rows naturally; the holdout takes that into account.",
    ),
    ScoreWording(
        "valid_record_fraction",
        "Valid records",
        1.0,
        "share",
        "near 100%",
        "Share of generated records that could be read as a row of the table. Invalid ones were thrown away, which can "
        "distort the table if there are many.",
    ),
)
FURTHER = (
    ScoreWording("distribution", "Distributions", 10.0, "points", "", "Jensen-Shannon distance of every column."),
    ScoreWording("correlation", "Associations", 10.0, "points", "", "Pearson's r, Theil's U and eta of every pair."),
    ScoreWording("deep_structure", "Joint shape", 10.0, "points", "", "First two principal components."),
    ScoreWording("text_structure", "Form of text", 10.0, "points", "", "Sentences, words and characters."),
    ScoreWording("column_shapes", "Column shapes", 1.0, "ratio", "", "Mean of 1 - KS and 1 - TV against the holdout."),
    ScoreWording("sqs_nss", "Quality score, NSS arithmetic", 10.0, "points", "", "To compare with other tools only."),
    ScoreWording("tstr", "Train on synthetic, test on real", 1.0, "ratio", "", "See “Use for prediction”."),
    ScoreWording("trtr", "Train on real, test on real", 1.0, "ratio", "", "The ceiling of the row above."),
)

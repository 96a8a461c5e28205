"""What each score is called and what it means, in plain words. Knows no values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Resemblance", "Use", "Detection", "Text", "Sequences", "Privacy", "The run", "Other"]
GROUPS: tuple[Group, ...] = ("Resemblance", "Use", "Detection", "Text", "Sequences", "Privacy", "The run", "Other")


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
        group: Part of the table of all scores.
        place: Section of the page that shows it, empty for the table of all scores alone.
        beside: What its reference is.
    """

    name: str
    title: str
    top: float
    form: Literal["points", "share", "ratio"]
    best: str
    explanation: str
    group: Group = "Other"
    place: str = ""
    beside: str = "real holdout"

    def written(self, value: float | None) -> str:
        """Write a value of this score."""
        if value is None:
            return "–"
        return {"points": f"{value:.1f}", "share": f"{value:.1%}", "ratio": f"{value:.2f}"}[self.form]


CARDS = (
    ScoreWording(
        "sqs",
        "Synthetic quality",
        10.0,
        "points",
        "as high as real holdout rows",
        "Distributions of single columns, associations of pairs and the joint shape, put on a scale from 0 to 10. It "
        "is not enough alone: shuffling every column on its own destroys all that columns have in common and still "
        "reaches the floor. Read it between floor and real holdout.",
        "Resemblance",
    ),
    ScoreWording(
        "sqs_skill",
        "Skill",
        1.0,
        "ratio",
        "1, as good as real rows",
        "How far the quality score gets from shuffled columns (0) to real holdout rows (1). Above 1 the table "
        "resembles the training rows more than fresh real rows do; far above 1 suggests copying.",
        "Resemblance",
    ),
    ScoreWording(
        "c2st_auc",
        "Told apart by a classifier",
        1.0,
        "ratio",
        "0.50, cannot be told apart",
        "A model is trained to tell synthetic from training rows and tested on rows that it did not see. 0.50 means it "
        "guesses, 1.00 that it is always right. Clearly below 0.50 means that synthetic rows repeat training rows.",
        "Detection",
        "tells",
    ),
    ScoreWording(
        "tstr_ratio",
        "Use for prediction",
        1.0,
        "ratio",
        "1, like real rows",
        "A model trained on synthetic rows predicts the target of real holdout rows. 1 means it does as well as a "
        "model trained on real rows, 0 that it does as badly as one trained on shuffled columns.",
        "Use",
    ),
    ScoreWording(
        "exact_copy_excess",
        "Copied rows",
        1.0,
        "share",
        "0%, no more than chance",
        "Share of synthetic rows that equal a training row in every cell, beyond what equal holdout rows predict. Some "
        "tables repeat rows naturally; the holdout takes that into account.",
        "Privacy",
        beside="fresh real rows",
    ),
    ScoreWording(
        "mia_tpr_at_1fpr",
        "Members found",
        1.0,
        "share",
        "1%, no more than false alarms",
        "Someone holds a person's row and asks whether it was in the training table. This is the share of training "
        "rows recognised while only 1% of rows outside are wrongly accused. 1% is chance.",
        "Privacy",
        beside="chance",
    ),
    ScoreWording(
        "aia_risk",
        "Secrets guessed",
        1.0,
        "share",
        "0%, no better than for strangers",
        "Someone knows a part of a person's row and takes the rest from the most similar synthetic row. This is how "
        "much more often that succeeds for training rows than for holdout rows, of what could be won.",
        "Privacy",
        beside="control",
    ),
    ScoreWording(
        "replay_excess",
        "Rare values replayed",
        1.0,
        "share",
        "0%, no more than chance",
        "Rare categories, identifiers and numbers that occur in training alone: the share of them that synthetic rows "
        "show, beyond the same share of values that occur in the holdout alone.",
        "Privacy",
        beside="control",
    ),
)
FURTHER = (
    ScoreWording(
        "sqs_nss",
        "Quality score in NSS arithmetic",
        10.0,
        "points",
        "to compare with other tools only",
        "The same idea in the arithmetic of NeMo Safe Synthesizer, to compare with its figures. It takes a ruined "
        "column for a perfect one, so judge by the quality score above.",
        "Resemblance",
    ),
    ScoreWording(
        "distribution",
        "Distributions",
        10.0,
        "points",
        "as high as real holdout rows",
        "How close every column is to the training column on its own, by the Jensen-Shannon distance. Shuffled columns "
        "keep it whole, so the floor is high.",
        "Resemblance",
        "columns",
    ),
    ScoreWording(
        "missingness",
        "Missing values",
        1.0,
        "ratio",
        "as high as real holdout rows",
        "How close the rates of missing values are, column by column.",
        "Resemblance",
        "columns",
    ),
    ScoreWording(
        "column_shapes",
        "Column shapes",
        1.0,
        "ratio",
        "as high as real holdout rows",
        "Mean of one minus the largest gap of cumulative shares (numbers) or one minus the differing share "
        "(categories), against the holdout; comparable with published tables.",
        "Resemblance",
        "columns",
    ),
    ScoreWording(
        "correlation",
        "Associations",
        10.0,
        "points",
        "as high as real holdout rows",
        "How close the associations of all pairs of columns are: Pearson's r for two numbers, Theil's U for two "
        "categories, the correlation ratio for one of each.",
        "Resemblance",
        "pairs",
    ),
    ScoreWording(
        "query_error",
        "Error of group counts",
        1.0,
        "ratio",
        "as low as real holdout rows",
        "Counts and means of groups by two columns, as an analyst would ask for: how far the synthetic answers lie "
        "from the real ones. Lower is better.",
        "Use",
        "pairs",
    ),
    ScoreWording(
        "deep_structure",
        "Joint shape",
        10.0,
        "points",
        "as high as real holdout rows",
        "How alike the clouds of rows are on the two axes along which training rows spread most.",
        "Resemblance",
        "map",
    ),
    ScoreWording(
        "alpha_precision",
        "Plausible rows",
        1.0,
        "ratio",
        "as high as real holdout rows",
        "Alpha-precision: whether synthetic rows lie where real rows are typical. Low means that rows fall outside.",
        "Resemblance",
        "map",
    ),
    ScoreWording(
        "beta_recall",
        "Variety covered",
        1.0,
        "ratio",
        "as high as real holdout rows, often about 0.5",
        "Beta-recall: whether the synthetic rows reach all the places where real rows are. Low means that some kinds "
        "of rows are missing. A copy gets 1, so more than the holdout gets is no merit.",
        "Resemblance",
        "map",
    ),
    ScoreWording(
        "tstr",
        "Trained on synthetic rows",
        1.0,
        "ratio",
        "as high as trained on real rows",
        "A model trained on synthetic rows, tested on real holdout rows.",
        "Use",
        beside="trained on real rows",
    ),
    ScoreWording(
        "trtr",
        "Trained on real rows",
        1.0,
        "ratio",
        "the ceiling",
        "The same model trained on the training rows, tested on the same holdout rows: what can be reached.",
        "Use",
    ),
    ScoreWording(
        "c2st_coarse_auc",
        "Told apart when rounded",
        1.0,
        "ratio",
        "0.50, cannot be told apart",
        "The same classifier on coarse values. Much lower than on exact values means that formats give the rows away, "
        "such as decimals or rounding, and less their content.",
        "Detection",
        "tells",
    ),
    ScoreWording(
        "c2st_text_auc",
        "Told apart by text",
        1.0,
        "ratio",
        "0.50, cannot be told apart",
        "A classifier that reads words and phrases of the text columns tries to tell synthetic from real texts.",
        "Detection",
        "tells",
    ),
    ScoreWording(
        "text_semantic",
        "Meaning of text",
        10.0,
        "points",
        "as high as real holdout rows",
        "Whether synthetic texts speak of what real texts speak of, by the nearness of their embeddings.",
        "Text",
        "texts",
    ),
    ScoreWording(
        "text_structure",
        "Form of text",
        10.0,
        "points",
        "as high as real holdout rows",
        "Sentences in a text, words in a sentence and letters in a word.",
        "Text",
        "texts",
    ),
    ScoreWording(
        "sequence_length",
        "Rows per group",
        1.0,
        "ratio",
        "as high as real holdout groups",
        "Whether groups of rows, such as the visits of one person, are as long as real ones.",
        "Sequences",
        "sequences",
    ),
    ScoreWording(
        "transition",
        "Order within groups",
        1.0,
        "ratio",
        "as high as real holdout groups",
        "Whether one category follows another as often as in real groups.",
        "Sequences",
        "sequences",
    ),
    ScoreWording(
        "autocorrelation",
        "Memory within groups",
        1.0,
        "ratio",
        "as high as real holdout groups",
        "Whether a number depends on the numbers before it as much as in real groups.",
        "Sequences",
        "sequences",
    ),
    ScoreWording(
        "mia_auc",
        "Members told from others",
        1.0,
        "ratio",
        "0.50, cannot be told",
        "The membership attack over all thresholds: 0.50 means it guesses. It moves little when a few rows are copied, "
        "so judge by the share of members found.",
        "Privacy",
        "privacy",
        "chance",
    ),
    ScoreWording(
        "dcr_share",
        "Nearer to training",
        1.0,
        "ratio",
        "0.50, as near to one as to the other",
        "Share of synthetic rows whose closest real row is a training row rather than a holdout row, of equally many. "
        "A diagnostic: tables that pass it have been attacked with success.",
        "Privacy",
        "privacy",
        "fresh real rows",
    ),
    ScoreWording(
        "nndr_ratio",
        "Crowding at training rows",
        2.0,
        "ratio",
        "1, like fresh rows",
        "How much closer synthetic rows lie to one single training row than to any other, compared with the holdout. "
        "A diagnostic, like the distances above.",
        "Privacy",
        "privacy",
        "fresh real rows",
    ),
    ScoreWording(
        "ngram_excess",
        "Memorised passages",
        1.0,
        "share",
        "0%, no more than chance",
        "Share of synthetic texts that repeat a long run of words from training, beyond what the holdout predicts.",
        "Privacy",
        "privacy",
        "control",
    ),
    ScoreWording(
        "valid_record_fraction",
        "Valid records",
        1.0,
        "share",
        "near 100%",
        "Share of generated records that could be read as a row of the table. Invalid ones were thrown away, which can "
        "distort the table if there are many.",
        "The run",
        "run",
    ),
    ScoreWording(
        "constraint_validity",
        "Rules kept",
        1.0,
        "share",
        "as often as real rows",
        "Share of synthetic rows that keep what always holds in training, such as an order of two columns or one "
        "column that settles another.",
        "The run",
        "run",
    ),
)
BY_NAME = {wording.name: wording for wording in (*CARDS, *FURTHER)}


def worded(name: str) -> ScoreWording:
    """Return the wording of a score; one that has none yet goes by its name."""
    known = BY_NAME.get(name)
    return known or ScoreWording(name, name.replace("_", " ").capitalize(), 1.0, "ratio", "", "")


def placed(place: str) -> tuple[ScoreWording, ...]:
    """Return the scores that a section shows, in order."""
    return tuple(wording for wording in BY_NAME.values() if wording.place == place)

"""What each score is called and what it means, in plain words; the headline scores first. Knows no values."""

from __future__ import annotations

from tabsynth.report.glossary import FURTHER
from tabsynth.report.term import ScoreWording

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
        "much more often that succeeds for training rows than for holdout rows, of what could be won; the column "
        "that leaks most counts.",
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
BY_NAME = {wording.name: wording for wording in (*CARDS, *FURTHER)}


def worded(name: str) -> ScoreWording:
    """Return the wording of a score; one that has none yet goes by its name."""
    known = BY_NAME.get(name)
    return known or ScoreWording(name, name.replace("_", " ").capitalize(), 1.0, "ratio", "", "")


def placed(place: str) -> tuple[ScoreWording, ...]:
    """Return the scores that a section shows, in order."""
    return tuple(wording for wording in BY_NAME.values() if wording.place == place)

"""How one score is shown: its words, its scale and how its numbers are written. Knows no score by name."""

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

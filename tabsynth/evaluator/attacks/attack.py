"""What one attack found, as data that survives JSON. Runs none."""

from __future__ import annotations

from pydantic import Field

from tabsynth.evaluator.score import Record, Score


class AttackPart(Record):
    """One of several ways to run an attack, or one column that it aims at.

    Attributes:
        name: The way or the column.
        value: Success against training rows, in the unit of the attack's `unit`.
        control: The same against holdout rows, which can only succeed by chance.
        low: Lower end of the 95% interval of `value`, None without one.
        high: Upper end.
        p_value: One-sided test that training is hit more than the control, not corrected for the other parts.
        n: Targets or rows that it rests on.
        note: How it was run, or why it was not. Never a cell of a table.
    """

    name: str
    value: float | None
    control: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int = 0
    note: str = ""


class Attack(Record):
    """One question of an attacker, answered with a control.

    Attributes:
        name: Name of the module that runs it, such as "closest_record".
        title: Its name for people.
        story: What the attacker has, does and wins, in one or two plain sentences.
        unit: What `effect`, and value and control of the parts, count, in words.
        effect: Success beyond the control; None if the attack could not be run. What a release is judged by.
        limit: Effect up to which the release is not held back, whatever the p value.
        p_value: One-sided, over all parts (Holm), None if the attack could not be run.
        decides: Whether the privacy light may rest on it; diagnostics inform only.
        parts: The ways it was run, strongest first.
        scores: Scores that it gives to the evaluation, by name.
        note: How to read it, how strong it was, or why it could not be run.
    """

    name: str
    title: str
    story: str
    unit: str
    effect: float | None
    limit: float
    p_value: float | None
    decides: bool = True
    parts: tuple[AttackPart, ...] = ()
    scores: dict[str, Score] = Field(default_factory=dict)
    note: str = ""

"""What protects the learned rows, in words for a card: what was done, and plainly what was not. Judges nothing."""

from __future__ import annotations

from collections import Counter

from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.evaluator.result import RunFact, Safeguard
from tabsynth.privacy.pii import PiiReport
from tabsynth.privacy.pii.entities import Action

PERSONAL, EXTREMES = "Personal data", "Rare and extreme values"
DONE = {
    Action.REPLACE: "replaced by stand-ins",
    Action.REPLACE_INSIDE: "searched, and what was found inside replaced",
    Action.GENERATE: "made up instead of learned",
}


def safeguards(metadata: TrainingMetadata) -> tuple[Safeguard, ...]:
    """Return what was done before training, a line each, and a line for each that was left out."""
    return (*_personal(metadata), _extremes(metadata))


def guarantee(metadata: TrainingMetadata) -> tuple[RunFact, ...]:
    """Return the ledger of differential privacy as labelled lines; nothing without one, whatever was asked for."""
    lines = [] if metadata.ledger is None else metadata.ledger.lines()
    return tuple(RunFact(label=label, value=value) for label, value in lines)


def _personal(metadata: TrainingMetadata) -> list[Safeguard]:
    if metadata.pii is None:
        setting = 'pii="off": ' if metadata.config.get("pii") == "off" else ""
        return [
            Safeguard(
                label=PERSONAL,
                value=f"{setting}nothing was looked for, so the rows may hold any that was learned.",
                in_place=False,
            )
        ]
    report = PiiReport.model_validate(metadata.pii)
    kept = [finding for finding in report.findings if finding.action is Action.KEEP]
    told_to_keep = sum(finding.source == "you" for finding in kept)
    actions = Counter(finding.action for finding in report.findings)
    done = [f"{_columns(actions[action])} {words}" for action, words in DONE.items() if actions[action]]
    if len(kept) > told_to_keep:
        done.append(
            f"{_columns(len(kept) - told_to_keep)} learned as they are, for many share each value"
            " or rare ones are protected"
        )
    found = "; ".join(done) if done else f"none was found in {_columns(len(report.columns))}"
    lines = [Safeguard(label=PERSONAL, value=f"{found}.")]
    told = metadata.config.get("pii")
    unlooked = sum(word == "none" for word in told.values()) if isinstance(told, dict) else 0
    for number, words in (
        (told_to_keep, "holds personal data and was learned as it is"),
        (unlooked, "not personal, says whoever ran it; nothing was done to it"),
    ):
        if number:
            lines.append(
                Safeguard(label=f"{PERSONAL}, exceptions", value=f"{_columns(number)}: {words}.", in_place=False)
            )
    return lines


def _extremes(metadata: TrainingMetadata) -> Safeguard:
    protection = metadata.protection
    if protection is not None:
        changed = sum(column.changed > 0 for column in protection.columns)
        return Safeguard(
            label=EXTREMES,
            value=f"categories of too few {'groups' if protection.unit == 'group' else 'rows'} replaced and extremes "
            f"clipped before training: {protection.changed:,} cells ({protection.share:.2%}) of {_columns(changed)}.",
        )
    if metadata.ledger is not None:
        return Safeguard(
            label=EXTREMES, value="ranges and categories were learned with noise, as part of the guarantee below."
        )
    setting = "protect=False: " if metadata.config.get("protect") is False else ""
    return Safeguard(
        label=EXTREMES,
        value=f"{setting}the rarest categories and extremes that were learned may occur.",
        in_place=False,
    )


def _columns(number: int) -> str:
    return f"{number:,} column" if number == 1 else f"{number:,} columns"

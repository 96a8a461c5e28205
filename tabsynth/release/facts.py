"""What a card says of the run that made a table. Knows no evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.evaluator.result import RunFact, Safeguard
from tabsynth.release.safeguards import guarantee, safeguards
from tabsynth.version import __version__


@dataclass(frozen=True)
class CardFacts:
    """What a card says of the run.

    Attributes:
        model: Name of the base model, without folders of this machine.
        revision: Its commit or checksum.
        versions: Libraries and their versions, tabsynth first.
        source: Mark of the learned table, see `Origin.mark`.
        rows_learned: Rows that were learned.
        rows_aside: Rows that were kept aside.
        kinds: Kind of every column by its name.
        protections: What was done before training, or left out.
        guarantee: The ledger of differential privacy as labelled lines; empty without a guarantee.
    """

    model: str
    revision: str
    versions: Mapping[str, str]
    source: str
    rows_learned: int
    rows_aside: int
    kinds: Mapping[str, str]
    protections: tuple[Safeguard, ...] = ()
    guarantee: tuple[RunFact, ...] = ()


def card_facts(metadata: TrainingMetadata, *, source: str) -> CardFacts:
    """Return what a card says of a finished training.

    Args:
        metadata: What training left.
        source: Mark of the learned table, see `Origin.mark`.
    """
    return CardFacts(
        model=_public(metadata.base.name),
        revision=metadata.base.revision,
        versions={"tabsynth": __version__, **metadata.library_versions},
        source=source,
        rows_learned=metadata.num_training_rows,
        rows_aside=metadata.num_holdout_rows,
        kinds={column.name: column.kind.value for column in metadata.table.columns},
        protections=safeguards(metadata),
        guarantee=guarantee(metadata),
    )


def _public(name: str) -> str:
    """The name of a model; of a folder its last part, since the rest speaks of a machine and its users."""
    for path in (Path(name), PureWindowsPath(name)):
        if path.is_absolute():
            return f"{path.name} (a local folder)"
    return name

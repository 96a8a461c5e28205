"""A named-entity model of the user's, from a local folder. An option: everything works without one, none is fetched."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.patterns import Span

LABELS: dict[str, Entity] = {
    "person": Entity.NAME,
    "per": Entity.NAME,
    "name": Entity.NAME,
    "first name": Entity.FIRST_NAME,
    "last name": Entity.LAST_NAME,
    "gpe": Entity.CITY,
    "loc": Entity.CITY,
    "city": Entity.CITY,
    "address": Entity.STREET_ADDRESS,
    "street address": Entity.STREET_ADDRESS,
    "email": Entity.EMAIL,
    "phone number": Entity.PHONE,
    "username": Entity.USERNAME,
    "date of birth": Entity.DATE_OF_BIRTH,
    "medical record number": Entity.MEDICAL_RECORD,
}
"""What models call things, in lower case, and what that is here; other labels are not used."""
GLINER_LABELS = (
    "person",
    "street address",
    "email",
    "phone number",
    "username",
    "date of birth",
    "medical record number",
)
THRESHOLD = 0.5
BATCH = 16


class EntityModel(Protocol):
    """Anything that finds entities in texts."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the finds of each text, in order."""
        ...


class SpacyModel:
    """A spaCy pipeline.

    Args:
        folder: Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        import spacy

        self._pipeline: Any = spacy.load(folder)

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the finds of each text, in order."""
        documents = self._pipeline.pipe(texts, batch_size=BATCH)
        return [[*_spans((e.start_char, e.end_char, e.label_) for e in document.ents)] for document in documents]


class GlinerModel:
    """A GLiNER model.

    Args:
        folder: Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        from gliner import GLiNER

        self._model: Any = GLiNER.from_pretrained(os.fspath(folder), local_files_only=True)

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the finds of each text, in order."""
        found: list[list[Span]] = []
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            for entities in self._model.inference(batch, list(GLINER_LABELS), threshold=THRESHOLD):
                found.append([*_spans((e["start"], e["end"], e["label"]) for e in entities)])
        return found


def _spans(found: Any) -> list[Span]:
    """The finds whose label is known, in order, the first of those that overlap."""
    spans: list[Span] = []
    for start, end, label in sorted(found):
        entity = LABELS.get(str(label).lower().replace("_", " "))
        if entity is not None and (not spans or start >= spans[-1].end):
            spans.append(Span(start, end, entity))
    return spans


def load_model(folder: str | Path) -> EntityModel:
    """Load a named-entity model from a folder on this machine.

    Args:
        folder: A spaCy pipeline (config.cfg) or a GLiNER model (gliner_config.json).

    Raises:
        PrivacyError: There is none, or the library that runs it is not installed.
    """
    path = Path(folder).expanduser()
    kinds: dict[str, tuple[str, Callable[[Path], EntityModel]]] = {
        "config.cfg": ("spacy", SpacyModel),
        "gliner_config.json": ("gliner", GlinerModel),
    }
    for file, (library, kind) in kinds.items():
        if (path / file).is_file():
            if find_spec(library) is None:
                raise PrivacyError(
                    f"the model needs {library}", where=str(path), do=f"install it: pip install {library}"
                )
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            return kind(path)
    raise PrivacyError(
        "this is no folder with a spaCy pipeline or a GLiNER model",
        where=str(path),
        do="give the folder that holds config.cfg or gliner_config.json; models are never downloaded",
    )

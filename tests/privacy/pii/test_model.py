import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.model import GlinerModel, SpacyModel, load_model
from tabsynth.privacy.pii.patterns import Span


def test_a_folder_without_a_model_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(PrivacyError, match="never downloaded"):
        load_model(tmp_path)
    with pytest.raises(PrivacyError, match="no folder with"):
        load_model("en_core_web_sm")


@pytest.mark.parametrize(("file", "library"), [("config.cfg", "spacy"), ("gliner_config.json", "gliner")])
def test_a_missing_library_is_named(tmp_path: Path, file: str, library: str) -> None:
    from importlib.util import find_spec

    if find_spec(library) is not None:
        pytest.skip(f"{library} is installed")
    (tmp_path / file).touch()
    with pytest.raises(PrivacyError, match=f"pip install {library}"):
        load_model(tmp_path)


def test_a_spacy_pipeline_is_read_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entities = [SimpleNamespace(start_char=2, end_char=7, label_="PERSON"),
    SimpleNamespace(start_char=9, end_char=11, label_="DATE"),
                SimpleNamespace(start_char=5, end_char=8, label_="GPE")]  # fmt: skip
    loaded: list[Path] = []
    library = ModuleType("spacy")
    library.load = lambda path: (  # type: ignore[attr-defined]
        loaded.append(path)
        or SimpleNamespace(pipe=lambda texts, batch_size: [SimpleNamespace(ents=entities) for _ in texts])
    )
    monkeypatch.setitem(sys.modules, "spacy", library)
    assert SpacyModel(tmp_path).find(["a", "b"]) == [[Span(2, 7, Entity.NAME)]] * 2
    assert loaded == [tmp_path]


def test_a_gliner_model_is_read_from_its_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    class GLiNER:
        @classmethod
        def from_pretrained(cls, path: str, *, local_files_only: bool) -> "GLiNER":
            asked.append((path, local_files_only))
            return cls()

        def inference(self, texts: list[str], labels: list[str], *, threshold: float) -> list[list[dict[str, object]]]:
            assert "person" in labels
            return [[{"start": 0, "end": len(text), "label": "person"}] for text in texts]

    library = ModuleType("gliner")
    library.GLiNER = GLiNER  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gliner", library)
    texts = ["x" * (1 + number % 5) for number in range(40)]
    assert GlinerModel(tmp_path).find(texts) == [[Span(0, len(text), Entity.NAME)] for text in texts]
    assert asked == [(str(tmp_path), True)]

"""A manifest says what a generation is made of; a torn one is none, and another one is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tabsynth.errors import ArtifactError
from tabsynth.generator.manifest import generation_id, manifest_bytes, read_manifest

IDENTITY: dict[str, Any] = {"seed": 7, "sampling": {"temperature": 1.0, "top_p": 0.9}, "rules": ["a <= b"]}


def test_the_id_is_of_the_contents_not_of_their_order() -> None:
    assert generation_id(IDENTITY) == generation_id(dict(reversed(IDENTITY.items())))
    assert generation_id({"a": (1, 2)}) == generation_id({"a": [1, 2]})
    assert generation_id({2: "x", 10: "y"}) == generation_id({"2": "x", "10": "y"})
    assert len(generation_id(IDENTITY)) == 16
    assert generation_id(IDENTITY) != generation_id({**IDENTITY, "seed": 8})


def test_the_id_is_the_same_in_other_processes() -> None:
    program = f"from tabsynth.generator.manifest import generation_id; print(generation_id({IDENTITY!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": "3"}
    out = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == generation_id(IDENTITY)


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest_bytes(IDENTITY, {"rows": 10}))
    found = read_manifest(path, IDENTITY)
    assert found is not None
    assert (found["id"], found["identity"], found["finished"]) == (generation_id(IDENTITY), IDENTITY, {"rows": 10})


@pytest.mark.parametrize("raw", [b"", b'{"format_version": 1, "ident', b"[1]", b"7", b"{}", b"\xff", b"[" * 100_000])
def test_a_torn_manifest_is_none(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "manifest.json"
    assert read_manifest(path, IDENTITY) is None
    path.write_bytes(raw)
    assert read_manifest(path, IDENTITY) is None


def test_a_manifest_of_another_generation_is_an_error_that_says_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest_bytes({**IDENTITY, "seed": 8, "adapter": "x"}, None))
    with pytest.raises(ArtifactError, match="it is of another generation: seed, adapter differ"):
        read_manifest(path, IDENTITY)
    path.write_text('{"format_version": 1, "identity": 7}')
    with pytest.raises(ArtifactError, match="it is of another generation"):
        read_manifest(path, IDENTITY)


def test_a_manifest_from_a_newer_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"format_version": 2, "identity": {"other": 1}}))
    with pytest.raises(ArtifactError, match=r"format version 2 is newer than 1.*Update tabsynth"):
        read_manifest(path, IDENTITY)

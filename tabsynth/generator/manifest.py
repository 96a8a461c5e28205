"""The manifest of a generation: what its rows depend on, and what came out. Knows no rows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tabsynth.errors import ArtifactError

FORMAT_VERSION = 1


def generation_id(identity: dict[str, Any]) -> str:
    """Return a short name for what a generation is made of: the same for equal identities, in any process."""
    return hashlib.sha256(_canonical(identity).encode()).hexdigest()[:16]


def manifest_bytes(identity: dict[str, Any], finished: dict[str, Any] | None) -> bytes:
    """Return the manifest as JSON.

    Args:
        identity: What the rows depend on.
        finished: What came out, None while parts are missing.
    """
    manifest = {
        "format_version": FORMAT_VERSION,
        "id": generation_id(identity),
        "identity": identity,
        "finished": finished,
    }
    return json.dumps(manifest, indent=1, allow_nan=False).encode()


def read_manifest(path: Path, identity: dict[str, Any]) -> dict[str, Any] | None:
    """Return the manifest of a generation, or None if there is none or it is torn.

    Args:
        path: The file.
        identity: What it must be the manifest of.

    Raises:
        ArtifactError: It is of another generation, or from a newer version.
        OSError: It cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        version, theirs = found["format_version"], found["identity"]
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise ArtifactError(
            f"format version {version} is newer than {FORMAT_VERSION}, the newest that this tabsynth reads",
            where=str(path),
            do="update tabsynth",
        )
    if _canonical(theirs) != _canonical(identity):
        raise ArtifactError(
            f"it is of another generation: {', '.join(_differing(identity, theirs)[:5])} differ",
            where=str(path),
            do="use a folder of its own for each generation",
        )
    return dict(found)


def _canonical(identity: Any) -> str:
    plain = json.loads(json.dumps(identity, allow_nan=False))  # keys become strings before they are sorted
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _differing(ours: dict[str, Any], theirs: Any) -> list[str]:
    other = theirs if isinstance(theirs, dict) else {}
    return [str(name) for name in {**ours, **other} if _canonical(ours.get(name)) != _canonical(other.get(name))]

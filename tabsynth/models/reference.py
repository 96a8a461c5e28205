"""The reference to a base model: what a user may write for `model=`, and the folder that it stands for."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tabsynth.errors import ModelError, did_you_mean
from tabsynth.models import smollm2
from tabsynth.progress import Progress

MINI = "tabsynth-mini"
MINI_REVISION = "1"
EMBEDDED = (MINI, smollm2.NAME)
"""Bases that need no network."""

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
HUB_FILES = ("*.json", "*.safetensors", "*.jinja", "*.txt", "*.model")
"""What is fetched from the hub. No pickled weights: loading those runs code."""
HUB_TIMEOUT_SECONDS = 10.0
FINGERPRINT_BYTES = 1 << 20


@dataclass(frozen=True)
class ResolvedBase:
    """A base model that is there.

    Attributes:
        name: As the user wrote it; for a folder its absolute path.
        folder: Holds config.json, tokenizer.json and safetensors weights; None for `tabsynth-mini`, which is built
            from a seed.
        revision: Tells two states of the same name apart: a hub commit, or a fingerprint of the files.
    """

    name: str
    folder: Path | None
    revision: str


def resolve(model: str, progress: Progress) -> ResolvedBase:
    """Return the base model that `model` stands for, converted or downloaded where need be.

    A folder that exists goes before a hub id that reads the same.

    Args:
        model: ``tabsynth-mini``, ``smollm2-135m``, a local folder, or a hub id ``org/name``.
        progress: Told about conversion and download.

    Raises:
        ModelError: There is no such model, it is not complete, or it cannot be had from here.
    """
    if model == MINI:
        return ResolvedBase(MINI, None, MINI_REVISION)
    if model == smollm2.NAME:
        return ResolvedBase(smollm2.NAME, smollm2.smollm2_folder(progress), smollm2.REVISION)
    folder = Path(model).expanduser()
    if model and folder.is_dir():
        return _from_folder(folder.resolve())
    if HUB_ID.fullmatch(model):
        return _from_hub(model, progress)
    if folder.is_absolute() or any(mark in model for mark in ("/", "\\", "~")):
        raise ModelError("there is no such folder", where=model, do=f"check the path, or {_use_embedded()}")
    raise ModelError(f"there is no base model '{model}'", where="model", do=_advice(model))


def _use_embedded() -> str:
    return "use an embedded model: " + " or ".join(f"model='{name}'" for name in EMBEDDED)


def _advice(model: str) -> str:
    return f"{did_you_mean(model, EMBEDDED)}; a local folder or a hub id such as 'org/name' will do too"


def _from_folder(folder: Path) -> ResolvedBase:
    _check_complete(folder)
    return ResolvedBase(str(folder), folder, _fingerprint(folder))


def _check_complete(folder: Path) -> None:
    needed = {
        "config.json": (folder / "config.json").is_file(),
        "tokenizer.json": (folder / "tokenizer.json").is_file(),
        "weights (*.safetensors)": any(folder.glob("*.safetensors")),
    }
    missing = [name for name, found in needed.items() if not found]
    if not missing:
        return
    if not needed["weights (*.safetensors)"] and any(folder.glob("*.bin")):
        raise ModelError(
            "the weights are pickled (*.bin), and loading those can run code",
            where=str(folder),
            do="save the model again with safetensors: model.save_pretrained(folder)",
        )
    raise ModelError(
        f"the folder is no complete base model: {', '.join(missing)} missing",
        where=str(folder),
        do="save model and tokenizer there with save_pretrained (a fast tokenizer, plain weights, no bare adapter)",
    )


def _fingerprint(folder: Path) -> str:
    """Return a hash of config and tokenizer, and of size and both ends of each file of weights."""
    digest = hashlib.sha256()
    for file in [folder / "config.json", folder / "tokenizer.json", *sorted(folder.glob("*.safetensors"))]:
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as stream:
            if file.suffix == ".json":
                digest.update(stream.read())
                continue
            digest.update(stream.read(FINGERPRINT_BYTES))
            stream.seek(max(0, size - FINGERPRINT_BYTES), os.SEEK_SET)
            digest.update(stream.read())
    return digest.hexdigest()[:16]


def _from_hub(model: str, progress: Progress) -> ResolvedBase:
    from huggingface_hub import HfApi, errors, snapshot_download

    with progress.task("base model", total=None) as task:
        task.update(0, f"fetching {model}")
        try:
            # snapshot_download would ask the same question without a limit of time.
            commit = HfApi().model_info(model, timeout=HUB_TIMEOUT_SECONDS).sha
            folder = snapshot_download(
                model, revision=commit, allow_patterns=list(HUB_FILES), etag_timeout=HUB_TIMEOUT_SECONDS
            )
        except errors.RepositoryNotFoundError:
            raise ModelError(
                "the hub has no such model, or you have no access to it",
                where=model,
                do=f"check its name and log in if it is private or gated, or {_use_embedded()}",
            ) from None
        except Exception as error:  # the hub's client lets through errors of whichever HTTP library it is built on
            folder = _fetched_before(model, error)
    _check_complete(Path(folder))
    return ResolvedBase(model, Path(folder), Path(folder).name)


def _fetched_before(model: str, obstacle: Exception) -> str:
    from huggingface_hub import snapshot_download

    try:
        return str(snapshot_download(model, allow_patterns=list(HUB_FILES), local_files_only=True))
    except (OSError, ValueError):
        raise ModelError(
            f"the model is not on this machine and could not be fetched ({type(obstacle).__name__})",
            where=model,
            do=f"go online once, or give the path of a local folder, or {_use_embedded()}",
        ) from obstacle

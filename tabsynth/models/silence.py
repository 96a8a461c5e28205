"""Silence of transformers: no progress bars of its own while it reads or writes weights. Our own logs stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_weight_bars() -> Iterator[None]:
    """Hide the bars of transformers, such as "Writing model shards", for the length of a with block."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()

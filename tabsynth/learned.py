"""What a column's codec has learned, in words: counts and bounds of counts, never a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tabsynth.codec.facts import ColumnCodec


def learned_by(codec: ColumnCodec, names: Sequence[str]) -> str:
    """Say what a column's codec learned, as counts.

    Args:
        codec: The codec.
        names: The columns of the table, one of which may settle this one.
    """
    match codec.type:
        case "categorical":
            found = count_of(len(codec.categories), "category", "categories")
        case "numeric":
            bins = codec.num_bins
            atoms = [count_of(len(codec.atoms), "exact value", "exact values")] if codec.atoms else []
            steps = f" of {codec.steps} steps" if codec.steps > 1 else ""
            spans = [count_of(bins, "bin", "bins") + steps] if bins else []
            found = ", ".join(atoms + spans) or "nothing: no values"
        case "timestamp":
            parts = zip(codec.parts, codec.sizes, strict=True)
            found = ", ".join(f"{part} {size}" for part, size in parts) or "one date"
        case "text":
            found = f"up to {codec.max_tokens} tokens"
        case "characters":
            found = f"{count_of(len(codec.alphabet), 'character', 'characters')}, up to {codec.max_tokens} of them"
        case "derived":
            found = f"settled by {names[codec.source]}"
        case "identifier":
            found = "a counter" if codec.shape is None else "the shape of its codes"
    return found + (", and missing" if codec.nullable else "")


def count_of(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"

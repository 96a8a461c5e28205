"""Rows of any origin as records: those that a codec can write, and their positions. Knows no examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.codec import Codec
from tabsynth.codec.records import Records
from tabsynth.errors import CodecError


def writable_records(frame: pd.DataFrame, codec: Codec) -> tuple[NDArray[np.intp], Records]:
    """Return the positions of the rows that can be written, and their records.

    Args:
        frame: Rows with the columns that the codec learned; identifiers may be absent.
        codec: Writes them.
    """
    rows = np.flatnonzero(codec.encodable(frame))
    if len(rows) == 0:
        return rows, Records.of([])
    try:
        return rows, codec.encode(frame.iloc[rows])
    except CodecError:
        # A tokenizer that does not give some text back says so of all rows at once.
        records = {row: record for row in rows.tolist() if (record := _record(frame.iloc[[row]], codec)) is not None}
        return np.array(list(records), dtype=np.intp), Records.of(records.values())


def _record(row: pd.DataFrame, codec: Codec) -> NDArray[np.int32] | None:
    try:
        return codec.encode(row)[0]
    except CodecError:
        return None

"""Canaries: made-up rows that are planted among the training records, and others like them that are not.

A model that writes or recognises what was planted, but not its equals that were left out, has learned rows by heart.
Knows no model and no attack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.assembler.mosaic import Mosaic
from tabsynth.assembler.writable import writable_records
from tabsynth.codec.codec import Codec
from tabsynth.codec.records import Records
from tabsynth.errors import ConfigError
from tabsynth.seeds import Seeds

REPETITIONS = (1, 4, 1, 16)
"""How often each canary is planted, in turn: as a row that is alone, and as one that occurs again and again."""
NUM_CONTROLS = 1_024
"""Rows that are drawn alike and not planted: ranks among them tell exposures of up to 10 bits apart."""
MAX_SHARE = 0.2
"""Planted records a training record at most: with more it would be another table."""
ROUNDS = 8
"""Draws before a table counts as too uniform for canaries."""


@dataclass(frozen=True)
class Canaries:
    """Rows to plant, and rows of the same process that are not planted.

    Attributes:
        frame: The rows to plant, then the controls; no two are the same record, none is a training record.
            Identifiers are left out.
        repetitions: How often each row is planted, one number a canary.
        records: The planted records, each as often as it is planted.
    """

    frame: pd.DataFrame
    repetitions: tuple[int, ...]
    records: Records


def repetitions_of(num_canaries: int, num_rows: int) -> tuple[int, ...]:
    """Return how often each canary is planted among `num_rows` training rows.

    Raises:
        ConfigError: They would be too large a part of the training.
    """
    repetitions = np.resize(REPETITIONS, num_canaries)
    fitting = int((np.cumsum(repetitions) <= MAX_SHARE * num_rows).sum())
    if fitting < num_canaries:
        raise ConfigError(
            f"{num_canaries} canaries make {repetitions.sum()} records, too many beside {num_rows} training rows",
            where="canaries",
            do=f"plant at most {fitting}",
        )
    return tuple(repetitions.tolist())


def draw_canaries(
    mosaic: Mosaic, codec: Codec, training: Records, repetitions: tuple[int, ...], seeds: Seeds
) -> Canaries:
    """Draw rows to plant and NUM_CONTROLS others.

    Args:
        mosaic: Makes rows up.
        codec: Says which of them can be written, and which are the same record.
        training: The training records.
        repetitions: How often each canary is planted.
        seeds: Settle the draw.

    Raises:
        ConfigError: The table has too few different rows.
    """
    rng, wanted = seeds.stream("canaries"), len(repetitions) + NUM_CONTROLS
    known, longest = {record.tobytes() for record in training}, int(training.lengths.max())
    frames: list[pd.DataFrame] = []
    records: list[NDArray[np.int32]] = []
    for _ in range(ROUNDS):
        drawn, kept = mosaic.draw(wanted, rng), []
        for row, record in zip(*writable_records(drawn, codec), strict=True):
            if len(record) <= longest and record.tobytes() not in known:
                known.add(record.tobytes())
                kept.append(row)
                records.append(record)
        frames.append(drawn.iloc[kept])
        if len(records) >= wanted:
            break
    else:
        raise ConfigError(
            "the table has too few different rows to make canaries of", where="canaries", do="leave canaries out"
        )
    # Likely rows come early, so which are planted must not depend on when they came.
    order = rng.permutation(len(records))[:wanted]
    planted = (records[at] for at, times in zip(order, repetitions, strict=False) for _ in range(times))
    frame = pd.concat(frames, ignore_index=True).iloc[order].reset_index(drop=True)
    return Canaries(frame, repetitions, Records.of(planted))

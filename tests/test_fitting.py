"""What fitting leaves in a run directory, and when an interrupted training goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tabsynth import Synthesizer
from tabsynth.artifact.layout import RunDirectory
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.fitting import LIBRARIES, codec_of
from tests_conftest import TINY


def test_a_run_holds_adapter_metadata_and_holdout_and_no_checkpoint(fitted_run: Path) -> None:
    assert {path.name for path in fitted_run.iterdir()} == {"adapter", "training_metadata.json", "holdout.parquet"}

"""A folder of merged weights that takes a moment to make: an untrained `tabsynth-mini` with legal transitions."""

from pathlib import Path

import pandas as pd
import pytest

from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.models.legal import fold_legal_transitions
from tabsynth.models.mini import build_mini
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame({"a": [1, 2, 3, 4] * 5, "b": ["x", "y", "x", "y", "y"] * 4})


@pytest.fixture(scope="session")
def many_codec() -> TableCodec:
    """Ids: 0 begin, 1 end, 2-5 a, 6-7 b. Records go on until the end token."""
    schema = infer_schema(FRAME, {"a": "integer"})
    return TableCodec(schema, Facts.fit(FRAME, schema, NoTextTokenizer()), NoTextTokenizer(), single=False)


@pytest.fixture(scope="session")
def merged_folder(many_codec: TableCodec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that write about four records before the end."""
    folder = tmp_path_factory.mktemp("merged") / "weights"
    model = fold_legal_transitions(build_mini(many_codec, 32, 1, seed=3), many_codec.vocabulary)
    model.save_pretrained(str(folder))
    return folder

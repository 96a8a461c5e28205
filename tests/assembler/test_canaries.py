"""What is planted, what is kept aside, and that nothing but the planting tells both apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from tabsynth.assembler.canaries import NUM_CONTROLS, Canaries, draw_canaries, repetitions_of
from tabsynth.assembler.mosaic import Mosaic
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.errors import ConfigError
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds


class Drawing:
    """Everything that canaries are drawn from."""

    def __init__(self, frame: pd.DataFrame, types: dict[str, str] | None = None) -> None:
        schema, tokenizer = infer_schema(frame, types), ByteTokenizer()
        facts = Facts.fit(frame, schema, tokenizer)
        self.codec = TableCodec(schema, facts, tokenizer)
        self.training = self.codec.encode(frame)
        self.mosaic = Mosaic(frame, schema, facts)

    def draw(self, repetitions: tuple[int, ...], seed: int = 0) -> Canaries:
        return draw_canaries(self.mosaic, self.codec, self.training, repetitions, Seeds(seed))


@pytest.fixture
def drawing(table: pd.DataFrame) -> Drawing:
    return Drawing(table)


def test_half_of_the_canaries_are_planted_once_the_others_4_or_16_times() -> None:
    assert repetitions_of(8, 1_000) == (1, 4, 1, 16, 1, 4, 1, 16)
    assert repetitions_of(1, 5) == (1,)


def test_canaries_are_at_most_a_fifth_of_the_training() -> None:
    assert repetitions_of(4, 110) == (1, 4, 1, 16)
    with pytest.raises(ConfigError, match=r"4 canaries make 22 records, too many beside 109 .*Plant at most 3"):
        repetitions_of(4, 109)
    with pytest.raises(ConfigError, match="Plant at most 0"):
        repetitions_of(1, 4)


def test_all_rows_differ_and_none_is_a_training_row(drawing: Drawing) -> None:
    canaries = drawing.draw((1, 4, 1, 16))
    assert len(canaries.frame) == 4 + NUM_CONTROLS
    records = [record.tobytes() for record in drawing.codec.encode(canaries.frame)]
    assert len(set(records)) == len(records)
    assert not set(records) & {record.tobytes() for record in drawing.training}


def test_each_canary_is_planted_as_often_as_it_should(drawing: Drawing) -> None:
    canaries = drawing.draw((1, 4, 1, 16))
    planted = [record.tolist() for record in canaries.records]
    expected = [record.tolist() for record in drawing.codec.encode(canaries.frame.head(4))]
    assert planted == [record for record, times in zip(expected, (1, 4, 1, 16), strict=True) for _ in range(times)]


def test_no_canary_is_longer_than_the_longest_training_record() -> None:
    rng = np.random.default_rng(0)
    long = rng.random(200) < 0.5
    texts = [np.where(some, "a " * 20 + "b", "so").tolist() for some in (long, ~long)]
    frame = pd.DataFrame({"n": rng.permutation(900)[:200], "m": rng.permutation(900)[:200]})
    drawing = Drawing(frame.assign(one=texts[0], two=texts[1]), {"one": "text", "two": "text"})
    canaries = drawing.draw((1,))
    assert drawing.codec.encode(canaries.frame).lengths.max() <= drawing.training.lengths.max()


def test_which_rows_are_planted_does_not_depend_on_how_likely_they_are() -> None:
    # A few more rows are possible than are wanted, and the common ones are drawn first.
    values, weights = np.arange(60), 1 / (2 + np.arange(60))
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.choice(values, 400, p=weights / weights.sum()) for name in "ab"})
    drawing = Drawing(frame)
    size = 60
    common = 0
    for seed in range(10):
        made = drawing.draw((1,) * size, seed).frame.sum(axis=1)
        common += int((made.head(size) <= made.median()).sum())
    assert binomtest(common, 10 * size, 0.5).pvalue > 0.001


def test_a_table_with_few_different_rows_has_no_room_for_canaries() -> None:
    frame = pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "v", "w", "w"] * 50})
    with pytest.raises(ConfigError, match=r"too few different rows.*Leave canaries out"):
        Drawing(frame).draw((1,))


def test_the_same_seed_draws_the_same_canaries(drawing: Drawing) -> None:
    pd.testing.assert_frame_equal(drawing.draw((1, 4)).frame, drawing.draw((1, 4)).frame)
    assert not drawing.draw((1, 4)).frame.equals(drawing.draw((1, 4), seed=1).frame)

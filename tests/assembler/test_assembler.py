"""Records become examples: exact token counts, every record once an epoch."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.records import Records
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.errors import TrainingError
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

PROMPT, END = [100, 101], 102


def assembler(lengths: list[int], records_per_example: int = 1, context_tokens: int = 64) -> Assembler:
    """Records of these lengths; all tokens of record i are i."""
    records = Records.of([[at] * length for at, length in enumerate(lengths)])
    return Assembler(PROMPT, END, records, records_per_example=records_per_example, context_tokens=context_tokens)


def test_an_example_is_prompt_records_and_end() -> None:
    example = assembler([2, 3, 1], records_per_example=3).example(np.array([2, 0]))
    assert example.ids.tolist() == [100, 101, 2, 0, 0, 102]
    assert (example.prompt_tokens, example.num_records) == (2, 2)


def test_tokens_are_counted_exactly() -> None:
    made = assembler([2, 3, 1], records_per_example=3)
    groups = [np.array([0, 1]), np.array([2])]
    assert made.tokens(groups).tolist() == [2 + 5 + 1, 2 + 1 + 1]
    assert [len(made.example(group).ids) for group in groups] == [8, 4]


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=40),
    st.integers(1, 5),
    st.integers(0, 5),
    st.integers(15, 40),
)
@settings(deadline=None, max_examples=60)
def test_every_record_is_learned_once_an_epoch_and_no_example_exceeds_its_limits(
    lengths: list[int], per_example: int, epoch: int, context: int
) -> None:
    made = assembler(lengths, per_example, context)
    groups = made.groups(epoch, Seeds(0))
    assert sorted(np.concatenate(groups).tolist()) == list(range(len(lengths)))
    assert min(map(len, groups)) >= 1 and max(map(len, groups)) <= per_example
    tokens = made.tokens(groups).tolist()
    assert max(tokens) <= context
    assert tokens == [len(made.example(group).ids) for group in groups]


def order(made: Assembler, epoch: int, seed: int = 0) -> list[int]:
    return np.concatenate(made.groups(epoch, Seeds(seed))).tolist()


@pytest.mark.parametrize("per_example", [1, 3])
def test_the_order_changes_with_the_epoch_and_can_be_repeated(per_example: int) -> None:
    made = assembler([1] * 50, per_example)
    assert order(made, 0) == order(made, 0)
    assert order(made, 0) != order(made, 1)
    assert order(made, 0) != order(made, 0, seed=1)


def test_an_example_is_full_at_its_number_of_records() -> None:
    assert [len(group) for group in assembler([1] * 7, 3).groups(0, Seeds(0))] == [3, 3, 1]


def test_the_context_splits_an_example() -> None:
    # Two of prompt, one end: a context of 11 holds two records of 4, not three.
    assert [len(group) for group in assembler([4] * 5, 100, 11).groups(0, Seeds(0))] == [2, 2, 1]
    assert [len(group) for group in assembler([4] * 5, 100, 15).groups(0, Seeds(0))] == [3, 2]


def test_a_record_that_just_fits_is_taken() -> None:
    assert assembler([8], context_tokens=11).tokens([np.array([0])]).tolist() == [11]


def test_records_that_exceed_the_context_are_counted() -> None:
    with pytest.raises(TrainingError, match="2 of 3 records exceed the context of 11 tokens"):
        assembler([9, 8, 20], context_tokens=11)


def test_the_statistics_of_single_records() -> None:
    statistics = assembler([2, 4, 6, 8]).statistics(3, Seeds(0))
    assert statistics.max_tokens_per_example == 2 + 8 + 1
    assert statistics.prompt_tokens == 2
    assert (statistics.tokens_per_record.mean, statistics.tokens_per_record.p50) == (5, 5)
    assert statistics.tokens_per_record.p99 == pytest.approx(7.94)
    assert statistics.tokens_per_record.max == 8
    assert (statistics.records_per_example.mean, statistics.records_per_example.max) == (1, 1)
    assert statistics.context_tokens == 64


def test_the_statistics_of_grouped_records_look_at_every_epoch() -> None:
    made = assembler([1, 1, 1, 10, 10, 10], 3)
    totals = [int(made.tokens(made.groups(epoch, Seeds(0))).max()) for epoch in range(20)]
    statistics = made.statistics(20, Seeds(0))
    assert statistics.max_tokens_per_example == max(totals) == 33
    assert (statistics.records_per_example.mean, statistics.records_per_example.max) == (3, 3)


CODECS: dict[str, Callable[..., TableCodec | LineCodec]] = {
    "table": TableCodec,
    "jsonl": lambda *facts: LineCodec(*facts, JsonLinesFormat(), [5, 6, 7]),
}


@pytest.mark.parametrize("codec", CODECS)
def test_the_prompt_of_training_is_that_of_generation(codec: str) -> None:
    frame = pd.DataFrame({"a": [1, 2] * 10, "b": ["x", "y"] * 10})
    schema = infer_schema(frame)
    written = CODECS[codec](schema, Facts.fit(frame, schema, ByteTokenizer(), derive=False), ByteTokenizer())
    end, records = written.vocabulary.end, written.encode(frame)
    made = Assembler(written.prompt, end, records, records_per_example=4, context_tokens=512)
    for group in made.groups(0, Seeds(0)):
        example = made.example(group)
        assert example.ids[: example.prompt_tokens].tolist() == written.prompt
        assert example.ids[-1] == end
        assert made.statistics(1, Seeds(0)).prompt_tokens == len(written.prompt)

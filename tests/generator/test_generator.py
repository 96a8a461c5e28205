"""The generator over a scripted engine: exactly n records, and an account of every token.

The codec has two slots, so a record is two tokens: one of 2-5 (a is 1 to 4) and one of 6-7 (b is x or y).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.codec.facts import Facts
from tabsynth.codec.records import Records
from tabsynth.codec.table import TableCodec
from tabsynth.config import Config
from tabsynth.errors import EngineError, GenerationError
from tabsynth.generator.engine.engine import Delta, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.generator import MAX_BARREN_BATCHES, Generated, Generator, cap_of
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.progress import Silent, SilentTask
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

FRAME = pd.DataFrame({"a": [1, 2, 3, 4] * 5, "b": ["x", "y", "x", "y", "y"] * 4})
SCHEMA = infer_schema(FRAME, {"a": "integer"})
FACTS = Facts.fit(FRAME, SCHEMA, NoTextTokenizer())
BEGIN, END, X, Y = 0, 1, 6, 7
STATISTICS = TokenStatistics(
    max_tokens_per_example=4,
    prompt_tokens=1,
    tokens_per_record=TokensPerRecord(mean=2, p50=2, p99=2, max=2),
    records_per_example=RecordsPerExample(mean=1, max=1),
    context_tokens=64,
)
Reply = Callable[[int, int], Sequence[int]]


class Recording(ScriptedEngine):
    """Notes what it was asked and how much it gave."""

    def __init__(self, reply: Reply, codec: TableCodec, **facts: Any) -> None:
        super().__init__(reply, Sampling(1.0, 1.0, codec.vocabulary.stop_tokens), **facts)
        self.batches: list[list[Request]] = []
        self.decoded = 0

    def submit(self, requests: Sequence[Request]) -> None:
        self.batches.append(list(requests))
        super().submit(requests)

    def step(self) -> list[Delta]:
        deltas = super().step()
        self.decoded += sum(len(delta.tokens) for delta in deltas)
        return deltas


class Broken(Recording):
    """Fails in step `at`."""

    def __init__(self, *arguments: Any, at: int, error: type[BaseException], **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.left, self.error = at, error

    def step(self) -> list[Delta]:
        self.left -= 1
        if self.left == 0:
            raise self.error("broken")
        return super().step()


class Rescue:
    """Keeps what was rescued."""

    def __init__(self) -> None:
        self.records: list[list[int]] | None = None

    def __call__(self, records: Records) -> Path:
        self.records = [record.tolist() for record in records]
        return Path("partial.parquet")


def codec(*, single: bool = True) -> TableCodec:
    return TableCodec(SCHEMA, FACTS, NoTextTokenizer(), single=single)


def run(
    engine: ScriptedEngine,
    num_rows: int,
    *,
    single: bool = True,
    rescue: Rescue | None = None,
    seed: int = 0,
    **options: Any,
) -> Generated:
    generator = Generator(engine, codec(single=single), STATISTICS, Config(**options))
    return generator.generate(num_rows, Seeds(seed), progress=Silent(), rescue=rescue or Rescue())


def good(serial: int, seed: int) -> list[int]:
    """A record that tells its serial number."""
    return [2 + serial % 4, X if serial // 4 % 2 else Y]


def rows(made: Generated) -> list[list[int]]:
    return [record.tolist() for record in made.records]


@pytest.mark.parametrize("num_rows", [1, 9, 10, 11, 57, 3_000])
def test_there_are_exactly_as_many_rows_as_were_asked_for(num_rows: int) -> None:
    made = run(Recording(good, codec()), num_rows)
    assert rows(made) == [good(serial, 0) for serial in range(num_rows)]
    assert made.summary.num_rows == num_rows


def test_rows_come_in_the_order_of_submission_however_late_they_finish() -> None:
    # Many records an example: every third completion is long and finishes last.
    def reply(serial: int, seed: int) -> list[int]:
        return good(serial, 0) * (3 if serial % 3 == 0 else 1) + [END]

    made = run(Recording(reply, codec(single=False)), 14, single=False, max_tokens_multiplier=3.0)
    expected = [good(serial, 0) for serial in range(20) for _ in range(3 if serial % 3 == 0 else 1)]
    assert rows(made) == expected[:14]


def test_batches_are_probe_then_what_is_missing() -> None:
    engine = Recording(good, codec())
    run(engine, 25)
    assert [len(batch) for batch in engine.batches] == [10, 25]  # then 15 and 10 more
    assert {request.max_tokens for batch in engine.batches for request in batch} == {4}
    assert {request.prompt for batch in engine.batches for request in batch} == {(BEGIN,)}
    names = [request.request_id for batch in engine.batches for request in batch]
    assert len(set(names)) == len(names)


def test_a_limit_of_prompts_holds_for_every_batch() -> None:
    engine = Recording(good, codec())
    run(engine, 25, max_prompts_per_batch=4)
    assert [len(batch) for batch in engine.batches] == [4] * 7


def test_the_control_arm_starts_with_a_hundred_prompts_and_the_whole_context() -> None:
    engine = Recording(good, codec())
    made = run(engine, 150, schedule="full")
    assert [len(batch) for batch in engine.batches] == [100, 60]
    assert engine.batches[0][0].max_tokens == made.summary.cap_tokens == 63
    assert made.summary.schedule == "full"


def test_the_cap_follows_the_schedule() -> None:
    assert cap_of(STATISTICS, Config()) == 4
    assert cap_of(STATISTICS, Config(max_tokens_multiplier=2.0)) == 8
    assert cap_of(STATISTICS, Config(schedule="full")) == 63


def test_what_overshoots_is_dropped_and_counted() -> None:
    engine = Recording(good, codec())
    summary = run(engine, 25).summary
    assert (summary.num_valid, summary.delivered_tokens, summary.surplus_tokens) == (35, 50, 20)
    assert (summary.prompts, summary.prompt_tokens, summary.probe_records_per_prompt) == (35, 35, 1.0)


def test_rejected_records_are_counted_by_reason() -> None:
    # Of three records one is good, one puts b before a, one is cut short.
    def reply(serial: int, seed: int) -> list[int]:
        return [good(serial, 0), [X, 2], [2]][serial % 3]

    engine = Recording(reply, codec())
    made = run(engine, 7)
    assert len(made.records) == 7
    summary = made.summary
    # The probe holds 4 good, 3 wrong, 3 cut; the next has 3 * 10 / 4 = 7.5, rounded up, + 10 = 18 prompts: 6 of each.
    assert summary.prompts == 28
    assert summary.rejected == {"truncated": 9, "wrong_slot": 9}
    # Decoding stops at X: a wrong record is one token, as is a cut one.
    assert (summary.rejected_tokens, summary.delivered_tokens, summary.surplus_tokens) == (18, 14, 6)
    assert summary.decoded_tokens == engine.decoded == 38


completions = st.lists(st.integers(0, 7), max_size=9)


@given(st.lists(completions, min_size=1, max_size=30), st.integers(1, 40), st.booleans(), st.integers(1, 5))
@settings(deadline=None, max_examples=80)
def test_the_account_of_tokens_adds_up(script: list[list[int]], num_rows: int, single: bool, step: int) -> None:
    # Every fourth completion is good, so that there is an end.
    def reply(serial: int, seed: int) -> list[int]:
        return good(serial, 0) if serial % 4 == 0 else script[serial % len(script)]

    engine = Recording(reply, codec(single=single), tokens_per_step=step, capacity=3)
    made = run(engine, num_rows, single=single)
    summary = made.summary
    assert len(made.records) == num_rows <= summary.num_valid
    parts = [summary.delivered_tokens, summary.rejected_tokens, summary.surplus_tokens, summary.structural_tokens]
    assert sum(parts) == summary.decoded_tokens == engine.decoded
    assert min(parts) >= 0
    assert summary.delivered_tokens == made.records.ids.size
    assert summary.structural_tokens <= summary.prompts


def drawn(serial: int, seed: int) -> list[int]:
    rng = np.random.default_rng([seed, serial])
    return [int(rng.integers(2, 6)), int(rng.integers(6, 8))]


def test_the_same_seeds_make_the_same_rows() -> None:
    first, again, other = (run(Recording(drawn, codec()), 50, seed=seed) for seed in (1, 1, 2))
    assert rows(first) == rows(again) != rows(other)


def test_an_engine_can_be_asked_again_and_answers_the_same() -> None:
    engine = Recording(drawn, codec())
    assert rows(run(engine, 20)) == rows(run(engine, 20))


def test_a_model_that_writes_no_valid_record_is_an_error_with_counts() -> None:
    rescue = Rescue()
    engine = Recording(lambda serial, seed: [X], codec())
    with pytest.raises(GenerationError, match=r"0 of 1000 rows after 80 prompts; rejected: wrong_slot 80") as caught:
        run(engine, 1_000, rescue=rescue)
    error = caught.value
    assert [len(batch) for batch in engine.batches] == [10, 10, 20, 40]
    assert len(engine.batches) == MAX_BARREN_BATCHES
    assert (error.num_valid, error.num_requested, error.reasons) == (0, 1_000, {"wrong_slot": 80})
    assert error.saved_to is None and rescue.records is None
    assert "Train longer" in str(error)


def test_rows_made_before_the_model_broke_down_are_saved() -> None:
    rescue = Rescue()
    with pytest.raises(GenerationError, match=r"10 of 100 rows.*partial\.parquet") as caught:
        run(Recording(lambda serial, seed: good(serial, 0) if serial < 10 else [X], codec()), 100, rescue=rescue)
    assert (caught.value.num_valid, caught.value.saved_to) == (10, Path("partial.parquet"))
    assert rescue.records == [good(serial, 0) for serial in range(10)]


@pytest.mark.parametrize("error", [EngineError, KeyboardInterrupt, MemoryError])
def test_rows_so_far_are_rescued_when_decoding_breaks_off(error: type[BaseException]) -> None:
    rescue = Rescue()
    # The probe of ten takes two steps at eight side by side, and two for the other two. In step 8 the second
    # batch has eight more rows done.
    engine = Broken(good, codec(), at=8, error=error)
    with pytest.raises(error):
        run(engine, 100, rescue=rescue)
    assert rescue.records == [good(serial, 0) for serial in range(18)]


def test_nothing_is_rescued_where_nothing_was_made() -> None:
    rescue = Rescue()
    with pytest.raises(EngineError):
        run(Broken(good, codec(), at=1, error=EngineError), 100, rescue=rescue)
    assert rescue.records is None


def test_no_more_is_rescued_than_was_asked_for() -> None:
    rescue = Rescue()
    engine = Broken(lambda serial, seed: good(serial, 0) * 8, codec(single=False), at=9, error=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        run(engine, 3, single=False, rescue=rescue)
    assert rescue.records is not None and len(rescue.records) == 3


def test_an_interrupted_engine_is_left_idle() -> None:
    engine = Broken(drawn, codec(), at=4, error=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        run(engine, 100)
    assert engine.step() == []
    assert rows(run(engine, 30)) == rows(run(Recording(drawn, codec()), 30))


class Watched:
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.done: list[float] = []

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Any]:
        assert (stage, total) == ("generate", 30)
        yield self

    def update(self, done: float, info: str = "") -> None:
        SilentTask().update(done, info)
        self.done.append(done)


def test_progress_is_counted_in_rows_and_ends_at_all_of_them() -> None:
    progress = Watched()
    generator = Generator(Recording(good, codec()), codec(), STATISTICS, Config())
    generator.generate(30, Seeds(0), progress=progress, rescue=Rescue())
    assert progress.done[-1] == max(progress.done) == 30
    assert progress.done == sorted(progress.done)

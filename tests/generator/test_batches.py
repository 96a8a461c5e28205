"""Batches over a scripted engine: probe, then what is missing; completions are checked at their end.

The codec has two slots, so a record is two tokens: one of 2-5 (a is 1 to 4) and one of 6-7 (b is x or y).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.config import Config
from tabsynth.errors import EngineError
from tabsynth.generator.batches import MAX_BARREN_BATCHES, Batches
from tabsynth.generator.drawn import Drawn
from tabsynth.generator.engine.engine import Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.rules import Rule
from tabsynth.generator.settings import GenerationSettings
from tabsynth.generator.stopping import TRAIN_LONGER, Stop
from tabsynth.generator.validator import staged
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.progress import SilentTask
from tabsynth.schema.infer import infer_schema

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
    """Notes what it was asked."""

    def __init__(self, reply: Reply, codec: TableCodec, **facts: Any) -> None:
        super().__init__(reply, Sampling(1.0, 1.0, codec.vocabulary.stop_tokens), **facts)
        self.batches: list[list[Request]] = []

    def submit(self, requests: Sequence[Request]) -> None:
        self.batches.append(list(requests))
        super().submit(requests)


def codec(*, single: bool = True) -> TableCodec:
    return TableCodec(SCHEMA, FACTS, NoTextTokenizer(), single=single)


def batches(engine: ScriptedEngine, num_rows: int, *rules: Rule, single: bool = True, **options: Any) -> Batches:
    made = codec(single=single)
    config = Config(**{"schedule": "batch", **options})
    shared = GenerationSettings.of(STATISTICS, config, staged(rules, made, SCHEMA.names))
    return Batches(engine, made, shared, part=0, num_rows=num_rows, seed=5)


def run(engine: ScriptedEngine, num_rows: int, *rules: Rule, **options: Any) -> Drawn:
    maker = batches(engine, num_rows, *rules, **options)
    assert maker.run(SilentTask(), 0) is None
    return maker.drawn()


def good(serial: int, seed: int) -> list[int]:
    """A record that tells its serial number."""
    return [2 + serial % 4, X if serial // 4 % 2 else Y]


def rows(drawn: Drawn) -> list[list[int]]:
    return [record.tolist() for record in drawn.records]


@pytest.mark.parametrize("num_rows", [1, 9, 10, 11, 57, 3_000])
def test_there_are_exactly_as_many_rows_as_were_asked_for(num_rows: int) -> None:
    drawn = run(Recording(good, codec()), num_rows)
    assert rows(drawn) == [good(serial, 0) for serial in range(num_rows)]
    assert drawn.tally.rows == num_rows


def test_rows_come_in_the_order_of_submission_however_late_they_finish() -> None:
    # Many records an example: every third completion is long and finishes last.
    def reply(serial: int, seed: int) -> list[int]:
        return good(serial, 0) * (3 if serial % 3 == 0 else 1) + [END]

    drawn = run(Recording(reply, codec(single=False)), 14, single=False, max_tokens_multiplier=3.0)
    expected = [good(serial, 0) for serial in range(20) for _ in range(3 if serial % 3 == 0 else 1)]
    assert rows(drawn) == expected[:14]


def test_batches_are_probe_then_what_is_missing() -> None:
    engine = Recording(good, codec())
    tally = run(engine, 25).tally
    assert [len(batch) for batch in engine.batches] == [10, 25]  # then 15 and 10 more
    assert {request.max_tokens for batch in engine.batches for request in batch} == {4}
    assert {request.prompt for batch in engine.batches for request in batch} == {(BEGIN,)}
    names = [request.request_id for batch in engine.batches for request in batch]
    assert len(set(names)) == len(names)
    assert (tally.probe_requests, tally.probe_valid, tally.probe_rejected) == (10, 10, 0)


def test_a_limit_of_prompts_holds_for_every_batch() -> None:
    engine = Recording(good, codec())
    run(engine, 25, max_prompts_per_batch=4)
    assert [len(batch) for batch in engine.batches] == [4] * 7


def test_the_control_arm_starts_with_a_hundred_prompts_and_the_whole_context() -> None:
    engine = Recording(good, codec())
    run(engine, 150, schedule="full")
    assert [len(batch) for batch in engine.batches] == [100, 60]
    assert engine.batches[0][0].max_tokens == 63


def test_what_overshoots_is_dropped_and_counted() -> None:
    tally = run(Recording(good, codec()), 25).tally
    assert (tally.valid, tally.surplus, tally.delivered_tokens, tally.surplus_tokens) == (35, 10, 50, 20)
    assert (tally.requests, tally.prompt_tokens) == (35, 35)


def test_rejected_records_are_counted_by_reason() -> None:
    # Of three records one is good, one puts b before a, one is cut short.
    def reply(serial: int, seed: int) -> list[int]:
        return [good(serial, 0), [X, 2], [2]][serial % 3]

    engine = Recording(reply, codec())
    tally = run(engine, 7).tally
    # The probe holds 4 good, 3 wrong, 3 cut; the next has 3 * 10 / 4 = 7.5, rounded up, + 10 = 18 prompts: 6 of each.
    assert (tally.requests, tally.probe_valid, tally.probe_rejected) == (28, 4, 6)
    assert (tally.rejects, tally.stages) == ({"truncated": 9, "wrong_slot": 9}, {"completion": 18})
    # Decoding stops at X: a wrong record is one token, as is a cut one.
    assert (tally.rejected_tokens, tally.delivered_tokens, tally.surplus_tokens) == (18, 14, 6)
    assert tally.decoded_tokens == engine.decoded_tokens == 38


completions = st.lists(st.integers(-1, 9), max_size=9)


@given(st.lists(completions, min_size=1, max_size=30), st.integers(1, 40), st.booleans(), st.booleans(), st.data())
@settings(deadline=None, max_examples=80)
def test_the_account_of_tokens_adds_up(
    script: list[list[int]], num_rows: int, single: bool, ruled: bool, data: st.DataObject
) -> None:
    # Every fourth completion is good, so that there is an end.
    def reply(serial: int, seed: int) -> list[int]:
        return good(0, 0) if serial % 4 == 0 else script[serial % len(script)]

    step = data.draw(st.integers(1, 7))
    engine = Recording(reply, codec(single=single), tokens_per_step=step, capacity=3)
    rules = [Rule.parse("a == 1", SCHEMA.names)] * ruled
    drawn = run(engine, num_rows, *rules, single=single)
    tally = drawn.tally
    assert len(drawn.records) == num_rows <= tally.valid
    spent = [tally.delivered_tokens, tally.rejected_tokens, tally.surplus_tokens, tally.structural_tokens]
    assert sum(spent) == tally.decoded_tokens == engine.decoded_tokens
    assert min(spent) >= 0 and tally.structural_tokens <= tally.requests
    assert tally.delivered_tokens == drawn.records.ids.size
    assert sum(tally.stages.values()) == tally.rejected
    assert drawn.cells == ({0: [1] * num_rows} if ruled else {})


def test_a_record_that_breaks_a_rule_is_rejected_at_its_end() -> None:
    tally = run(Recording(good, codec()), 10, Rule.parse("a == 2", SCHEMA.names)).tally
    assert (tally.rejects["rule"], tally.stages["rule"]) == (tally.rejected, tally.rejected)
    assert tally.rejected_tokens == 2 * tally.rejected


def test_a_draw_that_breaks_a_rule_is_not_drawn_again_for_the_next_record() -> None:
    # One bin, cut in the middle by the rule: half of the draws pass.
    frame = pd.DataFrame({"x": np.linspace(0, 1, 60), "b": ["x", "y"] * 30})
    schema = infer_schema(frame, {"x": "decimal"})
    made = TableCodec(schema, Facts.fit(frame, schema, NoTextTokenizer()), NoTextTokenizer())
    record = made.encode(frame)[30].tolist()
    draws = [float(made.decode(made.encode(frame.iloc[[30]]), np.random.default_rng(n))["x"][0]) for n in range(99)]
    rule = Rule.parse(f"x < {np.median(draws).item()!r}", schema.names)
    shared = GenerationSettings.of(STATISTICS, Config(schedule="batch"), staged([rule], made, schema.names))
    for seed in range(5):
        engine = ScriptedEngine(lambda serial, _: record, Sampling(1.0, 1.0, made.vocabulary.stop_tokens))
        maker = Batches(engine, made, shared, part=0, num_rows=100, seed=seed)
        assert maker.run(SilentTask(), 0) is None
        assert 50 < maker.tally.rejected < 200


def test_the_same_seed_makes_the_same_rows() -> None:
    def drawn(serial: int, seed: int) -> list[int]:
        rng = np.random.default_rng([seed, serial])
        return [int(rng.integers(2, 6)), int(rng.integers(6, 8))]

    made = []
    for seed in (1, 1, 2):
        engine = Recording(drawn, codec())
        engine.seed(seed)
        made.append(rows(run(engine, 50)))
    assert made[0] == made[1] != made[2]


def test_a_model_that_writes_no_valid_record_is_given_up_after_some_batches() -> None:
    engine = Recording(lambda serial, seed: [X], codec())
    maker = batches(engine, 1_000)
    assert maker.run(SilentTask(), 0) == Stop("4 batches in a row held no valid record", TRAIN_LONGER)
    assert [len(batch) for batch in engine.batches] == [10, 10, 20, 40]
    assert len(engine.batches) == MAX_BARREN_BATCHES
    assert (len(maker.drawn().records), maker.tally.rejects) == (0, {"wrong_slot": 80})


def test_time_ends_a_generation_after_a_batch_but_not_one_that_has_its_rows() -> None:
    maker = batches(Recording(good, codec()), 11, max_generation_minutes=1e-9)
    stop = maker.run(SilentTask(), 0)
    assert stop is not None and stop.reason == "max_generation_minutes=1e-09 have passed"
    assert len(maker.drawn().records) == 10
    assert run(Recording(good, codec()), 10, max_generation_minutes=1e-9).tally.rows == 10


@pytest.mark.parametrize("error", [EngineError, KeyboardInterrupt, MemoryError])
def test_what_was_decoded_is_there_when_decoding_breaks_off(error: type[BaseException]) -> None:
    def fault(step: int, deltas: list[Any]) -> list[Any]:
        if step == 7:
            raise error("broken")
        return deltas

    # The probe of ten takes two steps at eight side by side, and two for the other two. In the eighth step the second
    # batch has eight more rows done.
    engine = Recording(good, codec(), on_step=fault)
    maker = batches(engine, 100)
    with pytest.raises(error):
        maker.run(SilentTask(), 0)
    assert rows(maker.drawn()) == [good(serial, 0) for serial in range(18)]
    assert engine.step() == []  # left idle


def test_a_request_that_is_refused_leaves_the_engine_idle() -> None:
    engine = Recording(good, codec(), context_tokens=3)
    maker = batches(engine, 10)
    with pytest.raises(EngineError, match="exceed the context of 3"):
        maker.run(SilentTask(), 0)
    assert (engine.step(), len(maker.drawn().records)) == ([], 0)

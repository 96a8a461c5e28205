"""The streaming queue over a scripted engine: exactly n rows, an account of every token, and no row favoured.

Most tests use a table of two slots, so that a record is two tokens: one of 2-5 (a is 1 to 4) and one of 6-7 (b is x
or y). Free text is bytes, with two texts t and u in a row: open t 258, open u 259, close t 260, close u 261.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.config import Config
from tabsynth.errors import EngineError
from tabsynth.generator.constraint import Constraint, GrammarChoice
from tabsynth.generator.drawn import Drawn
from tabsynth.generator.engine.engine import Delta, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.rules import Rule
from tabsynth.generator.settings import GenerationSettings
from tabsynth.generator.stopping import Stop
from tabsynth.generator.stream import Stream
from tabsynth.generator.validator import staged
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.progress import SilentTask
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame({"a": [1, 2, 3, 4] * 5, "b": ["x", "y", "x", "y", "y"] * 4})
SCHEMA = infer_schema(FRAME, {"a": "integer"})
FACTS = Facts.fit(FRAME, SCHEMA, NoTextTokenizer())
BEGIN, END, X, Y = 0, 1, 6, 7
TEXTS = pd.DataFrame({"t": ["hi", "you"] * 10, "u": ["ab", "c", "d", "efgh"] * 5})
TEXTS_SCHEMA = infer_schema(TEXTS, {"t": "text", "u": "text"})
TEXTS_FACTS = Facts.fit(TEXTS, TEXTS_SCHEMA, ByteTokenizer())
SINGLE = TableCodec(SCHEMA, FACTS, NoTextTokenizer())
MANY = TableCodec(SCHEMA, FACTS, NoTextTokenizer(), single=False)
BYTES = TableCodec(TEXTS_SCHEMA, TEXTS_FACTS, ByteTokenizer(), single=False)
VALUES = LineCodec(TEXTS_SCHEMA, TEXTS_FACTS, ByteTokenizer(), ValuesFormat())
JSON = LineCodec(TEXTS_SCHEMA, TEXTS_FACTS, ByteTokenizer(), JsonLinesFormat())
Reply = Callable[[int, int], Sequence[int]]


class Recording(ScriptedEngine):
    """Notes what it was asked; refuses what `refuses` says."""

    def __init__(self, reply: Reply, codec: Codec, refuses: Callable[[Request], bool] | None = None, **facts: Any):
        super().__init__(reply, Sampling(1.0, 1.0, codec.vocabulary.stop_tokens), **facts)
        self.requests: list[Request] = []
        self.refuses = refuses or (lambda request: False)

    def submit(self, requests: Sequence[Request]) -> None:
        if any(map(self.refuses, requests)):
            raise EngineError("not this one")
        super().submit(requests)
        self.requests += requests


def statistics(longest: int, records: int, room: int) -> TokenStatistics:
    """Of a longest record, of records an example, and of tokens an example."""
    return TokenStatistics(
        max_tokens_per_example=room,
        prompt_tokens=1,
        tokens_per_record=TokensPerRecord(mean=2, p50=2, p99=2, max=longest),
        records_per_example=RecordsPerExample(mean=1, max=records),
        context_tokens=2_048,
    )


def stream(
    engine: ScriptedEngine, codec: Codec, num_rows: int, facts: TokenStatistics, *rules: Rule, **options: Any
) -> Stream:
    config = Config(**options)
    names = list(codec.schema.names)  # type: ignore[attr-defined]
    shared = GenerationSettings.of(facts, config, staged(rules, codec, names))
    constraint = Constraint(GrammarChoice.of(config.constraint, codec, engine))
    return Stream(engine, codec, shared, constraint, part=0, num_rows=num_rows, seed=0)


def filled(engine: ScriptedEngine, codec: Codec, num_rows: int, facts: TokenStatistics, **options: Any) -> Drawn:
    made = stream(engine, codec, num_rows, facts, **options)
    assert made.run(SilentTask(), 0) is None
    drawn = made.drawn()
    assert len(drawn.records) == drawn.tally.rows == num_rows
    check_account(drawn, engine)
    return drawn


def check_account(drawn: Drawn, engine: ScriptedEngine) -> None:
    tally = drawn.tally
    spent = [tally.delivered_tokens, tally.rejected_tokens, tally.surplus_tokens, tally.structural_tokens]
    assert sum(spent) == tally.decoded_tokens == engine.decoded_tokens
    assert min(spent) >= 0 and tally.surplus == 0
    assert tally.delivered_tokens == drawn.records.ids.size
    assert engine.step() == []  # it is left idle


def good(serial: int, seed: int) -> list[int]:
    return [2 + serial % 4, X if serial // 4 % 2 else Y]


ONE = statistics(2, 1, 3)
FEW = statistics(2, 4, 10)
LONG = statistics(60, 1_000, 1_900)


@pytest.mark.parametrize("capacity", [1, 3, 8, 64])
@pytest.mark.parametrize("num_rows", [1, 9, 57, 500])
def test_a_perfect_model_decodes_no_token_beyond_the_rows(num_rows: int, capacity: int) -> None:
    drawn = filled(Recording(good, SINGLE, capacity=capacity), SINGLE, num_rows, ONE)
    assert [record.tolist() for record in drawn.records] == [good(serial, 0) for serial in range(num_rows)]
    assert drawn.tally.decoded_tokens == 2 * num_rows
    assert drawn.tally.prompt_tokens == drawn.tally.requests == num_rows


@pytest.mark.parametrize("capacity", [1, 3, 8])
@pytest.mark.parametrize("records", [1, 2, 4])
def test_quotas_end_completions_of_many_records(capacity: int, records: int) -> None:
    engine = Recording(lambda serial, seed: good(serial, 0) * 9, MANY, capacity=capacity)
    tally = filled(engine, MANY, 50, statistics(2, records, 20)).tally
    assert (tally.decoded_tokens, tally.surplus_tokens) == (100, 0)  # stopped right after the last record


TOKENS = {
    "single": (SINGLE, [2, 3, 6, 7, 1, 0, 8, -1]),
    "many": (MANY, [2, 3, 6, 7, 1, 0, 8, 10**6, -1]),
    "texts": (BYTES, [258, 259, 260, 261, 104, 0xC3, 257, 256, 300, -5]),
    "lines": (VALUES, [*b"hi|\n\\N", 0xC3, 256, 257, 258]),
}
GOOD = {"single": [2, 6], "many": [2, 6, 5, 7, 1], "texts": [258, 104, 260, 259, 261], "lines": list(b"hi|c\nyou|\n")}


@pytest.mark.parametrize("name", TOKENS)
@given(st.data())
@settings(deadline=None, max_examples=60)
def test_whatever_the_engine_says_there_are_n_rows_and_the_account_adds_up(name: str, data: st.DataObject) -> None:
    codec, alphabet = TOKENS[name]
    completion = st.lists(st.sampled_from(alphabet), max_size=12).map(lambda tokens: tokens + GOOD[name])
    script = data.draw(st.lists(completion | st.lists(st.sampled_from(alphabet), max_size=12), max_size=9))
    script += [GOOD[name]]  # so that there is an end
    step, capacity, num_rows, records = (data.draw(st.integers(1, most)) for most in (7, 5, 25, 4))
    engine = Recording(lambda serial, _: script[serial % len(script)], codec, tokens_per_step=step, capacity=capacity)
    # Under bans a text goes on in a second request, which this script does not follow.
    mode = "reject" if name == "texts" else data.draw(st.sampled_from(["auto", "reject"]))
    facts = statistics(5, 1 if name == "single" else records, data.draw(st.integers(9, 30)))
    drawn = filled(engine, codec, num_rows, facts, constraint=mode)
    for record in drawn.records:
        assert codec.read(record.tolist()).records == [record.tolist()]
    assert sum(drawn.tally.rejects.values()) == sum(drawn.tally.stages.values())
    assert drawn.tally.probe_requests == min(10, len({r.request_id.split("-")[1] for r in engine.requests}))


class Lumps:
    """Holds tokens back and lets them go in lumps of any size."""

    def __init__(self, sizes: list[int]) -> None:
        self.sizes, self.held = sizes, dict[str, list[int]]()

    def __call__(self, step: int, deltas: list[Delta]) -> list[Delta]:
        out = []
        for delta in deltas:
            held = self.held.setdefault(delta.request_id, [])
            held += delta.tokens
            if delta.finish_reason is not None or len(held) >= self.sizes[step % len(self.sizes)]:
                out.append(Delta(delta.request_id, tuple(held), delta.finish_reason))
                self.held[delta.request_id] = []
        return out


@pytest.mark.parametrize("codec", [MANY, BYTES, VALUES, JSON], ids=["numbers", "texts", "values", "jsonl"])
@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_completion_keeps_the_same_rows_in_one_piece_by_tokens_and_in_lumps(
    codec: Codec, data: st.DataObject
) -> None:
    frame = FRAME if codec is MANY else TEXTS
    records = [record.tolist() for record in codec.encode(frame)]
    drawn = data.draw(st.lists(st.sampled_from(records), min_size=1, max_size=6))
    completion = [token for record in drawn for token in record]
    for at in data.draw(st.lists(st.integers(0, len(completion) - 1), max_size=2)):
        completion[at] = data.draw(st.integers(0, codec.vocabulary.size - 1))
    kept, at = list[list[int]](), 0
    for record in codec.read(completion).records:
        if completion[at : at + len(record)] != record:
            break  # a line before it is broken; a stream asks again then, and does not go on with the next line
        kept.append(record)
        at += len(record)
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    for facts in ({"tokens_per_step": 1}, {"tokens_per_step": 10**6}, {"tokens_per_step": 2, "on_step": Lumps(sizes)}):
        engine = Recording(lambda serial, seed: records[0] if serial else completion, codec, capacity=1, **facts)
        made = stream(engine, codec, len(kept) + 1, LONG, constraint="reject")
        assert made.run(SilentTask(), 0) is None
        assert [record.tolist() for record in made.drawn().records] == [*kept, records[0]]


WORDS = pd.DataFrame({"t": ["ab" * (1 + n % 30) for n in range(60)], "u": ["x", "y"] * 30})
WORDS_SCHEMA = infer_schema(WORDS, {"t": "text"})
WORDS_FACTS = Facts.fit(WORDS, WORDS_SCHEMA, NoTextTokenizer(), derive=False)


def words(serial: int, seed: int) -> list[int]:
    """Present, 2 to 60 characters, their end, and x; the longer the text, the more often something else stands last."""
    rng = np.random.default_rng([seed, serial])
    length = int(rng.integers(2, 61))
    return [2, *rng.choice([4, 5], length).tolist(), 3, 2 if rng.random() < length / 70 else 6]


@pytest.mark.parametrize("records", [1, 6])
def test_rows_are_as_long_as_those_of_rejection_at_the_end(records: int) -> None:
    codec = TableCodec(WORDS_SCHEMA, WORDS_FACTS, NoTextTokenizer(), single=records == 1)

    def reply(serial: int, seed: int) -> list[int]:
        return [token for n in range(records) for token in words(records * serial + n, seed)]

    engine = Recording(reply, codec, capacity=32)
    drawn = filled(engine, codec, 2_000, statistics(63, records, 63 * records + 1))
    completions = (codec.read(words(serial, 7)).records for serial in range(10_000))
    late = np.array([len(record) for completion in completions for record in completion][:2_000])
    assert len(late) == 2_000 and late.max() >= 10 * late.min()
    assert ks_2samp(drawn.records.lengths, late).pvalue > 0.01
    # All at once and the first 2,000 to finish, which is what must not be done.
    first = sorted(len(record) for n in range(6_000) for record in codec.read(words(n, 8)).records)[:2_000]
    assert ks_2samp(first, late).pvalue < 1e-6


def test_rows_come_in_the_order_of_submission_however_late_they_finish() -> None:
    codec = TableCodec(WORDS_SCHEMA, WORDS_FACTS, NoTextTokenizer())

    def reply(serial: int, seed: int) -> list[int]:
        return [2, *[4] * (1 + serial % 7), 5, *[4] * (40 if serial % 3 == 0 else 1), 3, 6]

    drawn = filled(Recording(reply, codec, capacity=4), codec, 21, statistics(63, 1, 64))
    assert [record.tolist() for record in drawn.records] == [reply(serial, 0) for serial in range(21)]


def test_after_a_rejection_decoding_goes_on_from_the_last_good_record() -> None:
    replies = [[*good(0, 0), *good(1, 0), 2, 2, 2], good(5, 0) * 3]
    engine = Recording(lambda serial, seed: replies[serial], MANY, capacity=1)
    drawn = filled(engine, MANY, 4, FEW)
    assert [request.prompt for request in engine.requests] == [(BEGIN,), (BEGIN, *good(0, 0), *good(1, 0))]
    assert [request.max_tokens for request in engine.requests] == [12, 8]
    assert [record.tolist() for record in drawn.records] == [good(0, 0), good(1, 0), good(5, 0), good(5, 0)]
    assert (drawn.tally.rejects, drawn.tally.stages, drawn.tally.rejected_tokens) == (
        {"wrong_slot": 1},
        {"token": 1},
        2,
    )


@pytest.mark.parametrize("first", [[*good(0, 0), END], [*good(0, 0) * 4, X]], ids=["ended", "full"])
def test_a_completion_that_ended_or_is_full_is_followed_by_a_fresh_one(first: list[int]) -> None:
    engine = Recording(lambda serial, seed: good(5, 0) * 2 if serial else first, MANY, capacity=1)
    filled(engine, MANY, 6, statistics(2, 9, 8))  # 9 tokens a completion: room for 4 records
    assert {request.prompt for request in engine.requests} == {(BEGIN,)}


def test_a_completion_that_is_cut_off_inside_a_record_is_followed_by_a_fresh_one() -> None:
    engine = Recording(lambda serial, seed: good(0, 0) * 9, MANY, capacity=1)
    drawn = filled(engine, MANY, 6, statistics(2, 9, 8))
    assert [request.prompt for request in engine.requests] == [(BEGIN,), (BEGIN,)]
    assert (drawn.tally.rejects, drawn.tally.rejected_tokens) == ({"truncated": 1}, 1)


def test_a_request_may_not_close_the_next_text_with_another_ones_token() -> None:
    replies = [[258, 104, 260, 259, 97], [99, 261]]
    engine = Recording(lambda serial, seed: replies[serial], BYTES, capacity=1, tokens_per_step=5)
    drawn = filled(engine, BYTES, 1, statistics(7, 1, 10))
    # When u opens, a request that may close u and not t takes over; what came after is lost.
    assert [(request.prompt[1:], request.banned) for request in engine.requests] == [
        ((), (261,)),
        ((258, 104, 260, 259), (260,)),
    ]
    assert [record.tolist() for record in drawn.records] == [[258, 104, 260, 259, 99, 261]]
    assert (drawn.tally.rejected_tokens, drawn.tally.rejects) == (1, {})


def test_nothing_is_banned_where_everything_is_rejection() -> None:
    replies = [[258, 104, 261], [258, 260, 259, 261]]
    engine = Recording(lambda serial, seed: replies[serial], BYTES, capacity=1)
    tally = filled(engine, BYTES, 1, statistics(7, 1, 10), constraint="reject").tally
    assert [request.prompt for request in engine.requests] == [(256,), (256,)]
    assert {request.banned for request in engine.requests} == {()}
    assert (tally.rejected_tokens, tally.rejects) == (3, {"wrong_close": 1})


def lines(serial: int, seed: int) -> list[int]:
    return list(b"hi|c\n")


def grammars(reply: Reply, mode: str, **facts: Any) -> tuple[list[bool], Drawn]:
    """Whether each request carries a grammar, of 40 rows four at a time."""
    engine = Recording(reply, VALUES, capacity=4, can_constrain=True, **facts)
    drawn = filled(engine, VALUES, 40, statistics(9, 1, 12), constraint=mode)
    assert drawn.tally.grammars == sum(request.grammar is not None for request in engine.requests)
    return [request.grammar is not None for request in engine.requests], drawn


def bad(*serials: int) -> Reply:
    return lambda serial, seed: list(b"\n") if serial in serials else lines(serial, seed)


def test_auto_takes_the_grammar_once_ten_probes_are_judged() -> None:
    carries, drawn = grammars(lines, "auto")
    assert carries == [False] * 12 + [True] * 28  # four at a time: the eleventh and twelfth start with the tenth
    assert (drawn.tally.probe_requests, drawn.tally.probe_valid, drawn.tally.free_valid) == (10, 10, 12)


@pytest.mark.parametrize(("serials", "takes"), [((0,), True), ((0, 1), False), ((20,), True)])
def test_auto_takes_the_grammar_if_nine_in_ten_are_valid(serials: tuple[int, ...], takes: bool) -> None:
    carries, drawn = grammars(bad(*serials), "auto")
    assert any(carries) == takes
    assert drawn.tally.probe_rejected == sum(serial < 10 for serial in serials)
    assert drawn.tally.fallbacks == {}


@pytest.mark.parametrize(("mode", "free"), [("grammar", 10), ("reject", 40)])
def test_forced_modes_do_not_wait_for_the_probe(mode: str, free: int) -> None:
    assert grammars(lines, mode)[0] == [False] * free + [True] * (40 - free)


def test_a_probe_is_not_tried_again_as_a_probe() -> None:
    carries, drawn = grammars(bad(3), "grammar")
    assert (carries.count(False), drawn.tally.probe_requests) == (10, 10)


def test_a_grammar_that_the_engine_refuses_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    carries, drawn = grammars(lines, "grammar", refuses=lambda request: request.grammar is not None)
    assert carries == [False] * 40
    assert drawn.tally.fallbacks == {"the engine refuses the grammar: not this one": 1}
    assert (drawn.tally.refused, len(caplog.records)) == (0, 1)


def test_an_engine_that_follows_no_grammar_is_asked_for_none(caplog: pytest.LogCaptureFixture) -> None:
    engine = Recording(lines, VALUES, capacity=4)
    drawn = filled(engine, VALUES, 40, statistics(9, 1, 12), constraint="grammar")
    assert drawn.tally.fallbacks == {"the engine scripted follows no grammar for this model": 1}
    assert (drawn.tally.grammars, len(caplog.records)) == (0, 1)


def test_a_broken_rule_is_rejected_where_it_breaks_and_made_again() -> None:
    # All of a but 2 breaks the rule at its first token.
    engine = Recording(good, MANY, capacity=2)
    made = stream(engine, MANY, 5, FEW, Rule.parse("a == 2", ["a", "b"]))
    assert made.run(SilentTask(), 0) is None
    drawn = made.drawn()
    check_account(drawn, engine)
    assert drawn.cells == {0: [2] * 5}
    assert drawn.tally.stages == {"rule": drawn.tally.rejected_tokens}


def test_rows_that_are_there_when_time_is_over_are_no_failure() -> None:
    made = stream(Recording(good, SINGLE, tokens_per_step=2), SINGLE, 8, ONE, max_generation_minutes=1e-9)
    assert made.run(SilentTask(), 0) is None
    late = stream(Recording(good, SINGLE, tokens_per_step=2), SINGLE, 9, ONE, max_generation_minutes=1e-9)
    assert late.run(SilentTask(), 0) == Stop("max_generation_minutes=1e-09 have passed", "raise max_generation_minutes")
    assert len(late.drawn().records) == 8


class Babbling(Recording):
    """Never ends a completion, whatever it was asked for."""

    def step(self) -> list[Delta]:
        super().step()
        return [Delta(name, (ord("a"),) * 5, None) for name in self._running]


def test_a_completion_that_exceeds_its_cap_is_cut_off() -> None:
    engine = Babbling(lambda serial, seed: [ord("a")] * 9_999, VALUES, context_tokens=10**6)
    made = stream(engine, VALUES, 3, statistics(9, 1, 50))
    stop = made.run(SilentTask(), 0)
    assert stop is not None and "records in a row were not valid" in stop.reason
    assert made.drawn().tally.rejects.keys() == {"truncated"}
    assert engine.step() == []


def test_a_completion_that_leads_nowhere_is_begun_anew() -> None:
    replies = [[*good(0, 0), X], [X], [X], [X], [X]]
    engine = Recording(lambda serial, seed: replies[serial] if serial < 5 else good(1, 0) * 2, MANY, capacity=1)
    filled(engine, MANY, 3, statistics(2, 9, 30))
    assert [len(request.prompt) for request in engine.requests] == [1, 3, 3, 3, 3, 1]

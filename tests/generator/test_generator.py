"""The generator over a scripted engine: part after part into a journal, through faults, and exactly n rows.

The codec has three slots, so a record is three tokens: one of 2-5 (a is 1 to 4), one of 6-7 (b is x or y), and one for
x, a number that is drawn inside a bin. The key is made after decoding.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.config import Config
from tabsynth.errors import ConfigError, EngineDiedError, EngineError, GenerationError
from tabsynth.generator.engine.engine import Delta, Engine, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.engine.watched import Watched
from tabsynth.generator.generator import Generator
from tabsynth.generator.journal import Journal
from tabsynth.generator.manifest import generation_id
from tabsynth.generator.rules import Rule
from tabsynth.generator.tally import Tally
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.progress import Progress, Silent
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

ROWS = 80
FRAME = pd.DataFrame(
    {
        "key": [f"K{row:04}" for row in range(ROWS)],
        "a": [1, 2, 3, 4] * 20,
        "b": ["x", "y", "x", "y", "y"] * 16,
        "x": np.linspace(0, 1, ROWS),
    }
)
SCHEMA = infer_schema(FRAME, {"key": "identifier", "a": "integer", "x": "decimal"})
CODEC = TableCodec(SCHEMA, Facts.fit(FRAME, SCHEMA, NoTextTokenizer()), NoTextTokenizer())
RECORDS = [record.tolist() for record in CODEC.encode(FRAME)]
STATISTICS = TokenStatistics(
    max_tokens_per_example=6,
    prompt_tokens=1,
    tokens_per_record=TokensPerRecord(mean=4, p50=4, p99=4, max=4),
    records_per_example=RecordsPerExample(mean=1, max=1),
    context_tokens=64,
)
BAD = 6  # b before a
Reply = Callable[[int, int], Sequence[int]]
Deltas = list[Delta]


class Scripted(ScriptedEngine):
    """Refuses the requests that `refuses` names; `seeds` are those of the parts that it made."""

    def __init__(self, reply: Reply, refuses: Callable[[str], bool] = lambda name: False, **facts: Any) -> None:
        super().__init__(reply, Sampling(1.0, 1.0, CODEC.vocabulary.stop_tokens), **facts)
        self.seeds: list[int] = []
        self.refuses = refuses

    def seed(self, number: int) -> None:
        self.seeds.append(number)
        super().seed(number)

    def submit(self, requests: Sequence[Request]) -> None:
        if any(self.refuses(request.request_id) for request in requests):
            raise EngineError("too long")
        super().submit(requests)


def drawn(serial: int, seed: int) -> list[int]:
    """A row at random; one in five is not valid."""
    rng = np.random.default_rng([seed, serial])
    return [BAD] if rng.random() < 0.2 else RECORDS[rng.integers(ROWS)]


def good(serial: int, seed: int) -> list[int]:
    return RECORDS[serial % ROWS]


def journal(root: Path, rows: int, each: int, **facts: Any) -> Journal:
    identity = {"rows": rows, "each": each, **facts}
    return Journal(root / generation_id(identity), identity, SCHEMA, total_rows=rows, rows_per_part=each)


def generate(
    root: Path,
    engine: Engine,
    rows: int,
    each: int,
    *rules: Rule,
    progress: Progress | None = None,
    **options: Any,
) -> tuple[pd.DataFrame, Tally]:
    generator = Generator(engine, CODEC, STATISTICS, Config(**options), SCHEMA.names, rules)
    with journal(root, rows, each) as book:
        tally = generator.generate(book, rows, Seeds(3), progress or Silent())
        return pd.concat(list(book.frames()), ignore_index=True), tally


@pytest.mark.parametrize("schedule", ["stream", "batch", "full"])
@pytest.mark.parametrize("rows", [1, 7, 25])
@pytest.mark.parametrize("each", [1, 4, 25, 100])
def test_there_are_exactly_as_many_rows_as_were_asked_for(tmp_path: Path, rows: int, each: int, schedule: str) -> None:
    engine = Scripted(drawn)
    frame, tally = generate(tmp_path, engine, rows, each, schedule=schedule)
    assert len(frame) == tally.rows == rows
    assert frame["key"].is_unique
    assert frame.dtypes.equals(FRAME.dtypes)
    assert len(engine.seeds) == len(set(engine.seeds)) == -(-rows // each)
    spent = tally.delivered_tokens + tally.rejected_tokens + tally.surplus_tokens + tally.structural_tokens
    assert spent == tally.decoded_tokens == engine.decoded_tokens
    assert tally.surplus == 0 or schedule != "stream"


@pytest.mark.parametrize("schedule", ["stream", "batch"])
def test_every_row_meets_the_rules_in_the_very_cells_that_are_delivered(tmp_path: Path, schedule: str) -> None:
    rules = [Rule.parse("x < 0.3 or b == 'y'", SCHEMA.names), Rule.parse("a <= 3", SCHEMA.names)]
    frame, tally = generate(tmp_path, Scripted(drawn), 150, 60, *rules, schedule=schedule)
    assert ((frame["x"] < 0.3) | (frame["b"] == "y")).all() and frame["a"].max() == 3
    assert tally.rejects["rule"] > 20


def test_the_rows_do_not_depend_on_which_part_is_made_first(tmp_path: Path) -> None:
    whole, cost = generate(tmp_path, Scripted(drawn), 30, 8)
    parts = sorted(tmp_path.rglob("part-*.parquet"))
    assert len(parts) == 4
    for lost in ([0], [2], [3, 1], [0, 1, 2, 3]):
        for part in lost:
            next(tmp_path.rglob(f"part-0000{part}-*.parquet")).unlink()
        engine = Scripted(drawn)
        again, tally = generate(tmp_path, engine, 30, 8)
        pd.testing.assert_frame_equal(again, whole)
        assert len(engine.seeds) == len(lost)  # the others are not made again
        assert tally.model_copy(update={"seconds": 0}) == cost.model_copy(update={"seconds": 0})


def test_other_seeds_make_other_rows(tmp_path: Path) -> None:
    frames = []
    for number in (3, 4):
        with journal(tmp_path, 30, 30, seed=number) as book:
            generator = Generator(Scripted(drawn), CODEC, STATISTICS, Config(), SCHEMA.names)
            generator.generate(book, 30, Seeds(number), Silent())
            frames += book.frames()
    assert not frames[0].equals(frames[1])


def test_an_engine_can_be_asked_again_and_answers_the_same(tmp_path: Path) -> None:
    engine = Scripted(drawn)
    first, second = (generate(tmp_path / name, engine, 20, 8)[0] for name in "ab")
    pd.testing.assert_frame_equal(first, second)


def unfinished(root: Path) -> pd.DataFrame:
    (file,) = root.rglob("unfinished-*.parquet")
    return pd.read_parquet(file)


def test_a_model_that_writes_no_valid_record_is_an_error_with_counts(tmp_path: Path) -> None:
    def reply(serial: int, seed: int) -> list[int]:
        return [[BAD], [2], [2, 2], [BAD]][serial % 4]

    with pytest.raises(GenerationError, match=r"0 of 1,000 rows: \d+ records in a row were not valid") as caught:
        generate(tmp_path, Scripted(reply), 1_000, 400)
    error = caught.value
    assert (error.num_valid, error.num_requested, error.saved_to) == (0, 1_000, None)
    assert sum(error.reasons.values()) >= 500
    assert "rejected: wrong_slot 3" in str(error) and ", truncated 1" in str(error)
    assert "Train longer" in str(error)


def test_the_three_most_frequent_reasons_are_named(tmp_path: Path) -> None:
    rule = Rule.parse("b == 'z'", SCHEMA.names)
    record = next(record for record in RECORDS if record[0] == 2)
    script = [[BAD], [BAD], [BAD], [3], [3], record, record, record, record]
    with pytest.raises(
        GenerationError, match=r"rejected: rule [\d,]+, wrong_slot [\d,]+, truncated [\d,]+\."
    ) as caught:
        generate(tmp_path, Scripted(lambda n, _: script[n % 9]), 9, 9, rule)
    assert sum(caught.value.reasons.values()) >= 500


def test_rows_made_before_the_model_broke_down_are_saved(tmp_path: Path) -> None:
    def reply(serial: int, seed: int) -> list[int]:
        return good(serial, seed) if serial < 10 else [BAD]

    with pytest.raises(GenerationError, match=r"10 of 100 rows.*the same call goes on from there") as caught:
        generate(tmp_path, Scripted(reply), 100, 100)
    saved = caught.value.saved_to
    assert saved is not None and str(saved) in str(caught.value)
    rows = unfinished(saved)
    assert rows["a"].tolist() == FRAME["a"].tolist()[:10] and rows["b"].tolist() == FRAME["b"].tolist()[:10]


def test_a_limit_of_time_saves_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"8 of 100 rows: max_gen.*=1e-09 have.* Raise max_gen") as caught:
        generate(tmp_path, Scripted(good, tokens_per_step=9), 100, 100, max_generation_minutes=1e-9)
    assert caught.value.saved_to is not None and len(unfinished(caught.value.saved_to)) == 8


def breaks(at: int, error: BaseException) -> Callable[[int, Deltas], Deltas]:
    def on_step(step: int, deltas: Deltas) -> Deltas:
        if step == at:
            raise error
        return deltas

    return on_step


@pytest.mark.parametrize("schedule", ["stream", "batch"])
@pytest.mark.parametrize(
    "error", [EngineDiedError("died", do="restart"), EngineError("gave up"), RuntimeError("secret cell"), MemoryError()]
)
def test_an_engine_that_dies_loses_no_row_and_a_second_call_finishes(
    tmp_path: Path, error: Exception, schedule: str
) -> None:
    whole, _ = generate(tmp_path / "other", Scripted(drawn), 50, 12, schedule=schedule)
    engine = Scripted(drawn, on_step=breaks(20, error))
    with pytest.raises(GenerationError, match="the engine failed: ") as caught:
        generate(tmp_path, engine, 50, 12, schedule=schedule)
    assert "secret" not in str(caught.value)
    assert engine.step() == []  # left idle
    saved = caught.value.saved_to
    assert saved is not None
    kept = sum(len(pd.read_parquet(file)) for file in saved.glob("*.parquet"))
    finished = len(list(saved.glob("part-*.parquet")))
    assert kept == caught.value.num_valid >= 12 * finished > 0
    healthy = Scripted(drawn)
    again, tally = generate(tmp_path, healthy, 50, 12, schedule=schedule)
    pd.testing.assert_frame_equal(again, whole)
    assert (tally.rows, len(healthy.seeds)) == (50, 5 - finished)
    assert list(saved.glob("unfinished-*")) == []


def test_an_engine_that_dies_at_once_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(
        GenerationError, match=r"0 of 9 rows: the engine failed: died; rejected: none\. Restart"
    ) as caught:
        generate(tmp_path, Scripted(good, on_step=breaks(0, EngineDiedError("died", do="restart"))), 9, 9)
    assert caught.value.saved_to is None


@pytest.mark.parametrize("schedule", ["stream", "batch"])
@pytest.mark.parametrize("at", [0, 1, 5, 9, 17, 23])
def test_an_interruption_loses_no_row_and_the_next_call_resumes(tmp_path: Path, at: int, schedule: str) -> None:
    whole, _ = generate(tmp_path / "other", Scripted(drawn), 40, 12, schedule=schedule)
    engine = Scripted(drawn, on_step=breaks(at, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, engine, 40, 12, schedule=schedule)
    assert engine.step() == []
    pd.testing.assert_frame_equal(generate(tmp_path, engine, 40, 12, schedule=schedule)[0], whole)


def test_rows_so_far_are_saved_at_an_interruption(tmp_path: Path, interrupting: type[Any]) -> None:
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, Scripted(good), 100, 100, progress=interrupting("generate", 30))
    rows = unfinished(tmp_path)
    assert rows["a"].tolist() == FRAME["a"].tolist()[: len(rows)]
    assert 30 < len(rows) < 100


def test_ctrl_c_while_requests_are_taken_in_leaves_the_engine_idle(tmp_path: Path) -> None:
    class Interrupted(Scripted):
        def submit(self, requests: Sequence[Request]) -> None:
            super().submit(requests)
            if self.decoded_tokens:
                raise KeyboardInterrupt

    engine = Interrupted(drawn)
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, engine, 40, 40)
    assert engine.step() == []


def test_a_request_that_the_engine_refuses_is_skipped_counted_and_made_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Scripted(good, refuses=lambda name: name == "0-3-1")
    with caplog.at_level(logging.WARNING, "tabsynth"):
        frame, tally = generate(tmp_path, engine, 30, 30)
    assert (len(frame), tally.refused, tally.probe_requests) == (30, 1, 10)
    (record,) = caplog.records
    assert "part 0: the engine refused the request at place 3 (too long)" in record.getMessage()


def test_one_place_that_is_refused_for_ever_costs_no_other_row(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(GenerationError, match="199 of 200 rows: the engine refused 20 requests in a row") as caught:
        generate(tmp_path, Scripted(good, refuses=lambda name: name.startswith("0-3-")), 200, 200)
    assert caught.value.saved_to is not None and len(unfinished(caught.value.saved_to)) == 199
    assert len(caplog.records) < 40


@pytest.mark.parametrize("capacity", [1, 8])
def test_an_engine_that_refuses_everything_is_an_error(tmp_path: Path, capacity: int) -> None:
    with pytest.raises(GenerationError, match=r"0 of 30 rows: the engine refused 2. requests in a row") as caught:
        generate(tmp_path, Scripted(good, refuses=lambda name: True, capacity=capacity), 30, 30)
    assert caught.value.saved_to is None


def junk(deltas: Deltas, tokens: tuple[int, ...]) -> Deltas:
    return [Delta("nobody", (2, 6, 8), None), *deltas, Delta("0-0-1", tokens, None), Delta("", (), "stop")]


def test_answers_to_no_request_are_counted(tmp_path: Path) -> None:
    frame, tally = generate(tmp_path, Scripted(good, on_step=lambda step, deltas: junk(deltas, ())), 30, 30)
    assert len(frame) == 30 and tally.strays > 30


@pytest.mark.parametrize("token", [-1, 10**9, -(10**9), 0, 1])
def test_tokens_that_stand_nowhere_are_counted(tmp_path: Path, token: int) -> None:
    def reply(serial: int, seed: int) -> list[int]:
        return [token] if serial % 2 else [*good(0, 0)[: serial % 3], token] if serial % 4 else good(serial, 0)

    frame, tally = generate(tmp_path, Scripted(reply), 30, 30)
    assert len(frame) == 30 and tally.rejects["wrong_slot"] > 30


@pytest.mark.parametrize(
    ("babble", "words"),
    [
        (lambda deltas: [], "does not answer"),
        (lambda deltas: [Delta(delta.request_id, (), None) for delta in deltas], "does not answer"),
        (lambda deltas: [Delta("nobody", (2,), None)], "does not answer"),
        (lambda deltas: [Delta(delta.request_id, (CODEC.vocabulary.end,), None) for delta in deltas], "in a row"),
        (lambda deltas: [Delta(delta.request_id, (-7,) * 99, None) for delta in deltas], "in a row"),
    ],
    ids=["silence", "nothing said", "strays", "ends without end", "garbage"],
)
def test_an_engine_that_never_says_anything_sensible_is_an_error(
    tmp_path: Path, babble: Callable[[Deltas], Deltas], words: str
) -> None:
    with pytest.raises(GenerationError, match=words):
        generate(tmp_path, Scripted(good, on_step=lambda step, deltas: babble(deltas)), 30, 30)


def test_a_model_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"504 records in a row were not valid; rejected: none\. Train longer"):
        generate(tmp_path, Scripted(lambda serial, seed: []), 30, 30)


def test_an_engine_that_hangs_is_an_error_and_finished_parts_stay(tmp_path: Path) -> None:
    def hang(step: int, deltas: Deltas) -> Deltas:
        time.sleep(3 if step == 30 else 0)
        return deltas

    engine = Watched(lambda: Scripted(drawn, on_step=hang), step_seconds=0.5, first_step_seconds=5)
    with pytest.raises(GenerationError, match=r"the engine failed: the engine gave no answer for 0\.5 s") as caught:
        generate(tmp_path, engine, 60, 12)
    engine.close()
    finished = len(list(tmp_path.rglob("part-*.parquet")))
    assert finished > 0 and caught.value.num_valid >= 12 * finished
    healthy = Scripted(drawn)
    assert len(generate(tmp_path, healthy, 60, 12)[0]) == 60
    assert len(healthy.seeds) == 5 - finished


def test_a_rule_that_cannot_be_told_of_a_row_is_the_rules_fault_and_not_the_engines(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rule 'a < b': the rule cannot be told of a row \(TypeError\)"):
        generate(tmp_path, Scripted(good), 30, 30, Rule.parse("a < b", SCHEMA.names))
    with pytest.raises(ConfigError, match="identifier"):
        generate(tmp_path, Scripted(good), 30, 30, Rule.parse("key < b", SCHEMA.names))


class Told:
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.done: list[float] = []

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Any]:
        assert (stage, total) == ("generate", 30)
        yield self

    def update(self, done: float, info: str = "") -> None:
        self.done.append(done)


@pytest.mark.parametrize("schedule", ["stream", "batch"])
def test_progress_is_counted_in_rows_and_ends_at_all_of_them(tmp_path: Path, schedule: str) -> None:
    progress = Told()
    generate(tmp_path, Scripted(good), 30, 12, progress=progress, schedule=schedule)
    assert progress.done[-1] == max(progress.done) == 30
    assert progress.done == sorted(progress.done)

"""The in-flight validator keeps what checking at the end would keep, whatever the record format."""

import random
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.cells import Cell
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.records import Records
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.errors import ConfigError
from tabsynth.generator.rules import Rule
from tabsynth.generator.validator import Validator, staged
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

ROWS = 200
MAKERS: dict[str, Callable[[Schema, Facts], Codec]] = {
    "table": lambda schema, facts: TableCodec(schema, facts, ByteTokenizer()),
    "table of many": lambda schema, facts: TableCodec(schema, facts, ByteTokenizer(), single=False),
    "table of characters": lambda schema, facts: TableCodec(schema, facts, NoTextTokenizer(), single=False),
    "values": lambda schema, facts: LineCodec(schema, facts, ByteTokenizer(), ValuesFormat()),
    "jsonl": lambda schema, facts: LineCodec(schema, facts, ByteTokenizer(), JsonLinesFormat()),
}
NAMES = ["id", "land", "x", "city", "note", "n", "day"]
# Cells that no draw touches: whether such a rule holds is a matter of the record alone.
PLAIN = ("land != 'NO' or city != 'Bern'", "n < 7", "len(note) < 5", "day >= '2020-01-08'", "len(note) <= n or n == 3")


@cache
def frame() -> pd.DataFrame:
    """Bins with draws, categories, a derived column before its source, text, missing values, dates, an identifier."""
    rng = np.random.default_rng(4)
    city = rng.choice(np.array(["Bern", "Oslo", "Genf"], dtype=object), ROWS)
    return pd.DataFrame(
        {
            "id": [f"K{row:05}" for row in rng.permutation(ROWS)],
            "land": np.where(city == "Oslo", "NO", "CH"),
            "x": np.where(rng.random(ROWS) < 0.1, np.nan, rng.normal(0, 1, ROWS)),
            "city": city,
            "note": rng.choice(np.array(["", "ab", "böse", "a|b\n", "longer", None], dtype=object), ROWS),
            "n": rng.integers(1, 10, ROWS),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 20, ROWS), unit="D"),
        }
    )


@cache
def codec_of(name: str) -> Codec:
    schema = infer_schema(frame(), {"id": "identifier", "note": "text", "x": "decimal"})
    tokenizer = NoTextTokenizer() if "characters" in name else ByteTokenizer()
    facts = Facts.fit(frame(), schema, tokenizer, derive=name.startswith("table"))
    return MAKERS[name](schema, facts)


@cache
def records_of(name: str) -> list[list[int]]:
    return [record.tolist() for record in codec_of(name).encode(frame())]


def validator(name: str, *rules: Rule, seed: int = 0) -> Validator:
    codec = codec_of(name)
    return Validator(codec, staged(rules, codec, NAMES), (seed, 0))


def check(checker: Validator, record: list[int]) -> Verdict | Rejected:
    """Push a record until it is rejected or there is no more of it."""
    verdict: Verdict | Rejected = Verdict.INCOMPLETE
    checker.reset()
    for token in record:
        verdict = checker.push(token)
        if isinstance(verdict, Rejected):
            break
    return verdict


def rows_of(name: str, records: list[list[int]]) -> pd.DataFrame:
    return codec_of(name).decode(Records.of(records), np.random.default_rng(0))


def in_flight(name: str, completion: list[int]) -> list[list[int]]:
    """Keep records as a stream does; what follows a rejected one is read where the format lets it."""
    checker, found, record, is_lost = validator(name), list[list[int]](), list[int](), False
    for token in completion:
        if is_lost:
            is_lost = token != ord("\n")
            if token >= 256:
                break
            continue
        record.append(token)
        verdict = checker.push(token)
        if verdict is Verdict.ENDED:
            break
        if verdict is Verdict.ACCEPTED:
            found.append(record)
            record = []
        elif isinstance(verdict, Rejected):
            if not isinstance(codec_of(name), LineCodec) or token >= 256:
                break
            checker.reset()
            record, is_lost = [], token != ord("\n")
    return found


def completion(name: str, rng: random.Random) -> list[int]:
    """Some records, most of them changed here and there."""
    tokens: list[int] = []
    size = codec_of(name).vocabulary.size
    for record in rng.choices(records_of(name), k=rng.randint(0, 4)):
        changed = list(record)
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            at = rng.randrange(len(changed) + 1)
            new = rng.choice([rng.randrange(size + 2), rng.choice(record)])
            changed[at : at + rng.randint(0, 1)] = [new] * rng.randint(0, 1)
        tokens += changed
    if rng.random() < 0.5:
        tokens.append(codec_of(name).vocabulary.end)
    return tokens[: rng.choice([len(tokens), rng.randint(0, len(tokens))])]


@pytest.mark.parametrize("name", MAKERS)
@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_without_rules_the_kept_records_are_those_that_reading_at_the_end_finds(name: str, rng: random.Random) -> None:
    tokens = completion(name, rng)
    assert in_flight(name, tokens) == codec_of(name).read(tokens).records


@pytest.mark.parametrize("name", MAKERS)
@given(st.sets(st.sampled_from(PLAIN), min_size=1), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_a_record_is_kept_if_and_only_if_all_rules_hold_on_its_row(
    name: str, texts: set[str], rng: random.Random
) -> None:
    records = rng.sample(records_of(name), 25)
    rules = [Rule.parse(text, NAMES) for text in sorted(texts)]
    checker = validator(name, *rules)
    kept = [check(checker, record) is Verdict.ACCEPTED for record in records]
    rows = rows_of(name, records)
    assert kept == [all(holds(rule, row) for rule in rules) for _, row in rows.iterrows()]


def holds(rule: Rule, row: pd.Series) -> bool:
    cells: list[Cell] = []
    for column in rule.columns:
        value = row[column]
        value = None if pd.isna(value) else value
        cells.append(value.isoformat()[:10] if isinstance(value, pd.Timestamp) else value)
    return rule.check(cells)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", range(3))
def test_delivered_cells_are_those_that_the_rules_looked_at(name: str, seed: int) -> None:
    seen: list[tuple[float | None, str, bool]] = []

    def small(x: float | None, land: str) -> bool:
        seen.append((x, land, x is None or x < 0.3))
        return seen[-1][-1]

    codec = codec_of(name)
    checker = validator(name, Rule.of(["x", "land"], small, missing_passes=False), seed=seed)
    kept, cells = list[list[int]](), list[dict[int, Cell]]()
    for record in records_of(name):
        asked = len(seen)
        verdict = check(checker, record)
        assert len(seen) == asked + 1  # once a record, kept or not
        assert verdict == (Verdict.ACCEPTED if seen[-1][-1] else Rejected(Reason.RULE, Stage.RULE))
        if verdict is Verdict.ACCEPTED:
            kept.append(record)
            cells.append(checker.cells)
    settled = {column: [row[column] for row in cells] for column in cells[0]}
    rows = codec.decode(Records.of(kept), np.random.default_rng(99), settled)
    delivered = [(None if pd.isna(x) else x, land) for x, land in zip(rows["x"], rows["land"], strict=True)]
    assert delivered == [(x, land) for x, land, good in seen if good]
    assert 20 < len(delivered) < ROWS


def test_a_rule_on_a_bin_is_decided_by_the_draw_and_not_by_the_bin() -> None:
    # One record, again and again: the bin straddles the bound.
    codec = codec_of("table")
    record = next(r for r, x in zip(records_of("table"), frame()["x"], strict=True) if abs(x) > 1)
    draws = [float(codec.decode(Records.of([record]), np.random.default_rng(n))["x"][0]) for n in range(50)]
    bound = float(np.median(draws))
    assert min(draws) < bound < max(draws)
    checker = validator("table", Rule.parse(f"x < {bound!r}", NAMES))
    verdicts = [check(checker, record) for _ in range(200)]
    assert 60 < sum(verdict is Verdict.ACCEPTED for verdict in verdicts) < 140


@pytest.mark.parametrize("name", MAKERS)
def test_a_rule_is_decided_as_soon_as_its_last_column_is_written(name: str) -> None:
    # land is looked up from city, the third written column of six; day is the last.
    never = Rule.of("land", lambda land: False)
    late = Rule.of(["land", "day"], lambda land, day: False)
    record, at = records_of(name)[0], []
    for rule in (never, late):
        checker = validator(name, late, rule)  # the earliest comes first, however they are given
        at.append(next(n for n, token in enumerate(record) if isinstance(checker.push(token), Rejected)))
    closing = 2 if name == "jsonl" else 1  # a brace and a newline, or one token
    assert at[0] < at[1] == len(record) - closing


def test_rules_are_staged_by_the_column_that_settles_them() -> None:
    codec = codec_of("table")
    rules = [Rule.parse(text, NAMES) for text in ("n < 7", "land == 'CH'", "x < 1", "n > 1 or x > 0")]
    found = staged(rules, codec, NAMES)
    assert [(item.rule.name, item.columns, item.after) for item in found] == [
        ("x < 1", (2,), 2),
        ("land == 'CH'", (1,), 3),  # looked up from city
        ("n < 7", (5,), 5),
        ("n > 1 or x > 0", (5, 2), 5),
    ]


@pytest.mark.parametrize("name", MAKERS)
def test_a_rule_cannot_look_at_an_identifier(name: str) -> None:
    with pytest.raises(ConfigError, match=r"rules: the rule 'id < n' looks at the identifier column 'id'"):
        staged([Rule.parse("id < n", NAMES)], codec_of(name), NAMES)


def test_the_same_seed_draws_the_same_cells() -> None:
    drawn = []
    for seed in (1, 1, 2):
        checker = validator("table", Rule.of("x", lambda x: True), seed=seed)
        cells = []
        for record in records_of("table")[:50]:
            check(checker, record)
            cells.append(checker.cells[2])
        drawn.append(cells)
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize("name", ["table of many", "values"])
def test_records_may_follow_each_other_without_a_reset(name: str) -> None:
    checker = validator(name, Rule.of("x", lambda x: True))
    cells = []
    for record in records_of(name)[:5]:
        assert [checker.push(token) for token in record][-1] is Verdict.ACCEPTED
        cells.append(checker.cells)
    assert len({id(row) for row in cells}) == 5  # nobody overwrites the cells of an earlier record
    assert checker.push(codec_of(name).vocabulary.end) is Verdict.ENDED

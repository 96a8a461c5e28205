"""Whether requests follow a grammar: settled by the mode, the format, the engine and the probe."""

import logging
from functools import cache

import pandas as pd
import pytest

from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.generator.constraint import Constraint, GrammarChoice, Mode
from tabsynth.generator.engine.engine import Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.schema.infer import infer_schema

MANY = 20_001


@cache
def lines(categories: int = 2) -> LineCodec:
    names = [f"c{number:05}" for number in range(categories)]
    frame = pd.DataFrame({"c": names * max(1, 20 // categories)})
    schema = infer_schema(frame, {"c": "categorical"})
    return LineCodec(schema, Facts.fit(frame, schema, ByteTokenizer(), derive=False), ByteTokenizer(), ValuesFormat())


def engine(*, can_constrain: bool = True) -> ScriptedEngine:
    return ScriptedEngine(lambda serial, seed: [], Sampling(1.0, 1.0, ()), can_constrain=can_constrain)


def probed(choice: GrammarChoice, valid: int, rejected: int) -> Constraint:
    constraint = Constraint(choice)
    for number in range(valid + rejected):
        constraint.probed(valid=number < valid)
    return constraint


@pytest.mark.parametrize(
    ("valid", "rejected", "takes"),
    [(0, 0, False), (9, 0, False), (10, 0, True), (9, 1, True), (8, 2, False), (89, 11, False), (90, 10, True)],
)
def test_auto_takes_the_grammar_after_ten_records_of_which_nine_in_ten_are_valid(
    valid: int, rejected: int, takes: bool
) -> None:
    choice = GrammarChoice.of("auto", lines(), engine())
    assert probed(choice, valid, rejected).grammar == (lines().grammar() if takes else None)


@pytest.mark.parametrize(("mode", "takes"), [("grammar", True), ("reject", False)])
@pytest.mark.parametrize("valid", [0, 20])
def test_the_other_modes_do_not_ask_the_probe(mode: Mode, takes: bool, valid: int) -> None:
    constraint = probed(GrammarChoice.of(mode, lines(), engine()), valid, 20 - valid)
    assert constraint.grammar == (lines().grammar() if takes else None)
    assert constraint.fallback is None


@pytest.mark.parametrize("mode", ["auto", "grammar"])
@pytest.mark.parametrize(
    ("codec", "can_constrain", "words"),
    [
        (lines(), False, "the engine scripted follows no grammar"),
        (lines(MANY), True, f"column 'c': its {MANY} categories are too many"),
    ],
)
def test_a_grammar_that_cannot_be_had_is_missed_once(
    mode: Mode, codec: Codec, can_constrain: bool, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "tabsynth"):
        choice = GrammarChoice.of(mode, codec, engine(can_constrain=can_constrain))
        parts = [probed(choice, 20, 0) for _ in range(3)]
    assert [part.grammar for part in parts] == [None] * 3
    assert {part.fallback for part in parts} == {choice.fallback}
    assert choice.fallback is not None and words in choice.fallback
    (record,) = caplog.records
    assert choice.fallback in record.getMessage()


def test_nobody_misses_a_grammar_that_was_not_wanted(caplog: pytest.LogCaptureFixture) -> None:
    choice = GrammarChoice.of("reject", lines(MANY), engine(can_constrain=False))
    assert (choice.grammar, choice.fallback, caplog.records) == (None, None, [])


def test_table_tokens_need_none(caplog: pytest.LogCaptureFixture) -> None:
    codec = lines()
    table = TableCodec(codec.schema, codec.facts, codec.tokenizer)
    choice = GrammarChoice.of("grammar", table, engine(can_constrain=False))
    assert (choice.grammar, choice.fallback, caplog.records) == (None, None, [])


def test_a_grammar_that_the_engine_refuses_is_given_up_by_all_parts(caplog: pytest.LogCaptureFixture) -> None:
    choice = GrammarChoice.of("grammar", lines(), engine())
    first, second = Constraint(choice), Constraint(choice)
    assert second.grammar is not None
    first.give_up("it does not compile")
    second.give_up("it does not compile")
    assert first.grammar is second.grammar is None
    assert first.fallback == second.fallback == "it does not compile"
    assert len(caplog.records) == 1

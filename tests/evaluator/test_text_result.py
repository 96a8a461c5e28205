import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.drawing import Measure
from tabsynth.evaluator.kinds import read_kinds
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.evaluator.text_result import text_results
from tabsynth.schema.column import Kind
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds


def described(training: list[str | None], holdout: list[str | None], synthetic: list[str | None]) -> dict[str, Measure]:
    frames = [pd.DataFrame({"note": pd.Series(side, dtype=object)}) for side in (training, holdout, synthetic)]
    column = read_kinds(frames[0]).columns[0].model_copy(update={"kind": Kind.TEXT, "prose": True})
    schema, seeds = Schema(columns=(column,)), Seeds(0)
    sides = [read_side(frame, schema, seeds, what="it") for frame in frames]
    (result,) = text_results(Sides(*sides, schema, None, seeds))
    assert result.name == "note"
    return {measure.name: measure for measure in result.measures}


def test_figures_are_as_counted_by_hand() -> None:
    found = described(
        ["One two one two.", "One three"], ["one one one one one one", None], ["Two red", "Two red", "", "Мы two"]
    )
    # Six words a side. Training: one, two, three of six.
    assert found["distinct words per word"].training == pytest.approx(3 / 6)
    assert found["distinct words per word"].holdout == pytest.approx(1 / 6, abs=1e-4)
    assert found["distinct words per word"].synthetic == pytest.approx(3 / 6)
    assert found["distinct word pairs per pair"].holdout == pytest.approx(1 / 5)
    assert found["distinct words that training has"].training is None
    assert found["distinct words that training has"].synthetic == pytest.approx(1 / 3, abs=1e-4)
    assert found["empty or missing texts"].synthetic == pytest.approx(1 / 4)
    assert found["empty or missing texts"].holdout == pytest.approx(1 / 2)
    assert found["texts without a final mark"].training == pytest.approx(1 / 2)
    assert found["letters of another script"].training == 0
    assert found["letters of another script"].synthetic == pytest.approx(2 / 17, abs=1e-4)
    assert found["words per text, median"].synthetic == 2
    assert found["words per text, median"].training == 3


def test_repeated_texts_are_counted_among_equally_many() -> None:
    training: list[str | None] = [f"text number {k}." for k in range(10)]
    found = described(training, training, ["the same."] * 30)
    repeats = found["texts that repeat another"]
    assert (repeats.training, repeats.holdout, repeats.synthetic) == (0, 0, 0.9)


@pytest.mark.parametrize("texts", [[None, None], [""], ["..."], ["😀 😀"], ["שלום"], ["x" * 10_000]])
def test_a_side_that_holds_nothing_has_no_figures(texts: list[str | None]) -> None:
    found = described(["Some words here.", "Others there."], ["More words."], texts)
    figures = [measure.synthetic for measure in found.values()]
    assert all(figure is None or np.isfinite(figure) for figure in figures)
    assert found["empty or missing texts"].synthetic in (0, 1)


def test_a_table_without_texts_has_none() -> None:
    frame, seeds = pd.DataFrame({"x": [1.5, 2.5]}), Seeds(0)
    schema = read_kinds(frame)
    side = read_side(frame, schema, seeds, what="it")
    assert text_results(Sides(side, side, side, schema, None, seeds)) == ()

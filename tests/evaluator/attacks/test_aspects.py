import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.aspects import LEVELS, distance_blocks, read_aspect
from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.kinds import read_kinds
from tabsynth.schema.column import Kind


def cells(values: list[object], like: list[object]) -> Cells:
    column = read_kinds(pd.DataFrame({"x": like})).columns[0]
    return read_cells(pd.Series(values, dtype=object), column)


def test_numbers_are_as_far_apart_as_their_ranks_among_the_targets() -> None:
    targets = cells([1.5, 2.5, 100.5, 200.5], [1.5, 2.5])
    found = read_aspect(targets, cells([1.5, 200.5, -7.0], [1.5])).distances(slice(0, 4))
    assert found[:, 0].tolist() == [0, LEVELS / 4, LEVELS / 2, 3 * LEVELS / 4]
    assert found[3, 1] == 0
    assert found[0, 2] == LEVELS / 8  # below all targets, half a rank away from the lowest


def test_missing_equals_missing_and_is_far_from_values() -> None:
    found = read_aspect(cells([1.5, None], [1.5, 2.5]), cells([None, 1.5, "junk"], [1.5, 2.5])).distances(slice(0, 2))
    assert found.tolist() == [[LEVELS, 0, LEVELS], [0, LEVELS, LEVELS]]


def test_labels_are_equal_or_not() -> None:
    like: list[object] = ["a", "b"] * 10
    found = read_aspect(cells(["a", None], like), cells(["a", "new", None], like)).distances(slice(0, 2))
    assert found.tolist() == [[0, LEVELS, LEVELS], [LEVELS, LEVELS, 0]]


@pytest.mark.parametrize("num_targets", [1, 128, 300])
def test_blocks_cover_every_target_and_halves_sum_to_the_whole(num_targets: int) -> None:
    rng = np.random.default_rng(0)
    columns = [rng.normal(size=num_targets + 40).round(2) for _ in range(4)]
    aspects = []
    for values in columns:
        series = pd.Series(values)
        column = read_kinds(series.to_frame("x")).columns[0].model_copy(update={"kind": Kind.DECIMAL})
        aspects.append(read_aspect(read_cells(series[:num_targets], column), read_cells(series[num_targets:], column)))
    whole = sum(aspect.distances(slice(0, num_targets)).astype(int) for aspect in aspects)
    halves = np.array([True, False, False, True])
    found = list(distance_blocks(aspects, halves, [2]))
    assert np.array_equal(np.vstack([first.astype(int) + second for _, first, second, _ in found]), whole)
    assert np.array_equal(np.vstack([own[2] for *_, own in found]), aspects[2].distances(slice(0, num_targets)))

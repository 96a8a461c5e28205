import numpy as np

from tabsynth.evaluator.attacks.neighbours import nearest
from tabsynth.evaluator.attacks.space import Points, distances


def points(rows: int, seed: int) -> Points:
    rng = np.random.default_rng(seed)
    return Points(rng.random((rows, 3)), rng.integers(0, 3, (rows, 2)).astype(float), np.empty((rows, 0)), 5)


def line(*places: float) -> Points:
    return Points(np.array(places)[:, None], np.empty((len(places), 0)), np.empty((len(places), 0)), 1)


def test_neighbours_come_nearest_first() -> None:
    found = nearest(line(0.0, 0.9), line(0.5, 0.1, 1.0), 2)
    assert found.place.tolist() == [[1, 0], [2, 0]]
    np.testing.assert_allclose(found.distance, [[0.1, 0.5], [0.1, 0.4]])


def test_it_agrees_with_the_whole_matrix_across_blocks() -> None:
    rows, others = points(1_500, 1), points(1_600, 2)
    found = nearest(rows, others, 4)
    whole = np.sort(distances(rows, others), axis=1)[:, :4]
    np.testing.assert_allclose(found.distance, whole, atol=1e-9)


def test_rows_of_the_own_unit_are_no_neighbours() -> None:
    rows = line(0.0, 0.1, 0.3)
    unit = np.array([0, 0, 1])
    found = nearest(rows, rows, 1, (unit, unit))
    assert found.place[:, 0].tolist() == [2, 2, 1]


def test_missing_neighbours_are_infinitely_far() -> None:
    found = nearest(line(0.0), line(0.5), 3)
    assert found.distance.tolist() == [[0.5, np.inf, np.inf]]
    unit = np.array([0])
    assert nearest(line(0.0), line(0.5), 1, (unit, unit)).distance.tolist() == [[np.inf]]
    assert nearest(line(0.0), line(), 1).distance.tolist() == [[np.inf]]


def test_equal_distances_are_equal_to_the_last_bit() -> None:
    found = nearest(line(0.3), line(0.1, 0.5, 0.2 + 0.3), 3)
    assert found.distance[0, 0] == found.distance[0, 2]

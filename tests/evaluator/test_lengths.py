import numpy as np
import pytest

from tabsynth.evaluator.lengths import MAX_BARS, LengthSimilarity, length_overlay


def test_the_similarity_is_one_minus_the_largest_gap() -> None:
    # Up to 1 row: 1/2 of training and 1/4 of the other; up to 3 rows: all and 3/4.
    similar = LengthSimilarity(np.array([1, 3]), np.array([1, 3, 3, 4]))
    assert similar(np.ones((1, 4))) == pytest.approx([0.75])
    assert similar(np.array([[1.0, 1, 0, 0], [0, 0, 0, 1]])) == pytest.approx([1.0, 0.0])


def test_few_lengths_have_a_bar_each_and_rare_ones_are_masked() -> None:
    drawn = length_overlay(np.repeat([2, 3, 4], [10, 4, 6]), np.array([2, 2, 3, 9]))
    assert drawn is not None and drawn.of == "rows"
    assert drawn.labels == ("2", "3", "4", "above 4")
    assert drawn.training == (0.5, 0.0, 0.3, 0.0)
    assert drawn.synthetic == (0.5, 0.25, 0.0, 0.25)


def test_many_lengths_share_bars_and_the_ends_are_open() -> None:
    drawn = length_overlay(np.append(np.arange(1, 1_001), 9_999), np.arange(1, 1_001))
    assert drawn is not None and len(drawn.labels) <= MAX_BARS + 2
    assert drawn.labels[0].startswith("below") and drawn.labels[-1].startswith("above")
    assert not any("9999" in label for label in drawn.labels)
    assert sum(drawn.training) == pytest.approx(1, abs=0.01)
    assert drawn.labels[1].count(" to ") == 1


def test_a_handful_of_groups_is_not_drawn() -> None:
    assert length_overlay(np.array([1, 2, 3, 4]), np.array([1])) is None

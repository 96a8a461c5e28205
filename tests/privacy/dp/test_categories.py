import numpy as np
import pytest

from tabsynth.privacy.dp.categories import CategoryMarginal
from tabsynth.privacy.dp.histograms import Noise
from tabsynth.schema.values import Values


def values(cells: list[object]) -> Values:
    data = np.empty(len(cells), dtype=object)
    data[:] = cells
    return Values(data, np.array([cell is None for cell in cells]))


def noise(scale: float = 2.0) -> Noise:
    return Noise(scale, 1e-6, np.random.default_rng(0))


def test_frequent_categories_keep_their_shares_and_rare_ones_go() -> None:
    marginal = CategoryMarginal.learn(values(["a"] * 600 + ["b"] * 300 + [None] * 100 + ["c"]), noise(), can_miss=True)
    drawn = marginal.draw(1_000, np.random.default_rng(1))
    assert set(drawn.data[~drawn.missing]) == {"a", "b"}
    assert (drawn.data == "a").mean() == pytest.approx(0.6, abs=0.02)
    assert drawn.missing.mean() == pytest.approx(0.1, abs=0.02)


def test_a_rare_category_becomes_the_same_kept_one_wherever_it_stands() -> None:
    marginal = CategoryMarginal(("a", "b"), (500, 500), 0)
    first = marginal.coerce(values(["rare", "a", None])).data.tolist()
    second = marginal.coerce(values(["b", "rare"])).data.tolist()
    assert first[0] == second[1] and first[0] in ("a", "b")
    assert first[1:] == ["a", "a"]


def test_rare_categories_are_shared_out_by_the_released_counts() -> None:
    marginal = CategoryMarginal(("a", "b"), (900, 100), 0)
    coerced = marginal.coerce(values([f"rare {number}" for number in range(2_000)]))
    assert (coerced.data == "a").mean() == pytest.approx(0.9, abs=0.03)


def test_where_nothing_can_be_shown_everything_is_missing() -> None:
    marginal = CategoryMarginal.learn(values([str(number) for number in range(500)]), noise(), can_miss=True)
    assert marginal.is_constant and marginal.nullable
    assert marginal.draw(10, np.random.default_rng(0)).missing.all()
    assert marginal.coerce(values(["1", None])).missing.all()


def test_a_dtype_that_cannot_miss_has_no_missing_cells() -> None:
    marginal = CategoryMarginal.learn(values([True] * 300 + [False] * 300), noise(200.0), can_miss=False)
    assert not marginal.nullable


def test_booleans_are_known_beforehand_and_stay_however_few() -> None:
    marginal = CategoryMarginal.learn(values([True] * 9 + [False]), noise(200.0), can_miss=False, known=(False, True))
    assert marginal.categories == (False, True) and not marginal.nullable
    exact = CategoryMarginal.learn(
        values([True] * 600 + [False] * 200 + [None] * 200), noise(1.0), can_miss=True, known=(False, True)
    )
    assert [exact.missing, *exact.counts] == pytest.approx([200, 200, 600], abs=6)


def test_emoji_and_half_characters_are_categories_like_others() -> None:
    marginal = CategoryMarginal(("🙂",), (500,), 0)
    assert marginal.coerce(values(["\ud83d", "🙂"])).data.tolist() == ["🙂", "🙂"]

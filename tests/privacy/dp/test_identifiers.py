import numpy as np

from tabsynth.privacy.dp.histograms import Noise
from tabsynth.privacy.dp.identifiers import PLAIN_SHAPE, IdentifierMarginal
from tabsynth.schema.values import Values


def codes(rows: int, prefix: str = "C") -> Values:
    data = np.array([f"{prefix}{100_000 + number}" for number in range(rows)], dtype=object)
    return Values(data, np.zeros(rows, dtype=bool))


def noise() -> Noise:
    return Noise(2.0, 1e-6, np.random.default_rng(0))


def test_the_shape_that_all_share_is_shown_and_no_digit() -> None:
    marginal = IdentifierMarginal.learn(codes(500), noise())
    assert marginal.shape == "C000000"
    assert set(marginal.coerce(codes(20)).data) == {"C000000"}


def test_the_shape_of_few_is_not_shown() -> None:
    assert IdentifierMarginal.learn(codes(5), noise()).shape == PLAIN_SHAPE


def test_of_a_counter_nothing_is_learned() -> None:
    counter = Values(np.arange(7_000, 7_100).astype(object), np.zeros(100, dtype=bool))
    assert IdentifierMarginal.learn(counter, None).draw(3, np.random.default_rng(0)).data.tolist() == [1, 1, 1]

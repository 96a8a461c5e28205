import numpy as np
import pytest

from tabsynth.privacy.dp.categories import CategoryMarginal
from tabsynth.privacy.dp.identifiers import IdentifierMarginal
from tabsynth.privacy.dp.marginal import Marginal
from tabsynth.privacy.dp.texts import TextMarginal

MARGINALS: list[Marginal] = [
    CategoryMarginal(("a", "b"), (30, 70), 20),
    IdentifierMarginal("C000"),
    TextMarginal((0, 5, 5), "ab", 3, False),
]


@pytest.mark.parametrize("marginal", MARGINALS, ids=lambda marginal: type(marginal).__name__)
def test_what_is_drawn_stays_as_it_is_when_coerced(marginal: Marginal) -> None:
    drawn = marginal.draw(200, np.random.default_rng(0))
    again = marginal.coerce(drawn)
    assert np.array_equal(drawn.missing, again.missing)
    assert drawn.data[~drawn.missing].tolist() == again.data[~again.missing].tolist()
    assert drawn.missing.any() == marginal.nullable

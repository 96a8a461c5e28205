"""A schema lists no category that is gone."""

import pandas as pd

from tabsynth.privacy.protect.listing import listed_categories
from tabsynth.schema.infer import infer_schema


def test_categories_that_nobody_holds_are_not_listed_and_the_order_stays() -> None:
    levels = pd.CategoricalDtype(["low", "rare", "mid", "high"], ordered=True)
    frame = pd.DataFrame({"level": pd.Series(["mid", "low", "high", "low"] * 10, dtype=levels), "n": range(40)})
    schema = listed_categories(infer_schema(frame), frame)
    assert schema["level"].dtype.categories == ("low", "mid", "high")
    assert schema["level"].dtype.ordered
    assert schema["n"] == infer_schema(frame)["n"]

"""The private marginals of a table: all that the codec may learn, released with noise, and no value beside it.

The codec is then fitted on a sample of these marginals, and true rows are brought into what they can be: the first is
post-processing, the second looks at one row at a time. So neither costs anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabsynth.artifact.ledger import GaussianSteps, PreprocessingSpend
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.categories import CategoryMarginal
from tabsynth.privacy.dp.contributions import one_row_each
from tabsynth.privacy.dp.gaussian import gaussian_noise, query_noise
from tabsynth.privacy.dp.histograms import Noise
from tabsynth.privacy.dp.identifiers import IdentifierMarginal
from tabsynth.privacy.dp.marginal import Marginal
from tabsynth.privacy.dp.numbers import QUERIES, NumberMarginal
from tabsynth.privacy.dp.scales import Scale
from tabsynth.privacy.dp.texts import TextMarginal
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import Values, plain_values, restored_series

THRESHOLD_SHARE = 0.5
"""Of delta: for values that one subject alone holds. Noise takes the rest; neither depends on it by much."""
TEXT_QUERIES = {"lengths": 0.75, "characters": 0.75}
SHAPE_WEIGHT, CATEGORY_WEIGHT = 0.5, 1.5
"""Categories get more than numbers: a rare category is lost, a number only moves."""
SAMPLE_ROWS = 20_000
"""Rows of a sample in which every cell has its share, whatever the table's size."""


@dataclass(frozen=True)
class PrivateMarginals:
    """The released marginals of all columns.

    Attributes:
        schema: The schema with what it had learned from cells replaced by what was released: which columns may be
            missing, and the categories of categorical dtypes.
        columns: The marginal of each column, in schema order.
        spend: What they cost.
    """

    schema: Schema
    columns: tuple[Marginal, ...]
    spend: PreprocessingSpend

    @property
    def lost(self) -> tuple[str, ...]:
        """Names of columns of which nothing could be learned within the budget: they are constant now."""
        return tuple(
            column.name for column, made in zip(self.schema.columns, self.columns, strict=True) if made.is_constant
        )

    def sample(self, num_rows: int, rng: np.random.Generator) -> pd.DataFrame:
        """Draw rows with independent columns, in the dtypes of the schema.

        Args:
            num_rows: How many; SAMPLE_ROWS hold every cell.
            rng: Where they come from.
        """
        return self._frame([made.draw(num_rows, rng) for made in self.columns], pd.RangeIndex(num_rows))

    def coerce(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Bring true rows into what the marginals can be, each cell by itself."""
        pairs = zip(self.columns, self.schema.columns, strict=True)
        return self._frame([made.coerce(plain_values(frame[c.name], c)) for made, c in pairs], frame.index)

    def _frame(self, columns: list[Values], index: pd.Index) -> pd.DataFrame:
        made = [restored_series(values, c) for values, c in zip(columns, self.schema.columns, strict=True)]
        return pd.concat(made, axis=1).set_axis(index, axis=0)


def private_marginals(
    frame: pd.DataFrame,
    schema: Schema,
    *,
    subjects: Sequence[Any] | pd.Series | None,
    epsilon: float,
    delta: float,
    rng: np.random.Generator,
    any_text: bool = False,
) -> PrivateMarginals:
    """Release the marginals of `frame`, (epsilon, delta) private for adding or removing one subject.

    Args:
        frame: The training rows.
        schema: Their schema: names, kinds, dtypes, decimals and date formats are taken to be public.
        subjects: Whose row each row is; None if each is a subject of its own. One random row of each is looked at.
        epsilon: What may be spent.
        delta: The same for delta.
        rng: Where the noise comes from: its seed must be secret, or there is no privacy.
        any_text: Whether the base's tokenizer writes any text, so that texts are cut but keep their characters.

    Raises:
        ConfigError: Epsilon or delta promise nothing, or a column without missing cells has no category that enough
            subjects hold.
    """
    rows = frame.iloc[one_row_each(subjects, len(frame), rng)]
    budget = _Shares.of(schema, epsilon, delta, rng, any_text)
    made = [_learn(plain_values(rows[column.name], column), column, budget, rng) for column in schema.columns]
    for column, marginal in zip(schema.columns, made, strict=True):
        if isinstance(marginal, CategoryMarginal) and marginal.is_constant and not marginal.nullable:
            raise ConfigError(
                f"no category of it is held by enough subjects to be shown at epsilon {epsilon:.3g}",
                where=f"column '{column.name}'",
                do="drop the column, raise epsilon, or pass a table with more subjects",
            )
    released = [_released(column, marginal) for column, marginal in zip(schema.columns, made, strict=True)]
    return PrivateMarginals(Schema(columns=tuple(released)), tuple(made), budget.spend(epsilon, delta))


@dataclass(frozen=True)
class _Shares:
    """The noise of every query, from its weight.

    Attributes:
        joint_noise: Noise multiplier of all queries together.
        total: Sum of the weights.
        queries: How many there are.
        threshold_delta: Of each query that shows unforeseen values.
    """

    joint_noise: float
    total: float
    queries: int
    thresholds: int
    threshold_delta: float
    rng: np.random.Generator
    any_text: bool

    @classmethod
    def of(cls, schema: Schema, epsilon: float, delta: float, rng: np.random.Generator, any_text: bool) -> _Shares:
        asked = [_queries(column, any_text) for column in schema.columns]
        weights = [weight for queries in asked for weight in queries.values()]
        thresholds = sum(bool(queries) for queries in asked) + (0 if any_text else len(schema.of_kind(Kind.TEXT)))
        if not weights:
            weights = [1.0]
        return cls(
            joint_noise=gaussian_noise(epsilon, (1 - THRESHOLD_SHARE) * delta),
            total=sum(weights),
            queries=len(weights),
            thresholds=thresholds,
            threshold_delta=THRESHOLD_SHARE * delta / max(1, thresholds),
            rng=rng,
            any_text=any_text,
        )

    def noises(self, column: Column) -> dict[str, Noise]:
        return {
            name: Noise(query_noise(self.joint_noise, weight / self.total), self.threshold_delta, self.rng)
            for name, weight in _queries(column, self.any_text).items()
        }

    def spend(self, epsilon: float, delta: float) -> PreprocessingSpend:
        return PreprocessingSpend(
            queries=self.queries,
            steps=GaussianSteps(noise_multiplier=self.joint_noise, sample_rate=1.0, steps=1),
            epsilon=epsilon,
            delta=delta,
            threshold_delta=THRESHOLD_SHARE * delta,
        )


def _queries(column: Column, any_text: bool) -> Mapping[str, float]:
    """The histograms that are asked of a column, and their weights: by its kind alone."""
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL | Kind.DATETIME:
            return QUERIES
        case Kind.TEXT:
            return {"lengths": TEXT_QUERIES["lengths"]} if any_text else TEXT_QUERIES
        case Kind.IDENTIFIER:
            return {} if _is_whole(column) else {"shapes": SHAPE_WEIGHT}
        case _:
            return {"categories": CATEGORY_WEIGHT}


def _learn(values: Values, column: Column, budget: _Shares, rng: np.random.Generator) -> Marginal:
    noises, can_miss = budget.noises(column), _can_miss(column)
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL | Kind.DATETIME:
            return NumberMarginal.learn(values, Scale.of(column, values.data.dtype), noises, can_miss=can_miss)
        case Kind.TEXT:
            return TextMarginal.learn(values, noises["lengths"], noises.get("characters"), rng)
        case Kind.IDENTIFIER:
            return IdentifierMarginal.learn(values, noises.get("shapes"))
        case _:
            known = (False, True) if column.kind is Kind.BOOLEAN else ()
            return CategoryMarginal.learn(values, noises["categories"], can_miss=can_miss, known=known)


def _storage(column: Column) -> str:
    return column.dtype.name.removesuffix("[pyarrow]")


def _is_whole(column: Column) -> bool:
    return column.dtype.element == "int" or _storage(column).lower().startswith(("int", "uint"))


def _can_miss(column: Column) -> bool:
    """Whether the dtype can hold a missing cell: numpy's integers and booleans cannot."""
    name = column.dtype.name
    return not (name.startswith(("int", "uint", "bool")) and name != "boolean") or "pyarrow" in name


def _released(column: Column, marginal: Marginal) -> Column:
    """The column with what the schema had read from cells replaced by what was released."""
    dtype = column.dtype
    if dtype.categories is not None and isinstance(marginal, CategoryMarginal):
        kept = tuple(category for category in dtype.categories if category in set(marginal.categories))
        dtype = dtype.model_copy(update={"categories": kept})
    return column.model_copy(update={"nullable": marginal.nullable, "dtype": dtype})

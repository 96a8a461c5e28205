"""How long numbers remember within groups: pooled autocorrelation beside that of training. Knows no categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.scale import Scale
from tabsynth.evaluator.selection import chosen_places, is_number
from tabsynth.evaluator.steps import Steps
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.trends import orders_rows

MAX_COLUMNS = 50
MAX_LAG = 20
MIN_PAIRS = 20  # pairs of training rows below which a lag says nothing
MIN_SPREAD = 0.05  # standard deviations that a number must vary within groups


@dataclass(frozen=True)
class _Moments:
    """Products of deviations from the group's mean, summed by group.

    Attributes:
        products: Shape (groups, columns, lags), lag 0 first.
        pairs: Pairs of rows that both hold a number. Shape (groups, columns, lags).
    """

    products: NDArray[np.float64]
    pairs: NDArray[np.float64]

    def correlation(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the pooled autocorrelation for each weighting of groups, NaN where nothing varies within groups.

        Shape (weightings, columns, lags).
        """
        products, pairs = (np.tensordot(weights, part, axes=1) for part in (self.products, self.pairs))
        mean = products / np.maximum(pairs, 1e-9)
        variance = mean[:, :, :1]
        found = np.divide(mean, variance, out=np.full_like(mean, np.nan), where=variance > 1e-12)
        return np.asarray(np.clip(found, -1, 1))


class Autocorrelation:
    """Autocorrelation of the numbers of training, for comparing other tables with it.

    Synthetic groups are new, so there is no group of training to set one beside. Deviations from the group's mean are
    pooled over all groups: r_k is the mean product of deviations k rows apart over the mean square.

    Args:
        training: The training table.
        groups: Its groups.
        rng: Source of the columns that take part, of very many.
    """

    def __init__(self, training: Table, groups: Groups, rng: np.random.Generator) -> None:
        places = chosen_places(training, is_number, MAX_COLUMNS, rng)
        # What orders the rows goes on by definition.
        places = [place for place in places if not orders_rows((training, groups), place)]
        self._places = [place for place in places if Scale.fit(training.columns[place]) is not None]
        self._lags = range(min(MAX_LAG, (int(groups.sizes.max()) - 1) // 2) + 1)
        self._num_groups = groups.num_groups
        moments = self._moments(training, groups)
        pairs = moments.pairs.sum(axis=0)
        moving = moments.products.sum(axis=0)[:, :1] > MIN_SPREAD**2 * np.maximum(pairs[:, :1], 1)
        self._used = moving & (pairs >= MIN_PAIRS) & (np.arange(len(self._lags)) > 0)
        self._correlation = np.nan_to_num(moments.correlation(np.ones((1, self._num_groups)))[0])
        self._pairs = pairs

    @property
    def num_columns(self) -> int:
        """Numbers that vary within groups and have pairs of rows to correlate."""
        return int(self._used.any(axis=1).sum()) if self._used.size else 0

    def agreement(self, table: Table, groups: Groups, num_groups: int) -> Agreement:
        """Return how a table agrees with training as a statistic over its groups, drawn `num_groups` at a time."""
        kept = self._used.any(axis=1)
        moments = self._moments(table, groups)
        return Agreement(
            _Moments(moments.products[:, kept], moments.pairs[:, kept]),
            self._correlation[kept],
            np.where(self._used, self._noise(num_groups), np.inf)[kept],
        )

    def _noise(self, num_groups: int) -> NDArray[np.float64]:
        """Variance of the difference of two autocorrelations by chance (Bartlett). Shape (columns, lags).

        Of a table that has as many pairs a group as training: one with hardly any pairs must not be let off.
        """
        earlier = np.cumsum(self._correlation**2, axis=1) - self._correlation**2
        # Lag 0 is part of the sum of squares above.
        bartlett = 1 + 2 * np.maximum(earlier - 1, 0)
        return np.asarray(bartlett / np.maximum(self._pairs, 1) * (1 + self._num_groups / num_groups))

    def _moments(self, table: Table, groups: Groups) -> _Moments:
        size, lags = groups.num_groups, self._lags
        products = np.zeros((size, len(self._places), len(lags)))
        pairs = np.zeros_like(products)
        all_steps = [Steps.of(groups, lag) for lag in lags]
        for column, place in enumerate(self._places):
            # On the table's own scale: only the shape of a series counts here, not where it lies.
            scale = Scale.fit(table.columns[place])
            values = np.zeros(table.num_rows) if scale is None else scale.values(table.columns[place])
            known = np.isfinite(values)
            counts = np.bincount(groups.codes, known, minlength=size)
            means = np.bincount(groups.codes, np.where(known, values, 0.0), minlength=size) / np.maximum(counts, 1)
            deviations = np.where(known, values - means[groups.codes], 0.0)
            for lag, steps in enumerate(all_steps):
                both = known[steps.before] & known[steps.after]
                product = deviations[steps.before] * deviations[steps.after]
                products[:, column, lag] = np.bincount(steps.groups, product, minlength=size)
                pairs[:, column, lag] = np.bincount(steps.groups, both, minlength=size)
        return _Moments(products, pairs)


class Agreement:
    """1 - noise-aware error of the autocorrelation, as NeMo Safe Synthesizer 0.1.16 takes it, mean over columns.

    The error is sqrt(max(0, sum w ((a - b)^2 - noise^2)) / sum w max(|a|, |b|, noise)^2), w = 1 / noise^2, over lags.

    Args:
        moments: Of the table to compare.
        correlation: Of training. Shape (columns, lags).
        noise: Variance of the difference by chance, infinite for lags that are left out. Shape (columns, lags).
    """

    def __init__(self, moments: _Moments, correlation: NDArray[np.float64], noise: NDArray[np.float64]) -> None:
        self._moments, self._correlation, self._noise = moments, correlation, noise

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the agreement for each weighting of the groups, shape (weightings, groups)."""
        other = self._moments.correlation(weights)
        precision = 1 / self._noise
        used = np.isfinite(self._noise)
        noise = np.where(used, self._noise, 0.0)
        beyond = (precision * ((other - self._correlation) ** 2 - noise)).sum(axis=2)
        largest = np.maximum(np.maximum(other**2, self._correlation**2), noise)
        error = np.sqrt(np.maximum(beyond, 0) / np.maximum((precision * largest).sum(axis=2), 1e-12))
        # A number that never varies within groups agrees with nothing that does.
        return np.asarray((1 - np.minimum(np.nan_to_num(error, nan=1.0), 1)).mean(axis=1))

"""How much denser synthetic rows are around a row than other real rows are. Knows no labels and no attack.

The density ratio of DOMIAS (van Breugel et al. 2023): kernel densities of synthetic and of reference rows, on at most
ten principal components so that a kernel can see anything. The reference is all other real rows, so that a row is never
part of its own reference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from sklearn.decomposition import PCA

from tabsynth.evaluator.attacks.space import Points
from tabsynth.evaluator.trees import one_thread

NUM_COMPONENTS = 10
MAX_FEATURES = 600
MAX_PAIRS = 2_000_000  # in memory at a time
MIN_ROWS = 20
LEAST = 1e-9  # share of the largest spread below which a component is rounding


def log_density_ratio(
    real: Points, synthetic: Points, unit: NDArray[np.intp], random_state: int
) -> NDArray[np.float64] | None:
    """Return the log ratio of the two densities at each real row, shape (real rows,).

    Args:
        real: Real rows.
        synthetic: Synthetic rows.
        unit: Unit of each real row; rows of its own unit are no reference. Shape (real rows,).
        random_state: Seed of the principal components.

    Returns:
        None if there are too few rows or they do not differ.
    """
    if min(len(real), len(synthetic)) < MIN_ROWS:
        return None
    features = [_features(points, real) for points in (real, synthetic)]
    count = min(NUM_COMPONENTS, features[0].shape[1], len(real) - 1)
    if count == 0 or not (features[0] != features[0][0]).any():
        return None
    with one_thread():
        model = PCA(count, random_state=random_state).fit(features[0])
        kept = model.explained_variance_ > LEAST * model.explained_variance_[0]
        spread = np.sqrt(model.explained_variance_[kept])
        places = [model.transform(block)[:, kept] / spread for block in features]
    own = _log_density(places[0], places[1], None)
    reference = _log_density(places[0], places[0], unit)
    return own - reference


def _features(points: Points, real: Points) -> NDArray[np.float64]:
    """Numbers as they are, codes as one column for each of the most common codes."""
    width = points.labels.shape[1] + points.halves.shape[1]
    most = max(1, (MAX_FEATURES - points.numbers.shape[1]) // max(1, width))
    blocks = [points.numbers]
    for own, known, weight in ((points.labels, real.labels, 0.5), (points.halves, real.halves, 0.25)):
        for place in range(own.shape[1]):
            codes, counts = np.unique(known[:, place], return_counts=True)
            common = codes[np.argsort(-counts, kind="stable")[:most]]
            blocks.append((own[:, place, None] == common) * weight)
    return np.hstack(blocks)


def _log_density(
    rows: NDArray[np.float64], others: NDArray[np.float64], unit: NDArray[np.intp] | None
) -> NDArray[np.float64]:
    """Log of a Gaussian kernel density with Scott's bandwidth, but for a constant. Shape (rows,)."""
    size, width = others.shape
    bandwidth = size ** (-1 / (width + 4))
    found = np.empty(len(rows))
    step = max(1, MAX_PAIRS // size)
    for start in range(0, len(rows), step):
        block = slice(start, min(start + step, len(rows)))
        logs = cdist(rows[block], others, "sqeuclidean") / (-2 * bandwidth**2)
        counted = np.full(len(logs), size)
        if unit is not None:
            same = unit[block, None] == unit[None, :]
            logs[same] = -np.inf
            counted = size - same.sum(axis=1)
        found[block] = logsumexp(logs, axis=1) - np.log(np.maximum(counted, 1))
    return found

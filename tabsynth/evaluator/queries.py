"""Queries that an analyst would ask: counts and means by two columns. Knows no target and no model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.answers import MIN_EXPECTED, Answer, Errors, Query
from tabsynth.evaluator.bins import Bins
from tabsynth.evaluator.resamples import block_mean, units_of
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.selection import chosen_places, is_no_text
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.table import Table
from tabsynth.seeds import Seeds

MAX_COLUMNS = 100  # beyond this a random sample of the columns is asked about
MAX_PAIRS = 60
NUM_BINS = 5


def query_score(sides: Sides) -> Score:
    """Score `query_error`: the mean relative error of counts and means by two columns, 0 (none) to 1.

    Numbers are cut into five quantile bins to group by them. The error of a count is relative to the count in training,
    that of a mean to the standard deviation of the column, as dates and differences have no zero to be relative to. An
    error above 1 counts as 1, and so does a mean that is not there. All tables are compared with training in blocks as
    large as the holdout, since errors depend on the number of rows.
    """
    training, seeds = sides.training.table, sides.seeds
    units = [units_of(side.groups, side.table.num_rows) for side in (sides.training, sides.synthetic, sides.holdout)]
    sizes = [int(codes.max()) + 1 for codes in units]
    queries = _queries(training, seeds)
    for size in (min(sizes), min(sizes[:2])):  # a holdout too small to fill any group is left out
        read = [Answer.read(query, training, size * training.num_rows / sizes[0]) for query in queries]
        answers = [answer for answer in read if len(answer.groups)]
        if answers:
            break
    else:
        return Score(value=None, note=f"needs groups of {MIN_EXPECTED} rows by two columns in every table")

    tables = (sides.synthetic.table, sides.holdout.table, training.shuffled(seeds.stream("evaluator/floor/queries")))
    (value, low, high), (reference, *_), (floor, *_) = (
        block_mean(Errors(answers, table, codes), rows, size, seeds.stream("evaluator/queries/bootstrap"))
        if rows >= size
        else (None, None, None)
        for table, codes, rows in zip(
            tables, (units[1], units[2], units[0]), (sizes[1], sizes[2], sizes[0]), strict=True
        )
    )
    unit, asked = "rows" if sides.synthetic.groups is None else "groups", sum(len(answer.groups) for answer in answers)
    note = (
        f"0 (no error) to 1; counts and means of {asked:,} groups by {len(answers)} pairs of columns against training; "
        f"in blocks of {size:,} {unit}"
    )
    return Score(value=value, low=low, high=high, reference=reference, floor=floor, n=len(units[1]), note=note)


def _queries(training: Table, seeds: Seeds) -> list[Query]:
    """Choose the pairs that depend on each other most in training, and a number for each, in the order of names."""
    rng, columns = seeds.stream("evaluator/queries"), training.columns
    places = chosen_places(training, is_no_text, MAX_COLUMNS, rng)
    bins = {place: Bins.fit(columns[place], NUM_BINS) for place in places}
    places = [place for place in places if bins[place].num_bins > 1]
    codes = {place: bins[place].codes(columns[place]) for place in places}
    sizes = {place: bins[place].num_codes for place in places}
    pairs = [(a, b) for k, a in enumerate(places) for b in places[k + 1 :]]
    dependence = [_dependence((codes[a], codes[b]), (sizes[a], sizes[b])) for a, b in pairs]
    queries = []
    for k in np.argsort(-np.array(dependence), kind="stable")[:MAX_PAIRS].tolist():
        a, b = pairs[k]
        rest = [place for place in places if columns[place].numbers is not None and place not in (a, b)]
        number = rest[int(rng.integers(len(rest)))] if rest else None
        queries.append(Query(((a, bins[a]), (b, bins[b])), number))
    return queries


def _dependence(codes: tuple[NDArray[np.intp], NDArray[np.intp]], sizes: tuple[int, int]) -> float:
    """Return the total variation between the joint distribution of two columns and that of independent ones."""
    joint = np.bincount(codes[0] * sizes[1] + codes[1], minlength=sizes[0] * sizes[1]).reshape(sizes) / len(codes[0])
    # Rounded: sums over columns in another order may differ in the last digit, and ties must stay ties.
    return round(float(np.abs(joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))).sum()) / 2, 12)

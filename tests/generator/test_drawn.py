"""Rows as they were drawn, with what they cost."""

from tabsynth.generator.drawn import Drawn
from tabsynth.generator.tally import Tally


def test_single_records_are_gathered_and_counted() -> None:
    tally = Tally(requests=3)
    drawn = Drawn.of([[2, 6], [3, 4, 7]], [{1: "x", 0: None}, {1: "y", 0: 5}], tally)
    assert [record.tolist() for record in drawn.records] == [[2, 6], [3, 4, 7]]
    assert drawn.cells == {1: ["x", "y"], 0: [None, 5]}
    assert drawn.tally is tally
    assert (tally.rows, tally.delivered_tokens, tally.requests) == (2, 5, 3)


def test_without_rules_no_cells_are_settled() -> None:
    assert Drawn.of([[2, 6]], [{}], Tally()).cells == {}


def test_there_may_be_none() -> None:
    drawn = Drawn.of([], [], Tally())
    assert (len(drawn.records), drawn.cells, drawn.tally.rows, drawn.tally.delivered_tokens) == (0, {}, 0, 0)

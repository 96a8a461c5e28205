"""The error tree and its messages."""

import inspect

import pytest

from tabsynth import errors
from tabsynth.errors import GenerationError, SchemaError, TabsynthError, did_you_mean

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_of_ours_is_a_tabsynth_error(error: type) -> None:
    assert issubclass(error, TabsynthError)


@pytest.mark.parametrize("error", [each for each in CLASSES if each is not TabsynthError])
def test_the_drawn_tree_shows_every_error(error: type) -> None:
    assert f"── {error.__name__} " in (errors.__doc__ or "")


def test_a_message_says_where_what_and_what_to_do() -> None:
    error = SchemaError("3 of 1,204 rows are no integers", where="column 'visits'", do="declare it decimal")
    assert str(error) == "column 'visits': 3 of 1,204 rows are no integers. Declare it decimal."
    assert (error.message, error.where, error.do) == (
        "3 of 1,204 rows are no integers",
        "column 'visits'",
        "declare it decimal",
    )


def test_a_message_stands_alone_without_place_and_advice() -> None:
    assert str(TabsynthError("the table has no rows")) == "the table has no rows"


def test_the_advice_keeps_the_case_of_names_in_it() -> None:
    assert str(TabsynthError("found none", do="set TABSYNTH_CACHE")) == "found none. Set TABSYNTH_CACHE."


def test_a_generation_error_carries_its_counts() -> None:
    error = GenerationError("7 of 10 rows", num_valid=7, num_requested=10, reasons={"duplicate": 3})
    assert (error.num_valid, error.num_requested, error.reasons, error.saved_to) == (7, 10, {"duplicate": 3}, None)


def test_a_generation_error_keeps_its_counts_when_the_caller_changes_theirs() -> None:
    reasons = {"duplicate": 3}
    error = GenerationError("7 of 10 rows", reasons=reasons)
    reasons["duplicate"] = 0
    assert error.reasons == {"duplicate": 3}


def test_a_typing_error_is_answered_with_the_nearest_name() -> None:
    assert did_you_mean("temprature", ["temperature", "top_p"]) == "did you mean 'temperature'"


def test_a_name_that_is_near_none_is_answered_with_all_of_them_in_order() -> None:
    assert did_you_mean("zzz", ["top_p", "epsilon"]) == "known names are epsilon, top_p"

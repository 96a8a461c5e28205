"""The contract's values."""

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, Request, Sampling, check_requests


@pytest.mark.parametrize(
    ("value", "name"),
    [(Request("a", (1,), 2), "max_tokens"), (Delta("a", (1,), None), "tokens"), (Sampling(1, 1, ()), "temperature")],
)
def test_what_goes_in_and_out_is_frozen(value: object, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, name, 3)


def test_prompt_and_completion_must_fit_into_the_context() -> None:
    check_requests([Request("a", (1,) * 5, 3), Request("b", (1,), 7)], 8, can_constrain=False)
    with pytest.raises(EngineError, match="a prompt of 5 and 4 new tokens exceed the context of 8"):
        check_requests([Request("a", (1,), 1), Request("b", (1,) * 5, 4)], 8, can_constrain=False)


@pytest.mark.parametrize("request_", [Request("a", (), 3), Request("a", (1,), 0)])
def test_there_must_be_something_to_decode(request_: Request) -> None:
    with pytest.raises(EngineError, match="nothing to decode"):
        check_requests([request_], 8, can_constrain=False)


def test_a_grammar_is_refused_where_it_cannot_be_followed() -> None:
    constrained = Request("a", (1,), 2, "root ::= [a-z]")
    check_requests([constrained], 8, can_constrain=True)
    with pytest.raises(EngineError, match="cannot follow a grammar"):
        check_requests([constrained], 8, can_constrain=False)


def test_open_requests_have_names_of_their_own() -> None:
    pair = [Request("a", (1,), 2), Request("b", (1,), 2)]
    check_requests(pair, 8, {"c"}, {"d"}, can_constrain=False)
    for requests, open_ids in (([pair[0], pair[0]], ()), (pair, ({"c"}, {"b"}))):
        with pytest.raises(EngineError, match="same id"):
            check_requests(requests, 8, *open_ids, can_constrain=False)

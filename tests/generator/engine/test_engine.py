"""The contract's values."""

import dataclasses

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, Request, Sampling, check_context


@pytest.mark.parametrize(
    ("value", "name"),
    [(Request("a", (1,), 2), "max_tokens"), (Delta("a", (1,), None), "tokens"), (Sampling(1, 1, ()), "temperature")],
)
def test_what_goes_in_and_out_is_frozen(value: object, name: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, 3)


def test_prompt_and_completion_must_fit_into_the_context() -> None:
    check_context([Request("a", (1,) * 5, 3), Request("b", (1,), 7)], 8)
    with pytest.raises(EngineError, match="a prompt of 5 and 4 new tokens exceed the context of 8"):
        check_context([Request("a", (1,), 1), Request("b", (1,) * 5, 4)], 8)

"""Numbers that no accountant could vouch for are refused."""

import math
from collections.abc import Callable

import pytest

from tabsynth.errors import ConfigError
from tabsynth.trainer.private.settings import PrivateTraining

Promised = Callable[..., PrivateTraining]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noise_multiplier", -0.1),
        ("noise_multiplier", math.nan),
        ("noise_multiplier", math.inf),
        ("sampling_rate", 0.0),
        ("sampling_rate", 1.01),
        ("steps", 0),
        ("max_grad_norm", 0.0),
        ("max_grad_norm", math.inf),
        ("learning_rate", -1.0),
        ("physical_batch", 0),
    ],
)
def test_a_number_out_of_its_bounds_is_an_error_that_names_it(promised: Promised, name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=name):
        promised(**{name: value})


def test_the_expected_batch_is_the_rate_times_the_subjects(promised: Promised) -> None:
    assert promised(sampling_rate=0.25).expected_batch(200) == 50.0


def test_all_numbers_are_facts(promised: Promised) -> None:
    assert promised(steps=7).facts == {
        "noise_multiplier": 1.0,
        "sampling_rate": 0.2,
        "steps": 7,
        "learning_rate": 4e-3,
        "max_grad_norm": 1.0,
        "physical_batch": 16,
    }

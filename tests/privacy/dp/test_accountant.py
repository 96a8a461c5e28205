import json

import pytest

from tabsynth.artifact.ledger import GaussianSteps
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.accountant import Accountant, Epsilon, epsilon_of


def test_prv_agrees_with_opacus_and_lies_below_rdp() -> None:
    from opacus.accountants import PRVAccountant

    theirs = PRVAccountant()
    theirs.history = [(1.0, 0.01, 1_000)]
    ours = epsilon_of([GaussianSteps(noise_multiplier=1.0, sample_rate=0.01, steps=1_000)], 1e-5)
    assert ours.prv == pytest.approx(theirs.get_epsilon(1e-5), rel=0.02)
    assert ours.prv is not None and ours.prv <= ours.rdp
    assert ours.value == ours.prv


def test_the_lower_of_two_valid_bounds_counts() -> None:
    assert Epsilon(prv=2.0, rdp=1.5).value == 1.5
    assert Epsilon(prv=None, rdp=1.5).value == 1.5


def test_equal_steps_are_one_run_and_every_step_counts() -> None:
    accountant = Accountant()
    for _ in range(3):
        accountant.step(noise_multiplier=1.0, sample_rate=0.1)
    accountant.step(noise_multiplier=2.0, sample_rate=0.1)
    accountant.step(noise_multiplier=2.0, sample_rate=0.1, steps=4)
    accountant.step(noise_multiplier=2.0, sample_rate=0.1, steps=0)
    assert [part.steps for part in accountant.history] == [3, 5]
    assert accountant.steps == 8


def test_an_interrupted_run_costs_what_a_whole_one_does() -> None:
    whole, before = Accountant(), Accountant()
    whole.step(noise_multiplier=1.1, sample_rate=0.02, steps=50)
    before.step(noise_multiplier=1.1, sample_rate=0.02, steps=20)
    after = Accountant.from_state(json.loads(json.dumps(before.state())))
    for _ in range(30):
        after.step(noise_multiplier=1.1, sample_rate=0.02)
    assert after.history == whole.history
    assert after.epsilon(1e-5) == whole.epsilon(1e-5)


def test_nothing_done_costs_nothing() -> None:
    assert Accountant().epsilon(1e-5).value == 0.0


@pytest.mark.parametrize(("noise", "rate"), [(0.0, 0.1), (-1.0, 0.1), (1.0, 0.0), (1.0, 1.5), (float("inf"), 0.1)])
def test_a_step_that_protects_nothing_is_refused(noise: float, rate: float) -> None:
    with pytest.raises(ConfigError):
        Accountant().step(noise_multiplier=noise, sample_rate=rate)


def test_a_delta_of_one_is_refused() -> None:
    with pytest.raises(ConfigError):
        Accountant().epsilon(1.0)

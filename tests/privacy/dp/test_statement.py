from typing import Any

import pytest

from tabsynth.artifact.ledger import GaussianSteps, Ledger, PreprocessingSpend
from tabsynth.errors import PrivacyError
from tabsynth.privacy.dp.accountant import epsilon_of
from tabsynth.privacy.dp.gaussian import gaussian_noise
from tabsynth.privacy.dp.statement import write_ledger

HISTORY = [GaussianSteps(noise_multiplier=1.0, sample_rate=0.02, steps=100)]
FIRST = PreprocessingSpend(
    queries=3,
    steps=GaussianSteps(noise_multiplier=gaussian_noise(0.4, 5e-7), sample_rate=1.0, steps=1),
    epsilon=0.4,
    delta=1e-6,
    threshold_delta=5e-7,
)
SETTINGS: dict[str, Any] = {
    "delta": 1e-5,
    "subjects": 5_000,
    "group": None,
    "clipping_norm": 1.0,
    "expected_batch": 100,
}


def test_all_parts_together_cost_less_than_their_sum_and_more_than_training() -> None:
    ledger: Ledger = write_ledger(HISTORY, FIRST, target_epsilon=3.0, **SETTINGS)
    assert ledger.total.basic == pytest.approx(0.4 + ledger.training.epsilon)
    assert ledger.training.epsilon < ledger.total.epsilon < ledger.total.basic
    assert ledger.training.delta == pytest.approx(9e-6)
    # The threshold's share is taken off delta before the Gaussian steps are composed.
    assert ledger.total.epsilon == epsilon_of([FIRST.steps, *HISTORY], 1e-5 - 5e-7).value


def test_without_preprocessing_the_total_is_the_training() -> None:
    ledger = write_ledger(HISTORY, None, target_epsilon=3.0, **SETTINGS)
    assert ledger.total.epsilon == ledger.total.basic == ledger.training.epsilon


def test_a_broken_promise_is_an_error() -> None:
    with pytest.raises(PrivacyError, match="were promised"):
        write_ledger(HISTORY, None, target_epsilon=0.5, **SETTINGS)


def test_the_group_is_the_unit() -> None:
    ledger = write_ledger(HISTORY, None, target_epsilon=3.0, **(SETTINGS | {"group": "customer"}))
    assert (ledger.unit.kind, ledger.unit.column) == ("group", "customer")

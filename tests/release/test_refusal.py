"""The error of a shut gate."""

from __future__ import annotations

from tabsynth import TabsynthError
from tabsynth.evaluator.result import PrivacyVerdict
from tabsynth.release.refusal import ReleaseError


def test_it_is_one_of_ours_and_carries_the_verdict() -> None:
    privacy = PrivacyVerdict(light="red", decided_by="exact_copies", p_value=1e-9, reason="Copies.")
    error = ReleaseError("the light is red", privacy=privacy, where="release", do="protect values")
    assert isinstance(error, TabsynthError)
    assert error.privacy == privacy
    assert str(error) == "release: the light is red. Protect values."

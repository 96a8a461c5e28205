"""Bars of transformers are hidden for a while, not for good."""

import pytest
from transformers.utils import logging

from tabsynth.models.silence import no_weight_bars


def test_bars_are_hidden_inside_and_shown_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    logging.enable_progress_bar()
    with no_weight_bars():
        list(logging.tqdm([1], desc="hidden"))
    list(logging.tqdm([1], desc="shown"))
    printed = capfd.readouterr().err
    assert "hidden" not in printed
    assert "shown" in printed


def test_bars_that_were_off_stay_off() -> None:
    logging.disable_progress_bar()
    try:
        with no_weight_bars():
            pass
        assert not logging.is_progress_bar_enabled()
    finally:
        logging.enable_progress_bar()

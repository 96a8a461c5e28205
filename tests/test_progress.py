"""Progress in terminals, in logs and not at all."""

import io
import logging
import sys

import pytest

from tabsynth import progress
from tabsynth.progress import Bars, LogLines, LogTask, Silent, default_progress


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "tabsynth"]


def test_log_lines_tell_of_start_and_finish(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "tabsynth"), LogLines().task("training", total=10) as task:
        task.update(5)
    assert messages(caplog) == ["training started", "training finished"]


def test_a_log_line_says_share_time_left_and_note(caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    task = LogTask("training", total=10)
    clock.now += 20
    with caplog.at_level(logging.INFO, "tabsynth"):
        task.update(2.5, "loss 1.20")
    # A quarter took 20 s, so three quarters take 60 s.
    assert messages(caplog) == ["training 25%, 60 s left, loss 1.20"]


def test_log_lines_keep_their_distance(caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    task = LogTask("training", total=100)
    with caplog.at_level(logging.INFO, "tabsynth"):
        for done in range(30):
            clock.now += 1
            task.update(done + 1)
    assert len(messages(caplog)) == 3


def test_a_stage_without_a_known_end_promises_none(caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    task = LogTask("generation", total=None)
    clock.now += 20
    with caplog.at_level(logging.INFO, "tabsynth"):
        task.update(7, "7 rows")
    assert messages(caplog) == ["generation, 7 rows"]


def test_more_done_than_planned_is_all_of_it(caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    task = LogTask("training", total=10)
    clock.now += 20
    with caplog.at_level(logging.INFO, "tabsynth"):
        task.update(12)
    assert messages(caplog) == ["training 100%, 0 s left"]


def test_silence_is_silent(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG), Silent().task("training", total=1) as task:
        task.update(1, "loss 0.10")
    assert (messages(caplog), tuple(capsys.readouterr())) == ([], ("", ""))


def test_bars_go_to_standard_error_so_that_piped_output_stays_clean(capsys: pytest.CaptureFixture[str]) -> None:
    with Bars().task("training", total=4) as task:
        task.update(4, "loss 0.10")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "training" in printed.err and "100%" in printed.err and "loss 0.10" in printed.err


def test_an_error_inside_a_stage_comes_out(caplog: pytest.LogCaptureFixture) -> None:
    for kind in (Silent(), LogLines(), Bars()):
        with pytest.raises(ValueError, match="inside"), kind.task("training", total=1):
            raise ValueError("inside")


def test_the_default_is_silent_bars_or_log_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # nobody watches
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert isinstance(default_progress(False), Silent)
    assert isinstance(default_progress(True), Bars)
    assert isinstance(default_progress(None), LogLines)

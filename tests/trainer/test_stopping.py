"""The clock and the best weights."""

import time
from pathlib import Path

import pytest
import torch

from tabsynth.trainer.stopping import FINAL_RATE, BestWeights, Clock


def layer(value: float) -> torch.nn.Linear:
    module = torch.nn.Linear(2, 1)
    put(module, value)
    module.bias.requires_grad_(False)
    return module


def put(module: torch.nn.Linear, value: float) -> None:
    with torch.no_grad():
        module.weight.fill_(value)
        module.bias.fill_(value)


def test_steps_count_the_share() -> None:
    clock = Clock(200, None)
    assert [clock.share(step) for step in (0, 50, 200, 300)] == [0, 0.25, 1, 1]


def test_time_counts_where_it_is_further() -> None:
    clock = Clock(200, 1_000.0, started=time.monotonic() - 500)
    assert clock.share(0) == pytest.approx(0.5, abs=0.01)
    assert clock.share(150) == 0.75
    assert Clock(200, 1_000.0, started=time.monotonic() - 2_000).share(0) == 1


def test_the_time_of_interrupted_runs_counts() -> None:
    clock = Clock(200, 1_000.0, before=300.0, started=time.monotonic() - 200)
    assert clock.seconds == pytest.approx(500, abs=1)
    assert clock.share(0) == pytest.approx(0.5, abs=0.01)


def test_the_rate_rises_and_then_falls_to_its_end() -> None:
    clock = Clock(1_000, None)
    rates = [clock.rate(step) for step in range(1_001)]
    top = rates.index(max(rates))
    assert 0 < rates[0] < 0.1
    assert max(rates) == pytest.approx(1, abs=0.02)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] == pytest.approx(FINAL_RATE)


def test_a_drop_lowers_the_rate_and_brings_the_end_forward() -> None:
    clock = Clock(1_000, None)
    before = clock.rate(200)
    assert not clock.has_dropped
    clock.drop(200)
    assert clock.has_dropped
    assert clock.rate(200) < before
    assert clock.share(200) < clock.end < 1
    last = round(1_000 * clock.end)
    falling = [clock.rate(step) for step in range(200, last + 1)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0.05


def test_a_late_drop_ends_no_later_than_planned() -> None:
    clock = Clock(1_000, None)
    clock.drop(900)
    assert clock.end == 1


def test_the_best_weights_are_kept_and_put_back() -> None:
    best, model = BestWeights(), layer(1)
    best.offer(3.0, model)
    put(model, 2)
    best.offer(2.0, model)
    put(model, 9)
    best.offer(2.5, model)
    best.restore(model)
    assert best.loss == 2.0
    assert model.weight.tolist() == [[2, 2]]
    assert model.bias.tolist() == [9]  # frozen weights are not kept


def test_patience_ends_after_so_many_looks_without_a_better_loss() -> None:
    best, model = BestWeights(patience=3), layer(1)
    losses = [5.0, 4.0, 4.5, 4.2, 3.9, 4.0, 3.9, 4.1]
    assert [best.offer(loss, model) for loss in losses] == [True] * 7 + [False]


def test_waiting_again_counts_anew() -> None:
    best, model = BestWeights(patience=2), layer(1)
    assert [best.offer(loss, model) for loss in (1.0, 2.0, 2.0)] == [True, True, False]
    best.wait_again()
    assert [best.offer(loss, model) for loss in (2.0, 2.0)] == [True, False]


def test_no_number_is_no_better_loss() -> None:
    best, model = BestWeights(patience=2), layer(1)
    best.offer(1.0, model)
    put(model, float("nan"))
    assert best.offer(float("nan"), model)
    assert not best.offer(float("nan"), model)
    best.restore(model)
    assert model.weight.tolist() == [[1, 1]]


def test_the_best_weights_survive_a_file(tmp_path: Path) -> None:
    best, model = BestWeights(), layer(7)
    best.offer(0.5, model)
    best.save(tmp_path / "best.safetensors")
    again = BestWeights()
    again.load(tmp_path / "best.safetensors", 0.5)
    put(model, 0)
    again.restore(model)
    assert (again.loss, model.weight.tolist()) == (0.5, [[7, 7]])


def test_where_nothing_was_kept_nothing_is_written_or_read(tmp_path: Path) -> None:
    best, model = BestWeights(), layer(7)
    best.save(tmp_path / "best.safetensors")
    assert list(tmp_path.iterdir()) == []
    best.load(tmp_path / "best.safetensors", None)
    best.restore(model)
    assert (best.loss, model.weight.tolist()) == (None, [[7, 7]])

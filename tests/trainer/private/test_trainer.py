"""Private training of a tiny table for real, within seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.table import TableCodec
from tabsynth.errors import ConfigError, TrainingError
from tabsynth.progress import Silent
from tabsynth.seeds import Seeds
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.private import trainer as module
from tabsynth.trainer.private.batches import physical_batches
from tabsynth.trainer.private.settings import PrivateTraining
from tabsynth.trainer.private.trainer import PrivateTrainer

MakeAssembler = Callable[[int, int], Assembler]
MakeModel = Callable[[], Any]
Promised = Callable[..., PrivateTraining]


class Interrupted(Exception):
    """What the progress raises in the middle of a training."""


class Watched:
    """A progress that keeps what it was told, and breaks off at its `at`-th report."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.done, self.notes = at, [], set()  # type: ignore[var-annotated]

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Any]:
        yield self

    def update(self, done: float, info: str = "") -> None:
        self.done.append(done)
        self.notes.add(info)
        if len(self.done) == self.at:
            raise Interrupted


@pytest.fixture
def trainer(codec: TableCodec, planned: Callable[..., Plan]) -> Callable[..., PrivateTrainer]:
    """Make a trainer with a fixed seed; settings by name."""

    def make(privacy: PrivateTraining, entropy: int | None = 1, checkpoints: Path | None = None) -> PrivateTrainer:
        return PrivateTrainer(
            planned(),
            codec.vocabulary,
            folded=True,
            privacy=privacy,
            seeds=Seeds(0),
            checkpoints=checkpoints,
            entropy=entropy,
        )

    return make


def weights_of(model: Any) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in model.parameters() if weight.requires_grad])


def loss_of(model: Any, assembler: Assembler, codec: TableCodec) -> float:
    loss, count = LegalLoss(codec.vocabulary, folded=True, device="cpu"), len(assembler.records)
    with torch.inference_mode():
        batches = physical_batches(assembler, np.arange(count), 50, "cpu")
        return sum(float(loss(model.eval(), batch)) for batch in batches) / count


def test_the_loss_falls_under_noise(
    trainer: Callable[..., PrivateTrainer],
    tuned: MakeModel,
    assembled: MakeAssembler,
    codec: TableCodec,
    promised: Promised,
) -> None:
    model, held = tuned(), assembled(100, 1)
    before = loss_of(model, held, codec)
    trainer(promised(steps=60, sampling_rate=0.5, noise_multiplier=0.5)).train(model, assembled(200, 0), None, Silent())
    assert loss_of(model, held, codec) < before - 0.5


@pytest.mark.parametrize(("steps", "rate"), [(5, 0.3), (1, 1.0), (9, 1e-6)])
def test_exactly_the_steps_that_were_paid_for_are_made(
    trainer: Callable[..., PrivateTrainer],
    tuned: MakeModel,
    assembled: MakeAssembler,
    promised: Promised,
    steps: int,
    rate: float,
) -> None:
    progress: Any = Watched()
    summary = trainer(promised(steps=steps, sampling_rate=rate)).train(tuned(), assembled(50, 0), None, progress)
    assert (summary.steps, summary.stopped_by) == (steps, "epochs")
    assert summary.epochs == pytest.approx(steps * rate, abs=1e-3)
    assert progress.done == pytest.approx([step / steps for step in range(1, steps + 1)])


def test_nothing_that_no_noise_protects_is_told(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    progress: Any = Watched()
    summaries = [
        trainer(promised(), entropy).train(tuned(), assembled(50, rows), None, progress)
        for rows, entropy in ((0, 1), (1, 2))
    ]
    assert progress.notes == {""}
    first, second = (summary.model_dump(exclude={"seconds"}) for summary in summaries)
    assert first == second  # other rows, other draws: the same summary
    assert first["curve"] == () and first["best_holdout_loss"] is None


def test_a_step_in_which_nobody_is_drawn_still_adds_noise(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    model = tuned()
    before = weights_of(model)
    trainer(promised(steps=1, sampling_rate=1e-9)).train(model, assembled(50, 0), None, Silent())
    assert float((weights_of(model) - before).abs().min()) > 0


def test_without_a_fixed_seed_two_trainings_differ(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    found = []
    for entropy in (None, None, 1, 1):
        model = tuned()
        trainer(promised(steps=2), entropy).train(model, assembled(50, 0), None, Silent())
        found.append(weights_of(model))
    assert not torch.equal(found[0], found[1])
    assert torch.equal(found[2], found[3])


def test_the_schedule_of_seeds_and_rows_is_apart_from_the_clock(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    # Adam moves a weight by about its rate in its first step, whatever the gradient: slow steps must not change it.
    class Slow(Watched):
        def update(self, done: float, info: str = "") -> None:
            time.sleep(0.02)

    slow: Any = Slow()
    found = []
    for progress in (Silent(), slow):
        model = tuned()
        trainer(promised(steps=4)).train(model, assembled(50, 0), None, progress)
        found.append(weights_of(model))
    assert torch.equal(found[0], found[1])


def test_changing_all_records_of_a_subject_moves_one_step_by_at_most_the_bound(
    trainer: Callable[..., PrivateTrainer],
    tuned: MakeModel,
    assembled: MakeAssembler,
    codec: TableCodec,
    promised: Promised,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sums: list[torch.Tensor] = []
    noisy = module.noisy_adam

    def watched(weights: Any, *others: Any) -> Any:
        optimizer = noisy(weights, *others)
        accumulate = optimizer.accumulate

        def note() -> None:
            accumulate()
            sums.append(torch.cat([weight.summed_grad.flatten() for weight in weights]))

        optimizer.accumulate = note
        return optimizer

    monkeypatch.setattr(module, "noisy_adam", watched)
    subjects = np.arange(60) // 6
    table = assembled(60, 0)
    other = assembled(60, 0)
    other.records.ids.reshape(60, -1)[subjects == 3] = assembled(60, 9).records.ids.reshape(60, -1)[:6]
    bound, privacy = 0.5, promised(steps=1, sampling_rate=1.0, max_grad_norm=0.5)
    for assembler in (table, other):
        trainer(privacy).train(tuned(), assembler, subjects, Silent())
    moved = float((sums[0] - sums[1]).norm())
    assert 0 < moved <= 2 * bound  # one subject taken out, another put in
    assert float(sums[0].norm()) <= 10 * bound  # ten subjects, not sixty records


def test_an_interrupted_training_makes_the_steps_that_are_left(
    trainer: Callable[..., PrivateTrainer],
    tuned: MakeModel,
    assembled: MakeAssembler,
    promised: Promised,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)
    whole = tuned()
    trainer(promised()).train(whole, assembled(50, 0), None, Silent())
    broken: Any = Watched(at=4)
    with pytest.raises(Interrupted):
        trainer(promised(), checkpoints=tmp_path).train(tuned(), assembled(50, 0), None, broken)
    rest: Any = Watched()
    model = tuned()
    summary = trainer(promised(), checkpoints=tmp_path).train(model, assembled(50, 0), None, rest)
    assert summary.steps == 6
    assert rest.done == pytest.approx([5 / 6, 1.0])
    # Weights, moments and learning rate are those of a training that nobody broke off.
    assert torch.allclose(weights_of(model), weights_of(whole), atol=1e-6)


def test_steps_of_another_promise_are_made_again(
    trainer: Callable[..., PrivateTrainer],
    tuned: MakeModel,
    assembled: MakeAssembler,
    promised: Promised,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)
    broken: Any = Watched(at=4)
    with pytest.raises(Interrupted):
        trainer(promised(), checkpoints=tmp_path).train(tuned(), assembled(50, 0), None, broken)
    again: Any = Watched()
    trainer(promised(noise_multiplier=3.0), checkpoints=tmp_path).train(tuned(), assembled(50, 0), None, again)
    assert len(again.done) == 6


def test_examples_of_several_records_are_refused(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    assembler = assembled(50, 0)
    assembler.records_per_example = 4
    with pytest.raises(ConfigError, match="mix several subjects"):
        trainer(promised()).train(tuned(), assembler, None, Silent())


def test_weights_that_are_no_numbers_are_an_error(
    trainer: Callable[..., PrivateTrainer], tuned: MakeModel, assembled: MakeAssembler, promised: Promised
) -> None:
    model = tuned()
    with torch.no_grad():
        next(weight for weight in model.parameters() if weight.requires_grad).fill_(float("nan"))
    with pytest.raises(TrainingError, match="no numbers any more"):
        trainer(promised(steps=1)).train(model, assembled(50, 0), None, Silent())

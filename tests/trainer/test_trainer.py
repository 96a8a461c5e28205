"""Training a tiny table for real, within seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from tabsynth.artifact.metadata import LoraSettings
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.table import TableCodec
from tabsynth.errors import TrainingError
from tabsynth.models.adapter import attach_adapter
from tabsynth.models.mini import build_mini
from tabsynth.progress import Progress, Silent
from tabsynth.seeds import Seeds
from tabsynth.trainer import trainer as module
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.trainer import LoraTrainer

MakeAssembler = Callable[[int, int], Assembler]
MakePlan = Callable[..., Plan]
STEPS_AN_EPOCH = 10  # 200 rows, 20 a batch


class Interrupted(Exception):
    """What the progress raises in the middle of a training."""


class Stopping:
    """A progress that breaks training off at its `at`-th report."""

    def __init__(self, at: int) -> None:
        self.left = at

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Any]:
        yield self

    def update(self, done: float, info: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            raise Interrupted


class Watched(Stopping):
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(0)
        self.done: list[float] = []

    def update(self, done: float, info: str = "") -> None:
        self.done.append(done)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def model(codec: TableCodec) -> Callable[[], Any]:
    """Make the same model with a fresh adapter."""

    def make() -> Any:
        torch.manual_seed(0)
        return attach_adapter(build_mini(codec, 32, 1, seed=0), LoraSettings(rank=4, alpha=4.0), None)

    return make


@pytest.fixture
def trainer(codec: TableCodec, planned: MakePlan, tmp_path: Path) -> Callable[..., LoraTrainer]:
    """Make a trainer; settings by name."""

    def make(**options: Any) -> LoraTrainer:
        return LoraTrainer(
            planned(**options),
            codec.vocabulary,
            folded=True,
            seeds=Seeds(0),
            checkpoints=tmp_path / "checkpoints",
            runs=codec.neighbour_runs(),
        )

    return make


def loss_of(model: Any, assembler: Assembler, codec: TableCodec) -> float:
    """Mean loss of a record in nats, counted apart from the trainer."""
    data, loss = BatchDataset(assembler, 50, Seeds(1)), LegalLoss(codec.vocabulary, folded=True, device="cpu")
    model.eval()
    with torch.inference_mode():
        return sum(float(loss(model, data[at])) for at in range(len(data))) / data.num_records


def test_the_loss_falls_and_the_curve_tells(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler, codec: TableCodec
) -> None:
    tuned, held = model(), assembled(100, 1)
    before = loss_of(tuned, held, codec)
    summary = trainer(max_epochs=12.0).train(tuned, assembled(200, 0), held, Silent())
    after = loss_of(tuned, held, codec)
    assert after < before - 1
    assert summary.best_holdout_loss == pytest.approx(after, abs=0.01)
    curve = [point.holdout_loss for point in summary.curve]
    assert summary.best_holdout_loss == min(loss for loss in curve if loss is not None)
    assert [point.step for point in summary.curve] == sorted({point.step for point in summary.curve})
    training = [point.training_loss for point in summary.curve if point.training_loss is not None]
    assert training[-1] < training[0]
    assert summary.tokens > 0 and summary.seconds > 0


@pytest.mark.parametrize(("epochs", "steps"), [(2.0, 20), (0.5, 5), (0.01, 1)])
def test_training_ends_after_its_epochs(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler, epochs: float, steps: int
) -> None:
    summary = trainer(max_epochs=epochs).train(model(), assembled(200, 0), None, Silent())
    assert (summary.steps, summary.epochs, summary.stopped_by) == (steps, steps / STEPS_AN_EPOCH, "epochs")
    assert summary.best_holdout_loss is None


def test_only_the_adapter_and_the_vocabulary_are_trained(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler
) -> None:
    tuned = model()
    before = {name: weight.detach().clone() for name, weight in tuned.named_parameters()}
    trainer(max_epochs=1.0).train(tuned, assembled(200, 0), None, Silent())
    changed = {name for name, weight in tuned.named_parameters() if not torch.equal(weight, before[name])}
    assert changed
    assert all("lora_" in name or "modules_to_save" in name for name in changed)


def test_a_holdout_that_gets_worse_ends_training_early_with_the_best_weights(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler, codec: TableCodec
) -> None:
    # The holdout has the columns in an order that training never shows: the better the one, the worse the other.
    tuned, held = model(), assembled(60, 1)
    wrong = held.records.ids.reshape(60, -1)
    start = int(codec.vocabulary.first[1])
    wrong[:, 1] = start + (wrong[:, 1] - start + 1) % 4
    summary = trainer(max_epochs=60.0).train(tuned, assembled(200, 0), held, Silent())
    assert summary.stopped_by == "early_stop"
    assert summary.steps < 600
    assert loss_of(tuned, held, codec) == pytest.approx(summary.best_holdout_loss, abs=0.01)


def test_the_same_seeds_train_the_same_weights(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler
) -> None:
    first, again = model(), model()
    for tuned in (first, again):
        trainer(max_epochs=2.0).train(tuned, assembled(200, 0), assembled(50, 1), Silent())
    states = first.state_dict(), again.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_an_interrupted_training_goes_on_from_its_checkpoint(
    trainer: Callable[..., LoraTrainer],
    model: Callable[[], Any],
    assembled: MakeAssembler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)
    with pytest.raises(Interrupted):
        trainer().train(model(), assembled(200, 0), assembled(50, 1), Stopping(at=13))
    assert [folder.name for folder in (tmp_path / "checkpoints").glob("checkpoint-*")] == ["checkpoint-12"]
    progress = Watched()
    summary = trainer().train(model(), assembled(200, 0), assembled(50, 1), progress)
    assert (summary.steps, summary.epochs, summary.stopped_by) == (30, 3.0, "epochs")
    assert len(progress.done) == 30 - 12  # steps that were made already are not made again
    # What was seen before the interruption is still on the curve.
    steps = [point.step for point in summary.curve]
    assert min(steps) <= 12 < max(steps)
    assert len(set(steps)) == len(steps)


def test_a_resumed_training_ends_where_an_uninterrupted_one_does(
    trainer: Callable[..., LoraTrainer],
    model: Callable[[], Any],
    assembled: MakeAssembler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = trainer().train(model(), assembled(200, 0), assembled(50, 1), Silent())
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0.0)
    with pytest.raises(Interrupted):
        trainer().train(model(), assembled(200, 0), assembled(50, 1), Stopping(at=13))
    resumed = trainer().train(model(), assembled(200, 0), assembled(50, 1), Silent())
    assert resumed.steps == whole.steps
    assert resumed.best_holdout_loss == pytest.approx(whole.best_holdout_loss, rel=0.05)


def test_progress_ends_at_one(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler
) -> None:
    progress: Any = Watched()
    watched: Progress = progress
    trainer(max_epochs=1.0).train(model(), assembled(200, 0), None, watched)
    assert progress.done == pytest.approx([step / 10 for step in range(1, 11)])


def test_weights_that_are_no_numbers_are_an_error(
    trainer: Callable[..., LoraTrainer], model: Callable[[], Any], assembled: MakeAssembler
) -> None:
    tuned = model()
    with torch.no_grad():
        next(weight for weight in tuned.parameters() if weight.requires_grad).fill_(float("nan"))
    with pytest.raises(TrainingError, match=r"no numbers any more\. Lower learning_rate"):
        trainer(max_epochs=1.0).train(tuned, assembled(200, 0), None, Silent())

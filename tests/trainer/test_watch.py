"""The watch over a training, with a loss that is read from a script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tabsynth.assembler.assembler import Assembler
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.stopping import PATIENCE, Clock
from tabsynth.trainer.watch import EVALUATIONS, Watch

ROWS = 10
STEPS = EVALUATIONS - 5  # every step is far enough from the last for another look
MakeAssembler = Callable[[int, int], Assembler]


class ScriptedLoss:
    """Returns the next loss of a record for each look at the holdout, the last one for ever."""

    def __init__(self, *losses: float) -> None:
        self.losses = list(losses)

    def __call__(self, model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        loss = self.losses.pop(0) if len(self.losses) > 1 else self.losses[0]
        return torch.tensor(loss * len(batch["input_ids"]))


class Task:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.updates: list[tuple[float, str]] = []

    def update(self, done: float, info: str = "") -> None:
        self.updates.append((done, info))


@pytest.fixture
def watch(assembled: MakeAssembler) -> Callable[..., Watch]:
    """Make a watch over a training of some steps."""

    def make(*losses: float, task: Task | None = None, held: bool = True, steps: int = STEPS) -> Watch:
        loss: Any = ScriptedLoss(*losses)
        holdout = BatchDataset(assembled(ROWS, 1), ROWS, Seeds(0)) if held else None
        return Watch(Clock(steps, None), loss, holdout, task or Task())

    return make


def model(value: float = 0.0) -> torch.nn.Linear:
    made = torch.nn.Linear(1, 1, bias=False)
    put(made, value)
    return made


def put(module: torch.nn.Linear, value: float) -> None:
    with torch.no_grad():
        module.weight.fill_(value)


def walk(watch: Watch, module: torch.nn.Linear, first: int = 1, last: int = STEPS) -> int:
    """Go on until the watch says stop; the weight is the number of the step. Returns the last step."""
    for step in range(first, last + 1):
        put(module, step)
        watch.count(20.0, 50, ROWS)
        if watch.after_step(step, module):
            return step
    return last


def test_a_training_that_gets_better_goes_on_to_its_last_step(watch: Callable[..., Watch]) -> None:
    watched, module = watch(*[10.0 - step / 10 for step in range(1, STEPS + 1)]), model()
    assert walk(watched, module) == STEPS
    summary = watched.finish(module, STEPS, 5)
    assert (summary.stopped_by, summary.steps, summary.epochs) == ("epochs", STEPS, STEPS / 5)
    assert summary.tokens == 50 * STEPS
    assert [point.step for point in summary.curve] == list(range(1, STEPS + 1))
    assert {point.training_loss for point in summary.curve} == {2.0}
    assert summary.best_holdout_loss == pytest.approx(10 - STEPS / 10)


def test_the_training_loss_is_the_mean_since_the_last_look(watch: Callable[..., Watch]) -> None:
    watched, module = watch(1.0, steps=2 * EVALUATIONS), model()
    for step, loss in ((1, 10.0), (2, 30.0), (3, 50.0), (4, 70.0)):
        watched.count(loss, 1, ROWS)
        watched.after_step(step, module)
    assert [point.training_loss for point in watched.finish(module, 4, 1).curve] == [2.0, 6.0]


def test_a_plateau_drops_the_rate_and_a_second_one_ends_training(watch: Callable[..., Watch]) -> None:
    # Better twice, then never again: patience runs out, the best weights come back, and runs out again.
    watched, module = watch(5.0, 4.0, 6.0), model()
    last = walk(watched, module)
    assert 2 + PATIENCE < last < STEPS
    assert watched.clock.has_dropped
    summary = watched.finish(module, last, 5)
    assert summary.stopped_by == "early_stop"
    assert (summary.best_holdout_loss, module.weight.item()) == (4.0, 2)


def test_without_a_holdout_nothing_ends_training_early(watch: Callable[..., Watch]) -> None:
    watched, module = watch(9.0, held=False), model()
    assert walk(watched, module) == STEPS
    summary = watched.finish(module, STEPS, 5)
    assert summary.best_holdout_loss is None
    assert {point.holdout_loss for point in summary.curve} == {None}
    assert module.weight.item() == STEPS


def test_the_bar_is_full_at_the_end_and_tells_the_holdout_loss(watch: Callable[..., Watch]) -> None:
    task = Task()
    walk(watch(5.0, 4.5, task=task, steps=STEPS), model())
    done = [share for share, _ in task.updates]
    assert done == sorted(done) and done[-1] == 1
    assert [info for _, info in task.updates][:2] == ["holdout loss 5.000", "holdout loss 4.500"]


def test_a_watch_goes_on_from_what_was_saved(watch: Callable[..., Watch], tmp_path: Path) -> None:
    losses = [5.0, 4.0, 6.0, 7.0, 8.0, 9.0, 9.5, 9.6]
    first, module = watch(*losses), model()
    stopped = walk(first, module, last=8)
    assert stopped == 8 and first.clock.has_dropped
    first.save(tmp_path)
    again = watch(9.9)
    again.load(tmp_path)
    assert (again.clock.anneal_from, again.clock.peak, again.clock.end) == (
        first.clock.anneal_from,
        first.clock.peak,
        first.clock.end,
    )
    assert again.clock.before == pytest.approx(first.clock.seconds, abs=1)
    fresh = model(99)
    summary = again.finish(fresh, 8, 5)
    assert (summary.best_holdout_loss, fresh.weight.item()) == (4.0, 2)
    assert [point.step for point in summary.curve] == list(range(1, 9))
    assert summary.tokens == 400


def test_nothing_is_pickled(watch: Callable[..., Watch], tmp_path: Path) -> None:
    watched = watch(5.0)
    walk(watched, model(), last=2)
    watched.save(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".safetensors"}

"""The watch over one training: clock, losses, best weights, and the word when to stop. Knows no Trainer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tabsynth.artifact.layout import write_text
from tabsynth.artifact.metadata import CurvePoint, TrainingSummary
from tabsynth.progress import Task
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.stopping import BestWeights, Clock, Stop

EVALUATIONS = 25
"""The holdout loss is looked at about this often in a training."""
STATE_FILE, WEIGHTS_FILE = "tabsynth.json", "best.safetensors"


class Watch:
    """What is known of a running training.

    Args:
        clock: How far it has come.
        loss: The loss in nats.
        holdout: The watched records; None to watch nothing.
        task: Where the bar goes.
    """

    def __init__(self, clock: Clock, loss: LegalLoss, holdout: BatchDataset | None, task: Task) -> None:
        self.clock = clock
        self._loss = loss
        self._holdout = holdout
        self._task = task
        self._best = BestWeights()
        self._curve: list[CurvePoint] = []
        self._next_look = 1.0 / EVALUATIONS
        self._stopped_by: Stop = "epochs"
        self._look_share = 0.0
        self._tokens = 0
        self._sum, self._records = 0.0, 0

    def count(self, loss: float, tokens: int, records: int) -> None:
        """Add the summed loss, tokens and records of one step."""
        self._sum += loss
        self._records += records
        self._tokens += tokens

    def after_step(self, step: int, model: Any) -> bool:
        """Look at clock and losses after a step; return whether training ends here."""
        share = self.clock.share(step)
        done = share >= self.clock.end - self._look_share
        if share >= self._next_look or done:
            self._next_look = share + 1.0 / EVALUATIONS
            before = self.clock.seconds
            better = self._look(step, model)
            if self.clock.max_seconds is not None:
                # Where time is short, looking must not take more of it than a tenth, and the last look ends in time.
                self._look_share = (self.clock.seconds - before) / self.clock.max_seconds
                self._next_look += 10 * self._look_share
            done = done or (not better and self._plateau(step, model))
        self._task.update(min(1.0, share / self.clock.end), self._note())
        if done:
            self._stopped_by = self._ending(step, share)
        return done

    def _ending(self, step: int, share: float) -> Stop:
        if step >= self.clock.max_steps:
            return "epochs"
        return "minutes" if share >= 1.0 - self._look_share else "early_stop"

    def finish(self, model: Any, steps: int, steps_per_epoch: int) -> TrainingSummary:
        """Put the best weights back into `model` and sum up."""
        if self._best.loss is not None:
            self._best.restore(model)
        return TrainingSummary(
            steps=steps,
            epochs=round(steps / steps_per_epoch, 3),
            seconds=round(self.clock.seconds, 2),
            tokens=self._tokens,
            best_holdout_loss=self._best.loss,
            stopped_by=self._stopped_by,
            curve=tuple(self._curve),
        )

    def save(self, folder: Path) -> None:
        """Put beside a checkpoint what the Trainer does not know."""
        self._best.save(folder / WEIGHTS_FILE)
        state = {
            "seconds": self.clock.seconds,
            "tokens": self._tokens,
            "best_loss": self._best.loss,
            "fall": [self.clock.anneal_from, self.clock.peak, self.clock.end],
            "curve": [point.model_dump() for point in self._curve],
        }
        write_text(folder / STATE_FILE, json.dumps(state))

    def load(self, folder: Path) -> None:
        """Take up what `save` wrote."""
        state = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        self.clock.before = float(state["seconds"])
        self.clock.anneal_from, self.clock.peak, self.clock.end = state["fall"]
        self._tokens = int(state["tokens"])
        self._curve = [CurvePoint.model_validate(point) for point in state["curve"]]
        self._best.load(folder / WEIGHTS_FILE, state["best_loss"])

    def _plateau(self, step: int, model: Any) -> bool:
        """Let the rate drop, from the best weights so far; end training if it had dropped before."""
        if self.clock.has_dropped:
            return True
        self._best.restore(model)
        self._best.wait_again()
        self.clock.drop(step)
        return False

    def _look(self, step: int, model: Any) -> bool:
        """Note the losses; return whether the one on the holdout still gets better."""
        held = self._holdout_loss(model)
        point = CurvePoint(
            step=step,
            seconds=round(self.clock.seconds, 2),
            training_loss=round(self._sum / max(1, self._records), 4),
            holdout_loss=held,
        )
        self._sum, self._records = 0.0, 0
        self._curve.append(point)
        return held is None or self._best.offer(held, model)

    def _holdout_loss(self, model: Any) -> float | None:
        """Return the mean loss of a watched record in nats."""
        import torch

        if self._holdout is None:
            return None
        model.eval()
        device = next(model.parameters()).device
        with torch.inference_mode():
            batches = (self._holdout[at] for at in range(len(self._holdout)))
            total = sum(float(self._loss(model, {k: v.to(device) for k, v in batch.items()})) for batch in batches)
        model.train()
        return round(total / self._holdout.num_records, 4)

    def _note(self) -> str:
        held = self._curve[-1].holdout_loss if self._curve else None
        return "" if held is None else f"holdout loss {held:.3f}"

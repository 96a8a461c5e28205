"""The LoRA trainer: transformers' Trainer over assembled examples, ended by the holdout loss, steps or time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabsynth.artifact.layout import write_text
from tabsynth.artifact.metadata import CurvePoint, TrainingSummary
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import TrainingError
from tabsynth.progress import Progress, Task
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.smoothing import Smoothing
from tabsynth.trainer.stopping import BestWeights, Clock, Stop

if TYPE_CHECKING:
    from transformers import TrainerCallback

EVALUATIONS = 25
"""The holdout loss is looked at about this often in a training."""
CHECKPOINT_SECONDS = 60.0


class LoraTrainer:
    """Trains an adapter on assembled records.

    Args:
        plan: The numbers.
        vocabulary: Settles which tokens are legal.
        folded: Whether generation will restrict tokens to the legal ones.
        seeds: Order of examples, dropout, new weights.
        checkpoints: Folder for checkpoints, so that a killed training goes on where it was.
        runs: Runs of neighbouring bins, between which a small table is smoothed.
    """

    def __init__(
        self,
        plan: Plan,
        vocabulary: Vocabulary,
        *,
        folded: bool,
        seeds: Seeds,
        checkpoints: Path | None = None,
        runs: list[tuple[int, int]] | None = None,
    ) -> None:
        self._runs = runs or []
        self._plan = plan
        self._vocabulary = vocabulary
        self._folded = folded
        self._seeds = seeds
        self._checkpoints = checkpoints

    def train(self, model: Any, training: Assembler, holdout: Assembler | None, progress: Progress) -> TrainingSummary:
        """Train `model` in place; it holds the best weights afterwards.

        Args:
            model: The base with its adapter.
            training: Assembles the training records.
            holdout: Assembles the holdout records, whose loss is watched; None to watch nothing.
            progress: Where the bar goes.

        Raises:
            TrainingError: The loss is no number any more.
        """
        import torch

        torch.set_num_threads(self._plan.threads)
        batch = max(1, self._plan.batch_records // self._plan.records_per_example)
        smoothing = Smoothing.of(self._runs, self._vocabulary.size, len(training.records), self._plan.smoothing)
        dataset = BatchDataset(training, batch, self._seeds, smoothing)
        watched = BatchDataset(holdout, 2 * batch, self._seeds) if holdout is not None else None
        max_steps = max(1, round(self._plan.max_epochs * len(dataset)))
        with progress.task("train", 1.0) as task:
            run = _Run(self, dataset, watched, max_steps, task)
            return run.go(model)


class _Run:
    """One training from its first or its resumed step to its end."""

    def __init__(
        self, owner: LoraTrainer, dataset: BatchDataset, watched: BatchDataset | None, max_steps: int, task: Task
    ) -> None:
        self.plan = owner._plan
        self.vocabulary = owner._vocabulary
        self.folded = owner._folded
        self.seeds = owner._seeds
        self.checkpoints = owner._checkpoints
        self.dataset = dataset
        self.watched = watched
        self.task = task
        self.clock = Clock(max_steps, self.plan.max_seconds)
        self.best = BestWeights()
        self.curve: list[CurvePoint] = []
        self.stopped_by: Stop = "epochs"
        self.tokens = 0
        self.loss_sum = 0.0
        self.loss_records = 0

    def go(self, model: Any) -> TrainingSummary:
        import torch
        from transformers import Trainer, TrainingArguments

        device = "cuda" if torch.cuda.is_available() else "cpu"
        loss, run = LegalLoss(self.vocabulary, folded=self.folded, device=device), self

        class LegalTrainer(Trainer):  # type: ignore[misc]
            """Trainer with the loss over legal tokens and a schedule that knows the time."""

            def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **_: Any) -> Any:
                total = loss(model, inputs)
                run.tokens += inputs["input_ids"].numel()
                run.loss_sum += float(total.detach())
                run.loss_records += len(inputs["input_ids"]) * run.plan.records_per_example
                return total / (inputs["labels"] >= 0).sum()

            def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
                self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, run.clock.rate)
                return self.lr_scheduler

        resumed = self._resume_from()
        arguments = TrainingArguments(
            output_dir=str(self.checkpoints or Path.cwd() / "checkpoints"),
            per_device_train_batch_size=1,
            train_sampling_strategy="sequential",
            max_steps=self.clock.max_steps,
            learning_rate=self.plan.learning_rate,
            weight_decay=0.0,
            adam_beta2=0.99,
            max_grad_norm=1.0,
            bf16=self.plan.use_bf16,
            seed=self.seeds.number("trainer"),
            save_strategy="no",
            save_total_limit=1,
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
            use_cpu=device == "cpu",
        )
        trainer = LegalTrainer(
            model=model,
            args=arguments,
            train_dataset=self.dataset,
            data_collator=lambda items: items[0],
            callbacks=[_watcher(self, loss)],
        )
        for name in ("PrinterCallback", "DefaultFlowCallback"):
            _drop_callback(trainer, name)
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
        self._check(model, loss)
        if self.best.loss is not None:
            self.best.restore(model)
        return self._summary(trainer.state.global_step)

    def _resume_from(self) -> Path | None:
        folders = sorted(self.checkpoints.glob("checkpoint-*")) if self.checkpoints else []
        for folder in reversed(folders):
            state = folder / "tabsynth.json"
            if state.is_file():
                facts = json.loads(state.read_text())
                self.clock.before = float(facts["seconds"])
                self.curve = [CurvePoint.model_validate(point) for point in facts["curve"]]
                self.best.load(folder / "best.safetensors", facts["best_loss"])
                return folder
        return None

    def saved(self, step: int) -> None:
        """Put what the Trainer does not know beside its checkpoint."""
        if self.checkpoints is None:
            return
        folder = self.checkpoints / f"checkpoint-{step}"
        self.best.save(folder / "best.safetensors")
        facts = {
            "seconds": self.clock.seconds,
            "best_loss": self.best.loss,
            "curve": [point.model_dump() for point in self.curve],
        }
        write_text(folder / "tabsynth.json", json.dumps(facts))

    def ending(self, step: int) -> Stop:
        """Return what ended training at `step`."""
        if step >= self.clock.max_steps:
            return "epochs"
        return "minutes" if self.clock.share(step) >= 1.0 else "early_stop"

    def look(self, step: int, model: Any, loss: LegalLoss) -> bool:
        """Note the losses; return whether the one on the holdout still gets better."""
        held = self.holdout_loss(model, loss)
        training = self.loss_sum / max(1, self.loss_records)
        self.loss_sum, self.loss_records = 0.0, 0
        self.curve.append(
            CurvePoint(
                step=step,
                seconds=round(self.clock.seconds, 2),
                training_loss=round(training, 4),
                holdout_loss=held,
            )
        )
        return held is None or self.best.offer(held, model)

    def holdout_loss(self, model: Any, loss: LegalLoss) -> float | None:
        """Return the mean loss of a holdout record in nats."""
        import torch

        if self.watched is None:
            return None
        model.eval()
        device = next(model.parameters()).device
        with torch.inference_mode():
            batches = (self.watched[at] for at in range(len(self.watched)))
            total = sum(float(loss(model, {k: v.to(device) for k, v in batch.items()})) for batch in batches)
        model.train()
        return round(total / self.watched.num_records, 4)

    def _check(self, model: Any, loss: LegalLoss) -> None:
        import torch

        if not all(bool(torch.isfinite(weight).all()) for weight in model.parameters() if weight.requires_grad):
            raise TrainingError(
                "the weights are no numbers any more", where="trainer", do="lower learning_rate and train again"
            )

    def _summary(self, steps: int) -> TrainingSummary:
        return TrainingSummary(
            steps=steps,
            epochs=round(steps / len(self.dataset), 3),
            seconds=round(self.clock.seconds, 2),
            tokens=self.tokens,
            best_holdout_loss=self.best.loss,
            stopped_by=self.stopped_by,
            curve=tuple(self.curve),
        )


def _drop_callback(trainer: Any, name: str) -> None:
    for callback in list(trainer.callback_handler.callbacks):
        if type(callback).__name__ == name:
            trainer.remove_callback(callback)


def _watcher(run: _Run, loss: LegalLoss) -> TrainerCallback:
    from transformers import TrainerCallback

    class Watcher(TrainerCallback):  # type: ignore[misc]
        """Looks at the clock and the holdout after each step."""

        def __init__(self) -> None:
            self.next_look = 1.0 / EVALUATIONS
            self.last_save = run.clock.seconds

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            share = run.clock.share(state.global_step)
            done = share >= run.clock.end
            run.task.update(share / run.clock.end, self._note())
            if share >= self.next_look or done:
                self.next_look = share + 1.0 / EVALUATIONS
                better = run.look(state.global_step, kwargs["model"], loss)
                if not better and not done:
                    done = self._plateau(state.global_step, kwargs["model"])
            if done:
                run.stopped_by = run.ending(state.global_step)
                control.should_training_stop = True
            if run.checkpoints and run.clock.seconds - self.last_save >= CHECKPOINT_SECONDS:
                control.should_save, self.last_save = True, run.clock.seconds

        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            run.saved(state.global_step)

        @staticmethod
        def _plateau(step: int, model: Any) -> bool:
            """Let the rate drop from the best weights so far; end training if it had dropped before."""
            if run.clock.has_dropped:
                return True
            run.best.restore(model)
            run.best.wait_again()
            run.clock.drop(step)
            return False

        @staticmethod
        def _note() -> str:
            if not run.curve or run.curve[-1].holdout_loss is None:
                return ""
            return f"holdout loss {run.curve[-1].holdout_loss:.3f}"

    return Watcher()

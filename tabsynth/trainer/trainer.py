"""The LoRA trainer: transformers' Trainer over assembled examples, ended by the holdout loss, steps or time."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tabsynth.artifact.metadata import TrainingSummary
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import TrainingError
from tabsynth.progress import Progress
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.smoothing import Smoothing
from tabsynth.trainer.stopping import Clock
from tabsynth.trainer.watch import STATE_FILE, Watch

CHECKPOINT_SECONDS = 60.0


class LoraTrainer:
    """Trains an adapter on assembled records.

    Args:
        plan: The numbers.
        vocabulary: Settles which tokens are legal.
        folded: Whether generation will restrict tokens to the legal ones.
        seeds: Order of examples, smoothing, dropout.
        checkpoints: Folder for checkpoints, so that a killed training goes on where it was; None keeps none.
        runs: Runs of neighbouring bins, between which a small table is smoothed.
        started: `time.monotonic()` from which `max_minutes` counts; None counts from the first step.
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
        started: float | None = None,
    ) -> None:
        self._plan = plan
        self._vocabulary = vocabulary
        self._folded = folded
        self._seeds = seeds
        self._checkpoints = checkpoints
        self._runs = runs or []
        self._started = started

    def train(self, model: Any, training: Assembler, holdout: Assembler | None, progress: Progress) -> TrainingSummary:
        """Train `model` in place; it holds the best weights afterwards.

        Args:
            model: The base with its adapter.
            training: Assembles the training records.
            holdout: Assembles the holdout records, whose loss is watched; None to watch nothing.
            progress: Where the bar goes.

        Raises:
            TrainingError: The weights are no numbers any more.
        """
        import torch

        torch.set_num_threads(self._plan.threads)
        batch = max(1, self._plan.batch_records // self._plan.records_per_example)
        counts = np.bincount(training.records.ids, minlength=self._vocabulary.size)
        smoothing = Smoothing.of(self._runs, counts, len(training.records), self._plan.smoothing)
        dataset = BatchDataset(training, batch, self._seeds, smoothing)
        watched = BatchDataset(holdout, 2 * batch, self._seeds) if holdout is not None else None
        max_steps = max(1, round(self._plan.max_epochs * len(dataset)))
        clock = Clock(max_steps, self._plan.max_seconds, started=self._started or time.monotonic())
        device = "cuda" if torch.cuda.is_available() else "cpu"
        loss = LegalLoss(self._vocabulary, folded=self._folded, device=device)
        with progress.task("train", 1.0) as task:
            watch = Watch(clock, loss, watched, task)
            steps = self._run(model, dataset, watch, loss)
        if not all(bool(torch.isfinite(weight).all()) for weight in model.parameters() if weight.requires_grad):
            raise TrainingError("the weights are no numbers any more", where="trainer", do="lower learning_rate")
        return watch.finish(model, steps, len(dataset))

    def _run(self, model: Any, dataset: BatchDataset, watch: Watch, loss: LegalLoss) -> int:
        """Run transformers' Trainer to its end; return the steps made."""
        with tempfile.TemporaryDirectory() as nowhere:
            trainer = _trainer(model, dataset, watch, loss, self._arguments(watch.clock.max_steps, nowhere))
            resumed = _newest(self._checkpoints)
            if resumed is not None:
                watch.load(resumed)
            trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
            return int(trainer.state.global_step)

    def _arguments(self, max_steps: int, nowhere: str) -> Any:
        import torch
        from transformers import TrainingArguments

        return TrainingArguments(
            output_dir=str(self._checkpoints or nowhere),
            per_device_train_batch_size=1,
            train_sampling_strategy="sequential",
            max_steps=max_steps,
            learning_rate=self._plan.learning_rate,
            weight_decay=0.0,
            adam_beta2=0.99,
            max_grad_norm=1.0,
            bf16=self._plan.use_bf16,
            seed=self._seeds.number("trainer"),
            save_strategy="no",
            save_total_limit=1,
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
            use_cpu=not torch.cuda.is_available(),
        )


def _newest(checkpoints: Path | None) -> Path | None:
    """The newest complete checkpoint."""
    found = (
        [folder for folder in checkpoints.glob("checkpoint-*") if (folder / STATE_FILE).is_file()]
        if checkpoints
        else []
    )
    return max(found, key=lambda folder: int(folder.name.rpartition("-")[2]), default=None)


def _trainer(model: Any, dataset: BatchDataset, watch: Watch, loss: LegalLoss, arguments: Any) -> Any:
    """Return transformers' Trainer with the loss over legal tokens and a schedule that knows the time."""
    import torch
    from transformers import Trainer, TrainerCallback
    from transformers.trainer_callback import DefaultFlowCallback, PrinterCallback

    class LegalTrainer(Trainer):
        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            total, learned = loss(model, inputs), (inputs["labels"] >= 0).sum()
            watch.count(float(total.detach()), inputs["input_ids"].numel(), dataset.num_records_of(inputs))
            return total / learned

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
            given: Any = self  # the optimizer is there by now
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or given.optimizer, watch.clock.rate)
            return self.lr_scheduler

    class Watcher(TrainerCallback):
        def __init__(self) -> None:
            self.last_save = watch.clock.seconds

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            control.should_training_stop = watch.after_step(state.global_step, kwargs["model"])
            if watch.clock.seconds - self.last_save >= CHECKPOINT_SECONDS and not control.should_training_stop:
                control.should_save, self.last_save = True, watch.clock.seconds

        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            watch.save(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    trainer = LegalTrainer(
        model=model,
        args=arguments,
        train_dataset=dataset,
        data_collator=lambda items: items[0],
        callbacks=[Watcher()],
    )
    trainer.remove_callback(DefaultFlowCallback)  # the watch says when to stop and to save
    trainer.remove_callback(PrinterCallback)
    return trainer

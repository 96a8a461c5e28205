"""The private trainer: DP-SGD (Abadi et al. 2016) over subjects, with exactly as many steps as were paid for.

What leaves it is noised: the weights. Losses, batch sizes and the number of tokens are functions of private rows that
nothing has protected, so none is shown, logged or kept; there is no holdout, early stopping or choice of weights, and
the learning rate depends on the number of the step alone. How long a step takes does vary with the rows drawn: whoever
can time single steps is not kept out.

A plain loop, not transformers' Trainer: that skips empty batches, clips and scales gradients again, divides by actual
batch sizes, logs losses, and restores the state of random generators from checkpoints.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabsynth.artifact.metadata import TrainingSummary
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import ConfigError, TrainingError
from tabsynth.progress import Progress, Task
from tabsynth.seeds import Seeds
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.private.batches import physical_batches
from tabsynth.trainer.private.checkpoint import Checkpoint
from tabsynth.trainer.private.gradients import ClippedGradients
from tabsynth.trainer.private.noise import noisy_adam
from tabsynth.trainer.private.randomness import Randomness
from tabsynth.trainer.private.sampler import PoissonSampler
from tabsynth.trainer.private.settings import PrivateTraining
from tabsynth.trainer.stopping import Clock

CHECKPOINT_SECONDS = 60.0


class PrivateTrainer:
    """Trains an adapter with differential privacy.

    Args:
        plan: The number of threads; all other numbers of a private training are in `privacy`.
        vocabulary: Settles which tokens are legal.
        folded: Whether generation will restrict tokens to the legal ones.
        privacy: The promise.
        seeds: Of what needs no secret: the dropout of a base that has one.
        checkpoints: Folder for checkpoints, so that a killed training goes on where it was; None keeps none.
        started: `time.monotonic()` from which the summary counts seconds; None counts from the first step.
        entropy: Fixes who is drawn and the noise, for tests alone; None takes secret bits from the operating system, so
            that two private trainings of one `random_state` differ, as they must.
    """

    def __init__(
        self,
        plan: Plan,
        vocabulary: Vocabulary,
        *,
        folded: bool,
        privacy: PrivateTraining,
        seeds: Seeds,
        checkpoints: Path | None = None,
        started: float | None = None,
        entropy: int | None = None,
    ) -> None:
        self._plan = plan
        self._vocabulary = vocabulary
        self._folded = folded
        self._privacy = privacy
        self._seeds = seeds
        self._checkpoints = checkpoints
        self._started = started
        self._randomness = Randomness(entropy)

    def train(
        self, model: Any, training: Assembler, subjects: NDArray[np.int64] | None, progress: Progress
    ) -> TrainingSummary:
        """Train `model` in place; it holds the weights of the last step afterwards.

        Args:
            model: The base with its adapter.
            training: Assembles the training records, one an example.
            subjects: A number for the subject of each record, shape (records,); None makes each record its own.
            progress: Where the bar goes.

        Returns:
            Steps, expected passes and seconds. Tokens are an upper bound of the expected ones; nothing is watched.

        Raises:
            ConfigError: An example holds several records, or the model has weights whose gradients cannot be bounded.
            TrainingError: The weights are no numbers any more.
        """
        import torch

        if training.records_per_example != 1:
            raise ConfigError(
                f"records_per_example is {training.records_per_example}: one gradient would mix several subjects",
                where="private training",
                do="leave records_per_example out, or set it to 1",
            )
        started = self._started or time.monotonic()
        torch.set_num_threads(self._plan.threads)
        torch.manual_seed(self._seeds.number("trainer"))
        model.to("cuda" if torch.cuda.is_available() else "cpu")
        sampler = PoissonSampler(len(training.records), subjects, self._privacy.sampling_rate)
        with progress.task("train", 1.0) as task:
            self._run(model, training, sampler, task)
        if not all(bool(torch.isfinite(weight).all()) for weight in model.parameters() if weight.requires_grad):
            raise TrainingError("the weights are no numbers any more", where="trainer", do="lower learning_rate")
        return self._summary(training, sampler.num_subjects, time.monotonic() - started)

    def _run(self, model: Any, training: Assembler, sampler: PoissonSampler, task: Task) -> None:
        """Make every step that was paid for, once."""
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        device = str(weights[0].device)
        loss = LegalLoss(self._vocabulary, folded=self._folded, device=device)
        optimizer = noisy_adam(weights, self._privacy, sampler.num_subjects)
        promise = self._privacy.facts | {"subjects": sampler.num_subjects, "records": len(training.records)}
        checkpoint = Checkpoint(self._checkpoints, promise)
        done, saved = checkpoint.load(model, optimizer), time.monotonic()
        clock = Clock(self._privacy.steps, max_seconds=None)
        model.train()
        with ClippedGradients(model, self._privacy.max_grad_norm) as gradients:
            for step in range(done, self._privacy.steps):
                gradients.clear()
                drawn = sampler.draw(self._randomness.of_step("sampling", step))
                for batch in physical_batches(training, drawn, self._privacy.physical_batch, device):
                    gradients.add(loss.of_examples(model, batch))
                optimizer.param_groups[0]["lr"] = self._privacy.learning_rate * clock.rate(step)
                optimizer.randomness = self._randomness.of_step("noise", step)
                optimizer.step()
                optimizer.zero_grad()
                if time.monotonic() - saved >= CHECKPOINT_SECONDS and step + 1 < self._privacy.steps:
                    checkpoint.save(model, optimizer, step + 1)
                    saved = time.monotonic()
                task.update((step + 1) / self._privacy.steps)

    def _summary(self, training: Assembler, num_subjects: int, seconds: float) -> TrainingSummary:
        passes = self._privacy.steps * self._privacy.sampling_rate
        return TrainingSummary(
            steps=self._privacy.steps,
            epochs=round(passes, 3),
            seconds=round(seconds, 2),
            tokens=round(passes * num_subjects * training.context_tokens),
            best_holdout_loss=None,
            stopped_by="epochs",
            curve=(),
        )

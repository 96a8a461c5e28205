"""Preparing a differentially private training: nothing of the table is looked at but what is paid for."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tabsynth.artifact.layout import write_text
from tabsynth.artifact.ledger import GaussianSteps, Ledger, PreprocessingSpend
from tabsynth.artifact.metadata import Decision
from tabsynth.codec.facts import Facts
from tabsynth.config import Config
from tabsynth.data.split import Split
from tabsynth.errors import ConfigError
from tabsynth.models.tokenizer import tokenizer_for
from tabsynth.preparing import (
    Prepared,
    assembler_of,
    chosen_base,
    context_tokens,
    plan_inputs,
    reference_of,
    subjects_of,
)
from tabsynth.privacy.dp import Budget, delta_for, private_marginals, solve_noise, split_budget, write_ledger
from tabsynth.privacy.dp.marginals import SAMPLE_ROWS
from tabsynth.progress import Progress
from tabsynth.run_codec import make_codec
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds
from tabsynth.trainer.plan import Plan
from tabsynth.trainer.private.plan import plan_private
from tabsynth.trainer.private.settings import PrivateTraining

SETTLED_BY_EPSILON = ("canaries", "max_minutes", "batch_records", "records_per_example")
"""Settings that must stay open: each would look at private rows unpaid, or promise what nobody counts."""
KEPT_DECISIONS = ("model", "hidden_size", "num_layers", "lora_rank", "threads")


@dataclass(frozen=True)
class PrivatePrepared:
    """All that a private training needs besides the model.

    Attributes:
        ready: As for any training; its `table` holds made-up records of the private marginals.
        training: The numbers that the accountant goes by.
        subjects: A number for the subject of each record; None where each is its own.
        promise: What was asked for.
        spend: What the marginals cost.
    """

    ready: Prepared
    training: PrivateTraining
    subjects: NDArray[np.int64] | None
    promise: _Promise
    spend: PreprocessingSpend

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each token among the tokens of its slot, by the private marginals, shape (vocabulary,)."""
        vocabulary = self.ready.codec.vocabulary
        counts = np.bincount(self.ready.table.records.ids, minlength=vocabulary.size).astype(np.float64)
        state = vocabulary.legal_state
        totals = np.bincount(state[state >= 0], weights=counts[state >= 0], minlength=vocabulary.num_states)
        return counts / np.maximum(1.0, np.where(state >= 0, totals[state], 1.0))

    @property
    def pass_tokens(self) -> float:
        """Tokens of a pass over the subjects, by records of the private marginals."""
        return self.promise.num_subjects * float(self.ready.table.records.lengths.mean() + 1)

    def ledger(self) -> Ledger:
        """Return the account after all steps were made.

        Raises:
            PrivacyError: More was spent than promised.
        """
        promise, training = self.promise, self.training
        steps = GaussianSteps(
            noise_multiplier=training.noise_multiplier, sample_rate=training.sampling_rate, steps=training.steps
        )
        return write_ledger(
            [steps],
            self.spend,
            target_epsilon=promise.budget.epsilon,
            delta=promise.budget.delta,
            subjects=promise.num_subjects,
            group=promise.config.group_by,
            clipping_norm=training.max_grad_norm,
            expected_batch=training.expected_batch(promise.num_subjects),
        )


def prepare_privately(
    split: Split, schema: Schema, config: Config, progress: Progress, secret: Path
) -> PrivatePrepared:
    """Prepare a private training.

    Args:
        split: Rows to learn; the holdout is not looked at.
        schema: Their schema, taken to be public but for what the marginals release.
        config: The user's settings.
        progress: Where the bars go.
        secret: A file for the noise's seed while the training runs: a training that was killed releases the very same
            marginals when it goes on, and pays for them once.

    Raises:
        ConfigError: A setting cannot be kept under the promise, or epsilon is out of reach.
    """
    _check(config)
    subjects = subjects_of(split.training, config)
    promise = _Promise.of(config, len(split.training) if subjects is None else len(np.unique(subjects)))
    # Two generators: what is drawn from the second one is published, and must tell nothing of the noise.
    noise_rng, sample_rng = np.random.default_rng(_entropy(secret)).spawn(2)
    marginals = private_marginals(
        split.training,
        schema,
        subjects=None if subjects is None else subjects.tolist(),
        epsilon=promise.budget.preprocessing_epsilon,
        delta=promise.budget.preprocessing_delta,
        rng=noise_rng,
    )
    sample = marginals.sample(SAMPLE_ROWS, sample_rng)
    base, decision = chosen_base(sample, marginals.schema, config, progress)
    tokenizer = tokenizer_for(base.folder, "table", has_text=marginals.schema.has_words)
    facts = Facts.fit(sample, marginals.schema, tokenizer, derive=False)
    codec = make_codec(marginals.schema, facts, tokenizer, config, pretrained=base.folder is not None)
    drawn, context = codec.encode(sample), context_tokens(base, config)
    training = promise.training(int(drawn.lengths.max()), marginals.spend)
    inputs = replace(plan_inputs(base, drawn), num_records=len(split.training))
    plan = _with_decisions(Plan.of(inputs, config, decision), training)
    ready = Prepared(
        schema=marginals.schema,
        facts=facts,
        codec=codec,
        plan=plan,
        reference=reference_of(base, plan, Seeds(config.random_state)),
        table=assembler_of(codec, drawn, 1, context),
        training=assembler_of(codec, codec.encode(marginals.coerce(split.training)), 1, context),
    )
    return PrivatePrepared(ready, training, subjects, promise, marginals.spend)


@dataclass(frozen=True)
class _Promise:
    """What was asked for, and the public facts that it is kept by.

    Attributes:
        config: The user's settings.
        num_subjects: Subjects in the training rows.
        budget: Epsilon and delta, shared out.
    """

    config: Config
    num_subjects: int
    budget: Budget

    @classmethod
    def of(cls, config: Config, num_subjects: int) -> _Promise:
        assert config.epsilon is not None
        delta = delta_for(config.delta, num_subjects)
        return cls(config, num_subjects, split_budget(config.epsilon, delta))

    def training(self, longest_tokens: int, spend: PreprocessingSpend) -> PrivateTraining:
        """Settle the training and the noise that keeps the promise together with what was spent before it."""
        plan = plan_private(
            self.num_subjects,
            longest_tokens,
            max_passes=self.config.max_epochs,
            learning_rate=self.config.learning_rate,
        )
        noise = solve_noise(
            self.budget.epsilon,
            self.budget.delta - spend.threshold_delta,
            sample_rate=plan.sampling_rate,
            steps=plan.steps,
            before=[spend.steps],
        )
        return PrivateTraining(noise_multiplier=noise, **asdict(plan))


def _check(config: Config) -> None:
    """Refuse settings under which the promise could not be kept."""
    for name in SETTLED_BY_EPSILON:
        if getattr(config, name) not in (None, 0):
            raise ConfigError(
                f"setting '{name}' cannot be kept together with epsilon", where="epsilon", do=f"leave '{name}' out"
            )
    if config.record_format != "table":
        raise ConfigError(
            f"record_format='{config.record_format}' shows the model what nobody has paid for",
            where="epsilon",
            do="leave record_format out: table tokens are bounded by the private marginals",
        )


def _entropy(secret: Path) -> int:
    if not secret.is_file():
        write_text(secret, str(secrets.randbits(128)))
    return int(secret.read_text())


def _with_decisions(plan: Plan, training: PrivateTraining) -> Plan:
    """The plan, with the decisions that a private training goes by in place of the usual ones."""
    reason = "differential privacy: settled by the number of subjects alone"
    names = ("sampling_rate", "steps", "learning_rate", "max_grad_norm")
    decisions = [decision for decision in plan.decisions if decision.name in KEPT_DECISIONS]
    decisions += [Decision(name=name, value=f"{getattr(training, name):.4g}", reason=reason) for name in names]
    noise = Decision(name="noise_multiplier", value=f"{training.noise_multiplier:.4g}", reason="solved for epsilon")
    return replace(plan, decisions=(*decisions, noise))

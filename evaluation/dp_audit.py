"""An audit of the private trainer: how much epsilon can an attacker prove against it, and are broken trainers caught?

Usage: python evaluation/dp_audit.py [--models 150] [--only VARIANT ...] [--results DIR]

The membership game of Jagielski et al. 2020 and Nasr et al. 2021: many small models are trained, half of them with a
planted subject and half without. The attacker holds the weights and the planted record, and guesses by one of three
scores: how far all weights moved along the record's gradient, how far the embeddings of its own tokens did, or its
loss. A training that is (epsilon, delta) private keeps every such guess to TPR <= e^epsilon FPR + delta, and likewise
for guessing absence; so rates that were seen give a lower bound on epsilon. The rule (score, side and threshold) is
chosen on a third of the models, its rates are counted on the others, and both rates enter at the unfavourable
Clopper-Pearson end, together 95 % sure.

The planted subject is made to be found: its values are held by nobody else, and it owns as many records as PLANTED,
all alike. The claimed epsilon is small, so that a broken trainer can be told from a sound one with some hundred models.

Variants:
    sound       the trainer as it is; once more with less noise and a higher claim
    no noise    the same steps without noise
    no clipping noise made for a bound of CLAIMED_NORM, clipped at UNCLIPPED times that
    records     noise made for one record, while each record of the subject is drawn by itself

Bar: the bound of `sound` stays below the claim, those of the broken ones exceed it. Exit status 1 if not.
Writes dp_audit.json and dp_audit.md.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RESULTS = Path(__file__).parent / "results"
DELTA = 1e-5
ROWS, PLANTED = 40, 20
RATE, STEPS = 0.5, 6
LEARNING_RATE = 1e-2
CLAIMED_NORM, UNCLIPPED = 0.1, 1000.0
CONFIDENCE = 0.95
CHOOSING = 1 / 3
"""Share of the models on which the attacker's rule is chosen."""
CHOOSING_ERROR = 0.5
"""How unsure the bound may be by which it is chosen."""
SCORES = ("all weights", "own embeddings", "loss")
CLAIMS = {"sound": 1.0, "sound, less noise": 8.0, "no noise": 1.0, "no clipping": 1.0, "records": 1.0}
"""The epsilon that each variant claims. With little noise the bound comes near enough to show that the attack works."""


@dataclass(frozen=True)
class Stage:
    """What all trainings of the audit share; `gradient` is that of the planted record's loss at the start."""

    codec: Any
    assemblers: dict[bool, Any]
    subjects: dict[bool, np.ndarray]
    model: Any
    start: dict[str, Any]
    gradient: dict[str, Any]
    plan: Any


def planted_table() -> tuple[pd.DataFrame, np.ndarray]:
    """Return the rows with the planted subject last, and the subject of each row."""
    rng = np.random.default_rng(0)
    level = rng.integers(0, 4, ROWS)
    rows = {
        "group": np.array(["a", "b", "c", "d"])[level],
        "grade": level + rng.integers(0, 2, ROWS),
        "place": rng.choice(["north", "south"], ROWS),
    }
    planted = {"group": ["z"] * PLANTED, "grade": [9] * PLANTED, "place": ["west"] * PLANTED}
    table = pd.concat([pd.DataFrame(rows), pd.DataFrame(planted)], ignore_index=True)
    return table, np.concatenate([np.arange(ROWS), np.full(PLANTED, ROWS)])


def make_stage() -> Stage:
    """Fit the codec on all rows, so that both worlds share one vocabulary, and make the model that each starts from."""
    import torch

    from tabsynth.artifact.metadata import Decision, LoraSettings
    from tabsynth.assembler.assembler import Assembler
    from tabsynth.codec.facts import Facts
    from tabsynth.codec.table import TableCodec
    from tabsynth.config import Config
    from tabsynth.models.adapter import attach_adapter
    from tabsynth.models.mini import build_mini
    from tabsynth.models.tokenizer import NoTextTokenizer
    from tabsynth.schema.infer import infer_schema
    from tabsynth.trainer.plan import Plan, PlanInputs

    table, subjects = planted_table()
    schema = infer_schema(table, {"grade": "integer"})
    codec = TableCodec(schema, Facts.fit(table, schema, NoTextTokenizer(), derive=False), NoTextTokenizer())
    there = {True: subjects == subjects, False: subjects < ROWS}
    assemblers = {
        world: Assembler(
            codec.prompt, codec.vocabulary.end, codec.encode(table[kept]), records_per_example=1, context_tokens=64
        )
        for world, kept in there.items()
    }
    torch.manual_seed(0)
    model = attach_adapter(build_mini(codec, 32, 1, seed=0), LoraSettings(rank=4, alpha=4.0), None)
    inputs = PlanInputs(num_records=ROWS, mean_tokens=4, is_mini=True, has_gpu=False)
    plan = Plan.of(inputs, Config(), Decision(name="model", value="tabsynth-mini", reason="audit"))
    start = {name: weight.detach().clone() for name, weight in model.named_parameters() if weight.requires_grad}
    by_world = {world: subjects[kept] for world, kept in there.items()}
    canary_loss(codec, assemblers[True], model).backward()
    gradient = {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.requires_grad}
    return Stage(codec, assemblers, by_world, model, start, gradient, replace(plan, threads=1))


def canary_loss(codec: Any, assembler: Any, model: Any) -> Any:
    """Return the loss of the planted record in nats."""
    from tabsynth.trainer.loss import LegalLoss
    from tabsynth.trainer.private.batches import physical_batches

    device = str(next(model.parameters()).device)
    batch = next(physical_batches(assembler, np.array([ROWS]), 1, device))
    return LegalLoss(codec.vocabulary, folded=True, device=device)(model, batch)


def settings(variant: str) -> Any:
    """Return the private training of a variant."""
    from opacus.accountants.utils import get_noise_multiplier

    from tabsynth.trainer.private.settings import PrivateTraining

    noise = get_noise_multiplier(
        target_epsilon=CLAIMS[variant],
        target_delta=DELTA,
        sample_rate=RATE,
        steps=STEPS,
        accountant="prv",
        epsilon_tolerance=0.005,
    )
    sound = PrivateTraining(noise, RATE, STEPS, LEARNING_RATE, CLAIMED_NORM, physical_batch=ROWS + PLANTED)
    if variant == "no noise":
        return replace(sound, noise_multiplier=0.0)
    if variant == "no clipping":
        return replace(sound, noise_multiplier=noise / UNCLIPPED, max_grad_norm=CLAIMED_NORM * UNCLIPPED)
    return sound


def scores(stage: Stage, privacy: Any, variant: str, planted: bool) -> list[float]:
    """Train one model and return the attacker's SCORES, each the higher the likelier the subject was there."""
    import torch

    from tabsynth.progress import Silent
    from tabsynth.seeds import Seeds
    from tabsynth.trainer.private.trainer import PrivateTrainer

    with torch.no_grad():
        for name, weight in stage.model.named_parameters():
            if name in stage.start:
                weight.copy_(stage.start[name])
    subjects = None if variant == "records" else stage.subjects[planted]
    trainer = PrivateTrainer(stage.plan, stage.codec.vocabulary, folded=True, privacy=privacy, seeds=Seeds(0))
    trainer.train(stage.model, stage.assemblers[planted], subjects, Silent())
    own = torch.from_numpy(stage.assemblers[True].records[ROWS].astype(np.int64))
    moved, embedded = 0.0, 0.0
    with torch.inference_mode():
        for name, weight in stage.model.named_parameters():
            if name in stage.start:
                along = ((stage.start[name] - weight) * stage.gradient[name]).double()
                moved += float(along.sum())
                embedded += float(along[own].sum()) if "embed_tokens" in name else 0.0
        return [moved, embedded, -float(canary_loss(stage.codec, stage.assemblers[True], stage.model))]


def ends(hits: int, of: int, error: float) -> tuple[float, float]:
    """Clopper-Pearson: one-sided lower and upper end of a rate, each missed with probability `error` at most."""
    from scipy.stats import beta

    low = 0.0 if hits == 0 else float(beta.ppf(error, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(1 - error, hits + 1, of - hits))
    return low, high


def proven(hits: int, false: int, of: int, error: float) -> float:
    """Return the epsilon that `hits` right and `false` wrong guesses out of `of` each prove; 0 at least."""
    low, high = ends(hits, of, error / 2)[0], ends(false, of, error / 2)[1]
    return max(0.0, math.log((low - DELTA) / high)) if low > DELTA else 0.0


def lower_bound(members: np.ndarray, others: np.ndarray) -> dict[str, Any]:
    """Return the lower bound on epsilon from the scores of both worlds.

    Args:
        members: Scores of models that learned the planted subject, shape (models, scores).
        others: The same of models that did not.
    """
    first = round(len(members) * CHOOSING)
    best: tuple[float, int, str, float] = (-1.0, 0, "present", 0.0)
    for score in range(members.shape[1]):
        for threshold in np.unique(np.concatenate([members[:first, score], others[:first, score]])):
            for guess in ("present", "absent"):
                hits, false = counts(members[:first, score], others[:first, score], guess, threshold)
                # Chosen by a bound, not by the rates: a rule with no false guess at all may be luck.
                best = max(best, (proven(hits, false, first, CHOOSING_ERROR), score, guess, float(threshold)))
    _, score, guess, threshold = best
    one, other = members[first:, score], others[first:, score]
    hits, false = counts(one, other, guess, threshold)
    return {
        "score": SCORES[score],
        "guess": guess,
        "right": hits,
        "wrong": false,
        "of": len(one),
        "epsilon": round(proven(hits, false, len(one), 1 - CONFIDENCE), 3),
        "auc": {name: _auc(members[:, at], others[:, at]) for at, name in enumerate(SCORES)},
    }


def _auc(one: np.ndarray, other: np.ndarray) -> float:
    return round(float(np.mean(one[:, None] > other) + np.mean(one[:, None] == other) / 2), 3)


def counts(members: np.ndarray, others: np.ndarray, guess: str, threshold: float) -> tuple[int, int]:
    """Right and wrong guesses of a rule, which guesses presence from the threshold up or absence from it down."""
    if guess == "present":
        return int((members >= threshold).sum()), int((others >= threshold).sum())
    return int((others <= threshold).sum()), int((members <= threshold).sum())


def audit(stage: Stage, variant: str, models: int) -> dict[str, Any]:
    """Play the game for one variant, `models` times in each world."""
    started, privacy = time.monotonic(), settings(variant)
    found = lower_bound(
        *(np.array([scores(stage, privacy, variant, world) for _ in range(models)]) for world in (True, False))
    )
    caught = found["epsilon"] > CLAIMS[variant]
    return found | {
        "claim": CLAIMS[variant],
        "noise_multiplier": round(privacy.noise_multiplier, 4),
        "max_grad_norm": privacy.max_grad_norm,
        "models": 2 * models,
        "seconds": round(time.monotonic() - started, 1),
        "exceeds_claim": caught,
        "as_expected": caught != variant.startswith("sound"),
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    header = ["trainer", "claimed ε", "proven ε, at least", "score", "right guesses", "wrong guesses", "best AUC"]
    text = f"| {' | '.join(header)} | as expected |\n|{'---|' * 8}\n"
    for variant, found in results["variants"].items():
        cells = [variant, f"{found['claim']:.2f}", f"{found['epsilon']:.2f}", found["score"]]
        cells += [
            f"{found['right']} of {found['of']}",
            f"{found['wrong']} of {found['of']}",
            f"{max(found['auc'].values()):.3f}",
        ]
        text += f"| {' | '.join([*cells, 'yes' if found['as_expected'] else 'NO'])} |\n"
    most = max((found["models"] for found in results["variants"].values()), default=0)
    return text + (
        f"\nδ = {DELTA:g}; {STEPS} steps, sampling rate {RATE}, {ROWS} subjects and a planted one with {PLANTED} equal "
        f"records whose values nobody else holds; {most} models a variant, half of them without it. The attacker holds "
        f"the weights; the rule is chosen on a third of the models and counted on the others. Proven: Clopper-Pearson, "
        f"{CONFIDENCE:.0%} sure. A broken trainer must be proven above its claim, the sound one must not.\n"
    )


def main() -> None:
    """Audit every variant and write the result after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=150, help="models in each of the two worlds")
    parser.add_argument("--only", nargs="*", choices=CLAIMS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    file = options.results / "dp_audit.json"
    kept = json.loads(file.read_text())["variants"] if options.only and file.exists() else {}
    results: dict[str, Any] = {"delta": DELTA, "variants": kept}
    stage = make_stage()
    for variant in options.only or CLAIMS:
        results["variants"][variant] = audit(stage, variant, options.models)
        print(variant, results["variants"][variant], flush=True)
        options.results.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(results, indent=1) + "\n")
        (options.results / "dp_audit.md").write_text(table_of(results))
    sys.exit(not all(found["as_expected"] for found in results["variants"].values()))


if __name__ == "__main__":
    main()

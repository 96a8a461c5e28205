"""What privacy costs in time: tokens per second of plain and of private training steps, on equal batches.

Usage: python benchmarks/private_training.py [TABLE] [--repeats 7] [--batches 32 64 128] [--results DIR]

Both sides train the same model (the plan's shape of tabsynth-mini for the table) on the same batches with one thread:
forward, backward, clipping, optimizer. Plain clips the mean gradient, as the plain trainer does; private bounds every
example's gradient by ghost clipping, adds noise and divides by the expected batch. A private step gathers several such
batches and adds noise once, as it does in a training: STEP_RECORDS records a step. Pairs run one after the other, so
that both meet the same machine; the figure is the median ratio of seconds. Bar: at most 3 times plain.

TABLE is a CSV file; without one it is the demo's. Writes private_training.json and private_training.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, demo_table, machine, median, rows_of, write_results

BAR = 3.0
STEP_RECORDS = 512
HIDDEN, LAYERS, RANK = 128, 3, 32


def stage(table: pd.DataFrame) -> tuple[Any, Any, Callable[[], Any]]:
    """Return codec, assembler and a maker of fresh models."""
    import torch

    from tabsynth.artifact.metadata import LoraSettings
    from tabsynth.assembler.assembler import Assembler
    from tabsynth.codec.facts import Facts
    from tabsynth.codec.table import TableCodec
    from tabsynth.models.adapter import attach_adapter
    from tabsynth.models.mini import build_mini
    from tabsynth.models.tokenizer import NoTextTokenizer
    from tabsynth.schema.infer import infer_schema

    schema = infer_schema(table)
    codec = TableCodec(schema, Facts.fit(table, schema, NoTextTokenizer(), derive=True), NoTextTokenizer())
    records = codec.encode(table)
    assembler = Assembler(codec.prompt, codec.vocabulary.end, records, records_per_example=1, context_tokens=2048)

    def make() -> Any:
        torch.manual_seed(0)
        lora = LoraSettings(rank=RANK, alpha=float(RANK))
        return attach_adapter(build_mini(codec, HIDDEN, LAYERS, seed=0), lora, None).train()

    return codec, assembler, make


def plain_step(model: Any, batches: list[Any], loss: Any) -> Callable[[], None]:
    """Return what makes one plain step a batch."""
    import torch

    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, weight_decay=0.0)

    def run() -> None:
        for batch in batches:
            (loss(model, batch) / (batch["labels"] >= 0).sum()).backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            optimizer.zero_grad()

    return run


def private_step(model: Any, batches: list[Any], loss: Any, gradients: Any) -> Callable[[], None]:
    """Return what makes one private step of all batches."""
    from tabsynth.trainer.private.noise import noisy_adam
    from tabsynth.trainer.private.settings import PrivateTraining

    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = noisy_adam(weights, PrivateTraining(1.0, 0.05, 100, 1e-3), 20 * STEP_RECORDS)

    def run() -> None:
        gradients.clear()
        for batch in batches:
            gradients.add(loss.of_examples(model, batch))
        optimizer.randomness = np.random.default_rng()
        optimizer.step()
        optimizer.zero_grad()

    return run


def measure(setting: tuple[Any, Any, Callable[[], Any]], size: int, repeats: int) -> dict[str, Any]:
    """Time pairs at one size of physical batches."""
    from tabsynth.trainer.loss import LegalLoss
    from tabsynth.trainer.private.batches import physical_batches
    from tabsynth.trainer.private.gradients import ClippedGradients

    codec, assembler, make = setting
    loss = LegalLoss(codec.vocabulary, folded=True, device="cpu")
    records = np.random.default_rng(0).permutation(len(assembler.records))[:STEP_RECORDS]
    batches = list(physical_batches(assembler, records, size, "cpu"))
    tokens = sum(batch["input_ids"].numel() for batch in batches)
    model = make()
    seconds: dict[str, list[float]] = {"plain": [], "private": []}
    plain = plain_step(make(), batches, loss)
    with ClippedGradients(model, 1.0) as gradients:
        private = private_step(model, batches, loss, gradients)
        for _ in range(repeats + 1):
            for name, step in (("plain", plain), ("private", private)):
                started = time.perf_counter()
                step()
                seconds[name].append(time.perf_counter() - started)
    pairs = [two / one for one, two in zip(seconds["plain"][1:], seconds["private"][1:], strict=True)]
    return {
        "physical_batch": size,
        "tokens": tokens,
        "plain_tokens_per_second": round(tokens / (median(seconds["plain"][1:]) or 1.0)),
        "private_tokens_per_second": round(tokens / (median(seconds["private"][1:]) or 1.0)),
        "ratio": round(median(pairs) or 0.0, 2),
        "ratios": [round(pair, 2) for pair in pairs],
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    header = [
        "records a batch",
        "plain, tokens/s",
        "private, tokens/s",
        "private / plain, seconds",
        "lowest to highest",
    ]
    lines = [
        [
            str(found["physical_batch"]),
            f"{found['plain_tokens_per_second']:,}",
            f"{found['private_tokens_per_second']:,}",
            f"{found['ratio']:.2f}×",
            f"{min(found['ratios']):.2f} to {max(found['ratios']):.2f}",
        ]
        for found in results["batches"]
    ]
    note = (
        f"Table {results['table']}, one thread, tabsynth-mini ({LAYERS} layers of {HIDDEN}), {STEP_RECORDS} records "
        f"a private step; ratio: median of {results['repeats']} pairs. Bar: {BAR:.0f}×."
    )
    return f"{rows_of(header, lines)}\n{note}\n"


def main() -> None:
    """Measure all sizes and write the result."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--batches", type=int, nargs="*", default=[32, 64, 128])
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    file = options.table or demo_table()
    setting = stage(pd.read_csv(file))
    found = [measure(setting, size, options.repeats) for size in options.batches]
    results = {"machine": machine(), "table": file.stem, "repeats": options.repeats, "batches": found}
    write_results(options.results, "private_training", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()

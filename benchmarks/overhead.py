"""What the stream costs over the bare engine: tokens per second of both on the same weights, engine and thread.

Usage: python benchmarks/overhead.py [TABLE] [--rows 5000] [--pairs 7] [--epochs 3]

Both make the same number of completions of the same prompt with the same stop tokens, cap and width, in turn. The
bare side is vLLM's own `LLM.generate`; nobody reads what it writes. TABLE is a CSV file; without one it is the demo's.
Writes overhead.json and overhead.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
from common import RESULTS, demo_table, machine, median, rows_of, shown, write_results

NAMES = {"bare": "`LLM.generate`", "stream": "stream", "generate": "`Synthesizer.generate`, with journal and frame"}


def bare(synth: Any, requests: int, seed: int) -> dict[str, float]:
    """Decode as many completions as the stream did, with nobody reading them."""
    import torch
    from vllm import SamplingParams

    from tabsynth.generator.settings import cap_of

    codec, engine = synth._codec(), synth._engine
    params = SamplingParams(
        temperature=synth.config.temperature,
        top_p=synth.config.top_p,
        max_tokens=cap_of(synth.metadata.statistics, synth.config),
        stop_token_ids=list(codec.vocabulary.stop_tokens),
        ignore_eos=True,
        detokenize=False,
    )
    prompts = [{"prompt_token_ids": list(codec.prompt)} for _ in range(requests)]

    def decode() -> tuple[int, float]:
        torch.manual_seed(seed)
        started = time.monotonic()
        outputs = engine._engine._llm.generate(prompts, params, use_tqdm=False)
        seconds = time.monotonic() - started
        return sum(len(output.outputs[0].token_ids) for output in outputs), seconds

    # On the thread that made the engine, as the stream's steps are: thread settings hold for that one alone.
    tokens, seconds = engine._ask(decode, 3_600.0)
    return {"requests": requests, "tokens": tokens, "bare": tokens / seconds}


def stream(synth: Any, rows: int) -> dict[str, float]:
    """Generate through the public interface."""
    started = time.monotonic()
    synth.generate(rows)
    seconds = time.monotonic() - started
    summary = synth.last_generation
    tokens = summary.decoded_tokens
    return {
        "requests": summary.prompts,
        "tokens": tokens,
        "stream": tokens / summary.seconds,
        "generate": tokens / seconds,
    }


def measure(file: Path, rows: int, pairs: int, epochs: float) -> dict[str, Any]:
    """Fit once, then let both sides decode in turn."""
    import tabsynth

    with tempfile.TemporaryDirectory() as folder:
        synth = tabsynth.Synthesizer(
            model="tabsynth-mini", max_epochs=epochs, random_state=0, rows_per_part=rows, engine="vllm", progress=False
        ).fit(pd.read_csv(file), run_dir=folder)
        requests = int(stream(synth, rows)["requests"])  # both sides run once before they are timed
        bare(synth, requests, 0)
        found: list[dict[str, Any]] = []
        for pair in range(pairs):
            sides: list[Any] = [lambda: stream(synth, rows), lambda at=pair: bare(synth, requests, at)]
            done = [side() for side in (sides if pair % 2 == 0 else sides[::-1])]
            first, second = done if pair % 2 == 0 else done[::-1]
            found.append({"stream_side": first, "bare_side": second})
            print(found[-1], flush=True)
        capacity = synth._engine.capacity  # type: ignore[union-attr]
        synth.close()
    return {"rows": rows, "requests": requests, "width": capacity, "pairs": found}


def summed(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return medians of both sides and the ratio of medians."""
    rates = {"bare": median(pair["bare_side"]["bare"] for pair in pairs)}
    rates |= {name: median(pair["stream_side"][name] for pair in pairs) for name in ("stream", "generate")}
    base = rates["bare"] or 1.0
    return {
        "tokens_per_second": rates,
        "ratio_of_medians": {name: (rates[name] or 0.0) / base for name in ("stream", "generate")},
        "paired_ratios": [pair["stream_side"]["stream"] / pair["bare_side"]["bare"] for pair in pairs],
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    found = results["summary"]
    lines = [
        [NAMES[name], shown(rate, ",.0f"), shown(found["ratio_of_medians"].get(name, 1.0), ".3f")]
        for name, rate in found["tokens_per_second"].items()
    ]
    ratios = sorted(found["paired_ratios"])
    note = (
        f"{results['rows']:,} rows of tabsynth-mini, {results['requests']:,} requests, {results['width']} side by "
        f"side, {results['machine']['cores']} cores; medians of {len(ratios)} pairs in turn; the stream's ratio "
        f"lay between {ratios[0]:.3f} and {ratios[-1]:.3f}."
    )
    return f"{rows_of(['side', 'tokens/s', 'of bare'], lines)}\n{note}\n"


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    file = options.table or demo_table()
    results = {"machine": machine(), "table": file.stem}
    results |= measure(file, options.rows, options.pairs, options.epochs)
    results["summary"] = summed(results["pairs"])
    write_results(options.results, "overhead", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()

"""Facts of a run for the report: from training metadata and generation summary to labelled lines."""

from __future__ import annotations

from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.evaluator.result import GenerationFacts, RunFact
from tabsynth.generator.summary import GenerationSummary
from tabsynth.learned import learned_by

MAX_LISTED = 100
"""Columns of which the report says what was learned."""
CONSTRAINTS = {
    "weights": "in the weights: only legal tokens are written",
    "grammar": "a grammar that the engine follows",
    "reject": "none: what is illegal is rejected",
}


def generation_facts(metadata: TrainingMetadata, summary: GenerationSummary | None) -> GenerationFacts | None:
    """Return what the report says of the run; None when the rows were not made in this session."""
    if summary is None:
        return None
    training, statistics = metadata.training, metadata.statistics
    facts = {
        "Training rows": f"{metadata.num_training_rows:,} learned, {metadata.num_holdout_rows:,} kept aside",
        "Training": f"{training.epochs:g} epochs in {training.seconds:.0f} s, ended by {training.stopped_by}",
        "Record format": metadata.record_format,
        "Tokens per record": f"{statistics.tokens_per_record.mean:g}",
        "Longest training example": f"{statistics.max_tokens_per_example} tokens",
        "Cap on a completion": f"{summary.cap_tokens} tokens",
        "Schedule": f"{summary.schedule}, {_count(summary.prompts, 'prompt')} in {_count(summary.parts, 'part')}",
        "Constraint": CONSTRAINTS[summary.constraint],
        "Records per prompt in the probe": f"{summary.probe_records_per_prompt:g}",
        "Engine": summary.engine,
        "Decoded tokens per row": f"{summary.tokens_per_row:.1f}",
        **_tokens(summary),
        **_troubles(summary),
        "Learned of the columns": _learned(metadata),
        "Random state": str(metadata.random_state),
        "Versions": ", ".join(f"{name} {version}" for name, version in metadata.library_versions.items()),
    }
    return GenerationFacts(
        num_rows=summary.num_rows,
        # Without a grammar: it would hide how valid the model writes by itself.
        num_valid=summary.free_valid,
        num_invalid=summary.free_rejected,
        rejects=summary.rejected,
        prompt_tokens=summary.prompt_tokens,
        decode_tokens=summary.decoded_tokens,
        seconds=summary.seconds,
        model=f"{metadata.base.name} ({metadata.base.revision})",
        run_facts=tuple(RunFact(label=label, value=value) for label, value in facts.items()),
    )


def _learned(metadata: TrainingMetadata) -> str:
    """What the codec holds of each column, as counts; the metadata lists it."""
    names = metadata.table.names
    pairs = list(zip(names, metadata.facts.columns, strict=True))
    listed = [f"{name}: {learned_by(codec, names)}" for name, codec in pairs[:MAX_LISTED]]
    more = [] if len(pairs) <= MAX_LISTED else [f"{len(pairs) - MAX_LISTED:,} columns more in training_metadata.json"]
    return "; ".join([*listed, *more])


def _tokens(summary: GenerationSummary) -> dict[str, str]:
    """Where the decoded tokens went: the numbers add up to what the engine decoded."""
    return {
        "Tokens of delivered rows": f"{summary.delivered_tokens:,}",
        "Tokens of rejects": f"{summary.rejected_tokens:,}",
        "Tokens of surplus": f"{summary.surplus_tokens:,}",
        "Tokens of structure": f"{summary.structural_tokens:,}",
    }


def _troubles(summary: GenerationSummary) -> dict[str, str]:
    """What did not go as it was wanted to; nothing where all did."""
    troubles = {}
    if summary.fallback is not None:
        troubles["No grammar"] = summary.fallback
    if summary.refused_requests:
        troubles["Refused by the engine"] = _count(summary.refused_requests, "request")
    return troubles


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

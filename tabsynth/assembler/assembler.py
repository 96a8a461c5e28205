"""Records become training examples: prompt, records, end token. Counts tokens exactly; knows no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.codec.records import Records
from tabsynth.errors import TrainingError
from tabsynth.seeds import Seeds


@dataclass(frozen=True)
class Example:
    """One training example.

    Attributes:
        ids: Prompt, records and end token.
        prompt_tokens: How many of them are the prompt, which is not learned.
        num_records: Records in it.
    """

    ids: NDArray[np.int32]
    prompt_tokens: int
    num_records: int


class Assembler:
    """Groups records into examples, anew for each epoch.

    Args:
        prompt: Token ids before the records, the very ones that generation uses.
        end: Token id after them.
        records: The records.
        records_per_example: Records in an example at most; fewer when the context is full.
        context_tokens: Longest example.

    Raises:
        TrainingError: A record alone does not fit into the context.
    """

    def __init__(
        self, prompt: list[int], end: int, records: Records, *, records_per_example: int, context_tokens: int
    ) -> None:
        self.prompt = np.array(prompt, dtype=np.int32)
        self.end = np.array([end], dtype=np.int32)
        self.records = records
        self.records_per_example = records_per_example
        self.context_tokens = context_tokens
        too_long = int((records.lengths + len(prompt) + 1 > context_tokens).sum())
        if too_long:
            raise TrainingError(
                f"{too_long} of {len(records)} records exceed the context of {context_tokens} tokens",
                where="assembler",
                do="shorten or drop the longest text columns, or use a base model with a longer context",
            )

    def groups(self, epoch: int, seeds: Seeds) -> list[NDArray[np.int64]]:
        """Return which records share an example, in the order of training.

        Records are shuffled each epoch; an example takes the next ones until it has `records_per_example`
        or the context is full.
        """
        order = seeds.stream(f"assembler/{epoch}").permutation(len(self.records))
        if self.records_per_example == 1:
            return list(order.reshape(-1, 1))
        room = self.context_tokens - len(self.prompt) - 1
        lengths, groups, start, used = self.records.lengths[order], [], 0, 0
        for at, length in enumerate(lengths.tolist()):
            if at - start == self.records_per_example or used + length > room:
                groups.append(order[start:at])
                start, used = at, 0
            used += length
        groups.append(order[start:])
        return groups

    def example(self, group: NDArray[np.int64]) -> Example:
        """Return the example of these records."""
        parts = [self.prompt, *(self.records[int(at)] for at in group), self.end]
        return Example(np.concatenate(parts), len(self.prompt), len(group))

    def tokens(self, groups: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Return the length of each group's example."""
        lengths = self.records.lengths
        return np.array([int(lengths[group].sum()) for group in groups]) + len(self.prompt) + 1

    def statistics(self, epochs: int, seeds: Seeds) -> TokenStatistics:
        """Count the tokens of every example of the first `epochs` epochs."""
        lengths = self.records.lengths
        longest, sizes = 0, []
        # With one record an example, every epoch has the same examples in another order.
        for epoch in range(epochs if self.records_per_example > 1 else 1):
            groups = self.groups(epoch, seeds)
            longest = max(longest, int(self.tokens(groups).max()))
            sizes += [len(group) for group in groups]
        return TokenStatistics(
            max_tokens_per_example=longest,
            prompt_tokens=len(self.prompt),
            tokens_per_record=TokensPerRecord(
                mean=round(float(lengths.mean()), 3),
                p50=float(np.quantile(lengths, 0.5)),
                p99=float(np.quantile(lengths, 0.99)),
                max=int(lengths.max()),
            ),
            records_per_example=RecordsPerExample(mean=round(float(np.mean(sizes)), 3), max=max(sizes)),
            context_tokens=self.context_tokens,
        )

"""What all parts of a generation share: caps, limits, rules. Settled once, before the first part."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

from tabsynth.artifact.metadata import TokenStatistics
from tabsynth.config import Config
from tabsynth.generator.budget import generation_cap_tokens
from tabsynth.generator.stopping import Stop
from tabsynth.generator.validator import StagedRule


@dataclass(frozen=True)
class GenerationSettings:
    """Settings of one generation.

    Attributes:
        statistics: What training left: prompt, longest record, records per example.
        cap_tokens: Tokens that a completion may have.
        rules: The user's rules, staged.
        bans: Whether requests must not close a text with another column's token, which the weights allow.
        probes: Whether the first batch is a small one.
        max_prompts_per_batch: The largest batch; None for one that grows with the rows asked for.
        started: `time.monotonic()` at the start.
        max_seconds: The user's limit; None for none.
    """

    statistics: TokenStatistics
    cap_tokens: int
    rules: tuple[StagedRule, ...] = ()
    bans: bool = True
    probes: bool = True
    max_prompts_per_batch: int | None = None
    started: float = 0.0
    max_seconds: float | None = None

    @classmethod
    def of(cls, statistics: TokenStatistics, config: Config, rules: tuple[StagedRule, ...] = ()) -> Self:
        """Settle them; the clock starts now."""
        minutes = config.max_generation_minutes
        return cls(
            statistics=statistics,
            cap_tokens=cap_of(statistics, config),
            rules=rules,
            bans=config.constraint != "reject",
            probes=config.schedule != "full",
            max_prompts_per_batch=config.max_prompts_per_batch,
            started=time.monotonic(),
            max_seconds=None if minutes is None else 60 * minutes,
        )

    @property
    def is_over(self) -> bool:
        """Whether the user's limit has passed."""
        return self.max_seconds is not None and time.monotonic() - self.started > self.max_seconds

    @property
    def time_is_over(self) -> Stop:
        """The limit in words."""
        minutes = (self.max_seconds or 0) / 60
        return Stop(f"max_generation_minutes={minutes:g} have passed", "raise max_generation_minutes")


def cap_of(statistics: TokenStatistics, config: Config) -> int:
    """Return how many tokens a completion may have under this config's schedule."""
    return generation_cap_tokens(
        None if config.schedule == "full" else statistics.max_tokens_per_example,
        statistics.prompt_tokens,
        statistics.context_tokens,
        config.max_tokens_multiplier,
    )

"""What all parts share is settled once."""

import time

import pytest

from tabsynth.artifact.metadata import RecordsPerExample, TokensPerRecord, TokenStatistics
from tabsynth.config import Config
from tabsynth.generator.settings import GenerationSettings, cap_of

STATISTICS = TokenStatistics(
    max_tokens_per_example=4,
    prompt_tokens=1,
    tokens_per_record=TokensPerRecord(mean=2, p50=2, p99=2, max=2),
    records_per_example=RecordsPerExample(mean=1, max=1),
    context_tokens=64,
)


@pytest.mark.parametrize(
    ("config", "cap"),
    [
        (Config(), 4),
        (Config(schedule="batch"), 4),
        (Config(max_tokens_multiplier=2.0), 8),
        (Config(max_tokens_multiplier=100.0), 63),  # the context less the prompt
        (Config(schedule="full"), 63),
    ],
)
def test_the_cap_follows_the_schedule(config: Config, cap: int) -> None:
    assert cap_of(STATISTICS, config) == GenerationSettings.of(STATISTICS, config).cap_tokens == cap


def test_the_control_arm_has_no_small_first_batch() -> None:
    probes = {name: GenerationSettings.of(STATISTICS, Config(schedule=name)).probes for name in ("batch", "full")}
    assert probes == {"batch": True, "full": False}


def test_wrong_ends_of_texts_are_banned_unless_everything_is_rejection() -> None:
    modes = ("auto", "grammar", "reject")
    bans = [GenerationSettings.of(STATISTICS, Config(constraint=mode)).bans for mode in modes]
    assert bans == [True, True, False]


def test_without_a_limit_time_never_ends() -> None:
    assert not GenerationSettings(STATISTICS, 4, started=-1e9).is_over


def test_the_clock_starts_when_the_settings_are_made() -> None:
    settings = GenerationSettings.of(STATISTICS, Config(max_generation_minutes=1.5))
    assert (settings.max_seconds, settings.is_over) == (90, False)
    assert abs(settings.started - time.monotonic()) < 60
    assert GenerationSettings(STATISTICS, 4, started=time.monotonic() - 91, max_seconds=90).is_over
    assert settings.time_is_over == ("max_generation_minutes=1.5 have passed", "raise max_generation_minutes")

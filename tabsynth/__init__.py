"""tabsynth: learn a private table with a LoRA-tuned language model and write a synthetic one.

The names load on use, so that importing the package stays cheap and loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tabsynth import telemetry
from tabsynth.version import __version__ as __version__

telemetry.switch_off()  # before any library that reads the switches is loaded

if TYPE_CHECKING:
    from tabsynth.config import Config
    from tabsynth.errors import (
        ArtifactError,
        CodecError,
        ConfigError,
        DataError,
        EngineDiedError,
        EngineError,
        EvaluationError,
        GenerationError,
        ModelError,
        PrivacyError,
        SchemaError,
        TabsynthError,
        TrainingError,
    )
    from tabsynth.evaluator.evaluator import evaluate
    from tabsynth.evaluator.result import Evaluation
    from tabsynth.evaluator.score import Score
    from tabsynth.generator.rules import Rule
    from tabsynth.release.refusal import ReleaseError
    from tabsynth.report.report import Report
    from tabsynth.schema.infer import infer_schema
    from tabsynth.synthesizer import Synthesizer

__all__ = [
    "ArtifactError",
    "CodecError",
    "Config",
    "ConfigError",
    "DataError",
    "EngineDiedError",
    "EngineError",
    "Evaluation",
    "EvaluationError",
    "GenerationError",
    "ModelError",
    "PrivacyError",
    "ReleaseError",
    "Report",
    "Rule",
    "SchemaError",
    "Score",
    "Synthesizer",
    "TabsynthError",
    "TrainingError",
    "evaluate",
    "infer_schema",
]


_MODULES = {
    "Config": "tabsynth.config",
    "Evaluation": "tabsynth.evaluator.result",
    "ReleaseError": "tabsynth.release.refusal",
    "Report": "tabsynth.report.report",
    "Rule": "tabsynth.generator.rules",
    "Score": "tabsynth.evaluator.score",
    "Synthesizer": "tabsynth.synthesizer",
    "evaluate": "tabsynth.evaluator.evaluator",
    "infer_schema": "tabsynth.schema.infer",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in __all__:
        raise AttributeError(f"module 'tabsynth' has no attribute '{name}'")
    return getattr(import_module(_MODULES.get(name, "tabsynth.errors")), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])

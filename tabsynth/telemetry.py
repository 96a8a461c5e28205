"""Counting of use by the libraries underneath: off. Touches environment variables and nothing else.

vLLM reports model, hardware and settings to its makers when an engine starts on a GPU; the client of the Hugging Face
hub adds facts of the machine to its requests. Neither happens without being asked for here. Downloads go on working:
who names a model of the hub gets it.
"""

from __future__ import annotations

import os
import sys

SWITCHES = {
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, and transformers through it
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_DO_NOT_TRACK": "1",
    "DO_NOT_TRACK": "1",  # a convention that both of them follow, and others
}
"""Read when the libraries are first loaded, or when an engine starts."""


def switch_off() -> None:
    """Turn the counting off in this process and those it starts; what the user has set stays."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
    loaded = sys.modules.get("huggingface_hub.constants")
    if loaded is not None and os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1":
        vars(loaded)["HF_HUB_DISABLE_TELEMETRY"] = True  # it was loaded first, as in many notebooks
